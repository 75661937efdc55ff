// SPDX-License-Identifier: MIT
// Floor 1, memory: an arena whose slots are records of a numpy dtype.

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "dtype_args.hpp"
#include "fast_call.hpp"
#include "memory_args.hpp"
#include "pyhft/memory/page_block.hpp"
#include "size_args.hpp"

namespace py = pybind11;

namespace pyhft::bindings {
namespace {

using namespace py::literals;

// The memory of an arena, which lives as long as the arena or any view of it.
struct slot_memory {
  memory::page_block block;
  std::atomic<std::int64_t> views{0};
};

// What a numpy array has as its base: one view, counted while numpy holds it or anything that was cut from it.
class view_hold {
 public:
  explicit view_hold(std::shared_ptr<slot_memory> of) : of_{std::move(of)} { of_->views.fetch_add(1); }
  view_hold(const view_hold&) = delete;
  view_hold& operator=(const view_hold&) = delete;
  ~view_hold() { of_->views.fetch_sub(1); }

 private:
  std::shared_ptr<slot_memory> of_;
};

// Threads may share it: every call takes the lock for a moment, and none calls Python while it has it.
class slot_arena {
 public:
  slot_arena(py::dtype dtype, std::size_t capacity, memory::huge_pages wish)
      : dtype_(std::move(dtype)), slot_bytes_(static_cast<std::size_t>(dtype_.itemsize())), capacity_(capacity) {
    constexpr auto most = static_cast<std::size_t>(PY_SSIZE_T_MAX);
    if (capacity == 0 || capacity > most / slot_bytes_)
      throw argument_error("Arena: a capacity of " + std::to_string(capacity) + " slots of " +
                           std::to_string(slot_bytes_) + " bytes can't be: give 1 to " +
                           std::to_string(most / slot_bytes_) + ".");
    const without_gil released;  // every page is touched
    memory_ = std::make_shared<slot_memory>(memory::page_block(capacity * slot_bytes_, wish));
  }

  // count slots one after the other, or None where there are not so many left.
  py::object allocate(const py::handle& count) {
    const std::int64_t wanted = integer("Arena.allocate", "count", count.ptr());
    if (wanted < 1)
      throw argument_error("Arena.allocate: count is " + std::to_string(wanted) +
                           "; it must be 1 or more: ask for the slots you need.");
    std::size_t first = 0;
    std::unique_ptr<view_hold> hold;
    {
      const std::scoped_lock lock(guard_);
      if (static_cast<std::size_t>(wanted) > capacity_ - used_) {
        ++exhausted_;
        return py::none();
      }
      hold = std::make_unique<view_hold>(memory_);
      first = used_;
      used_ += static_cast<std::size_t>(wanted);
    }
    return view(first, static_cast<std::size_t>(wanted), std::move(hold));
  }

  py::object allocated() {
    std::size_t count = 0;
    std::unique_ptr<view_hold> hold;
    {
      const std::scoped_lock lock(guard_);
      hold = std::make_unique<view_hold>(memory_);
      count = used_;
    }
    return view(0, count, std::move(hold));
  }

  void reset() {
    const std::scoped_lock lock(guard_);
    if (const auto views = memory_->views.load(); views != 0)
      throw argument_error("Arena.reset: " + std::to_string(views) +
                           " views of its slots are alive, whose records would be given to others: delete them first "
                           "(gc.collect() where they are in a cycle), or make another arena.");
    used_ = 0;
  }

  std::size_t used() {
    const std::scoped_lock lock(guard_);
    return used_;
  }
  std::uint64_t exhausted() {
    const std::scoped_lock lock(guard_);
    return exhausted_;
  }
  std::size_t capacity() const { return capacity_; }
  std::int64_t views() const { return memory_->views.load(); }
  const py::dtype& dtype() const { return dtype_; }
  const memory::page_block& block() const { return memory_->block; }

 private:
  py::object view(std::size_t first, std::size_t count, std::unique_ptr<view_hold> hold) const {
    const py::capsule base(hold.get(), [](void* held) { delete static_cast<view_hold*>(held); });
    hold.release();
    return py::array(dtype_, {static_cast<py::ssize_t>(count)}, {static_cast<py::ssize_t>(slot_bytes_)},
                     memory_->block.data() + first * slot_bytes_, base);
  }

