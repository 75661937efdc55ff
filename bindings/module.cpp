// SPDX-License-Identifier: MIT
// The table of contents of pyhft._core. Each bind_<room>.cpp fills a submodule of that name; errors come first, because
// every other room may raise them.

#include <pybind11/pybind11.h>

#include "made_objects.hpp"

namespace pyhft::bindings {
void bind_bank(pybind11::module_& module);
void bind_base(pybind11::module_& module);
void bind_book(pybind11::module_& module);
void bind_clock(pybind11::module_& module);
void bind_engine(pybind11::module_& module);
void bind_feed(pybind11::module_& module);
void bind_kernels(pybind11::module_& module);
void bind_memory(pybind11::module_& module);
void bind_net(pybind11::module_& module);
void bind_queue(pybind11::module_& module);
void bind_log(pybind11::module_& module);
void bind_stream(pybind11::module_& module);
void bind_sim(pybind11::module_& module);
void bind_talib(pybind11::module_& module);
void bind_threads(pybind11::module_& module);
}  // namespace pyhft::bindings

PYBIND11_MODULE(_core, module, pybind11::mod_gil_not_used()) {
  using namespace pyhft::bindings;
  module.doc() = "The compiled part of pyhft, one submodule per room. Use the names of the package pyhft instead.";
  bind_base(module);
  bind_clock(module);
  bind_memory(module);
  bind_threads(module);
  bind_queue(module);
  bind_log(module);
  bind_kernels(module);
  bind_talib(module);
  bind_stream(module);
  bind_bank(module);
  bind_net(module);
  bind_sim(module);
  bind_engine(module);
  bind_feed(module);
  bind_book(module);
  for (const auto& [name, value] : pybind11::dict(module.attr("__dict__")))
    if (pybind11::isinstance<pybind11::module_>(value)) refuse_what_was_not_made(value.cast<pybind11::module_>());
}
