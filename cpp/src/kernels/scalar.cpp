// SPDX-License-Identifier: MIT
#include "simd_scalar.hpp"

#include "kernel_table.hpp"

#include "window_body.inl"

#include "ema_body.inl"

#include "macd_body.inl"

#include "table_body.inl"

const pyhft::kernels::kernel_table pyhft::kernels::scalar_table = make_table("scalar");
