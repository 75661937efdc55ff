// SPDX-License-Identifier: MIT
#pragma once

// Lets other Python threads run while this one works or waits; all of the bindings do it by this guard, and take the
// GIL back for a moment by with_gil.
//
// A daemon thread may find that the interpreter is going down as it wants the GIL again. CPython ends such a thread by
// unwinding its stack, through destructors that may let nothing through, which ends the process before its exit is done
// and what is queued in a log is written. So the thread stands still instead, as it does from Python 3.14 on.

#include <Python.h>
#include <unistd.h>

namespace pyhft::bindings {

class without_gil {
 public:
  without_gil() : without_gil(true) {}
  // Where the work isn't worth the two hand-overs (36 ns) nothing is done.
  explicit without_gil(bool worth_it) : state_(worth_it ? PyEval_SaveThread() : nullptr) {}
  ~without_gil() {
    if (state_ != nullptr) take_back();
  }
  without_gil(const without_gil&) = delete;
  without_gil& operator=(const without_gil&) = delete;

 private:
  friend class with_gil;

  void take_back() noexcept {
    try {
      PyEval_RestoreThread(state_);
    } catch (...) {  // the unwinding, which is stopped here by never leaving
      for (;;) ::pause();
    }
  }

  PyThreadState* state_;
};

// Within a without_gil that was worth it, on the same thread.
class with_gil {
 public:
  explicit with_gil(without_gil& outside) : outside_(outside) { outside_.take_back(); }
  ~with_gil() { outside_.state_ = PyEval_SaveThread(); }
  with_gil(const with_gil&) = delete;
  with_gil& operator=(const with_gil&) = delete;

 private:
  without_gil& outside_;
};

}  // namespace pyhft::bindings
