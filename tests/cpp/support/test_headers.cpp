// SPDX-License-Identifier: MIT
// Nothing: a library of its own for the headers that all tests share, compiled once.