  py::dtype dtype_;
  std::size_t slot_bytes_;
  std::size_t capacity_;
  std::shared_ptr<slot_memory> memory_;
  std::size_t used_{};
  std::uint64_t exhausted_{};
  std::mutex guard_;
};

std::unique_ptr<slot_arena> make_arena(const py::object& dtype, const py::handle& capacity,
                                       const py::handle& huge_pages) {
  const std::size_t slots = size_of("Arena", "capacity", capacity, "give 1 or more slots");
  return std::make_unique<slot_arena>(checked_dtype("Arena", dtype), slots,
                                      huge_pages_named("Arena", text_of(huge_pages.ptr())));
}

}  // namespace

void bind_memory(py::module_& module) {
  auto room = module.def_submodule("memory", "An arena whose slots are records of a numpy dtype.");
  py::class_<slot_arena>(room, "Arena",
                         R"(Slots of one dtype on one block of memory, taken once and touched before it is used.

Slots are handed out in order and taken back all at once. What is handed out is a view: a numpy record array of the slots
themselves, which keeps the memory alive, whatever becomes of the arena. The bytes are zero at first, and after a `reset`
what their last user left.

Parameters
----------
dtype : dtype
    Of a slot: a record such as ``[("price", "i8"), ("shares", "u4")]``, or any dtype without Python objects.
capacity : int
    Slots, 1 or more.
huge_pages : {"try", "never", "always"}
    Whether to stand on huge pages of 2 MiB; `pages` says what came of it.

Raises
------
ArgumentError
    For a capacity of 0 or beyond the address space, and a dtype without bytes.
ArgumentTypeError
    For a dtype that holds Python objects.
HostError
    Where the memory can't be had, or no huge pages that are always wanted; the text names the command.

Examples
--------
>>> import pyhft as ph
>>> orders = ph.Arena([("price", "i8"), ("shares", "u4")], 1000)
>>> one = orders.allocate()
>>> one["price"], one["shares"] = 1_000_000, 100
>>> int(orders.allocated["shares"].sum()), len(orders)
(100, 1))")
      .def(py::init(&make_arena), "dtype"_a, "capacity"_a, "huge_pages"_a = "try")
      .def("allocate", &slot_arena::allocate, "count"_a = 1,
           "The next count slots as a record array, a view; None where there are fewer left, which is counted.")
      .def("reset", &slot_arena::reset, "Take all slots back. Refused (ArgumentError) while a view of them is alive.")
      .def_property_readonly("allocated", &slot_arena::allocated,
                             "All slots handed out since the last reset, in order: a record array, a view.")
      .def_property_readonly("used", &slot_arena::used, "Slots handed out since the last reset.")
      .def_property_readonly("capacity", &slot_arena::capacity, "Slots in all.")
      .def_property_readonly("exhausted", &slot_arena::exhausted, "Calls that found too few slots left, ever.")
      .def_property_readonly("views", &slot_arena::views, "Views that are alive, each with all that was cut from it.")
      .def_property_readonly("dtype", &slot_arena::dtype, "Of a slot.")
      .def_property_readonly(
          "nbytes", [](const slot_arena& self) { return self.block().bytes(); }, "Of the block, in whole pages.")
      .def_property_readonly(
          "huge_bytes", [](const slot_arena& self) { return self.block().huge_bytes(); },
          "How much of it stands on huge pages.")
      .def_property_readonly(
          "pages", [](const slot_arena& self) { return self.block().describe(); },
          "What it stands on, in words: '8 MiB on reserved huge pages of 2 MiB'.")
      .def("__len__", &slot_arena::used)
      .def("__repr__", [](slot_arena& self) {
        return "Arena(used=" + std::to_string(self.used()) + ", capacity=" + std::to_string(self.capacity()) +
               ", exhausted=" + std::to_string(self.exhausted()) + ", pages='" + self.block().describe() + "')";
      });
}

}  // namespace pyhft::bindings
