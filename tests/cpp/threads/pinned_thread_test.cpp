// SPDX-License-Identifier: MIT
#include "pyhft/threads/pinned_thread.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <memory>
#include <stdexcept>

#include "pyhft/base/error.hpp"
#include "pyhft/threads/idle.hpp"

namespace pyhft::threads {
namespace {

std::string comm_of_this_thread() {
  std::string name;
  std::getline(std::ifstream("/proc/thread-self/comm"), name);
  return name;
}

TEST(pinned_thread, works_on_its_core_under_its_name_from_the_first_instruction) {
  const int core = allowed_cores().back();
  int seen_core = -1;
  std::string seen_name;
  pinned_thread worker(core, "async_logger", {}, [&] {
    seen_core = ::sched_getcpu();
    seen_name = comm_of_this_thread();
  });
  worker.join();
  // Whether memory may be locked and the governor set is the host's to say.
  for (const auto& note : worker.notes()) {
    EXPECT_TRUE(note.starts_with("Memory isn't locked") || note.starts_with("The governor")) << note;
  }
  EXPECT_EQ(seen_core, core);
  EXPECT_EQ(seen_name, "async_logger");
}

TEST(pinned_thread, its_destructor_asks_it_to_stop_and_waits) {
  std::atomic<bool> ended{false};
  {
    const pinned_thread worker({any_core, "worker", {}}, [&](const std::stop_token& stop) {
      while (!stop.stop_requested()) timed_sleep({100'000});
      ended = true;
    });
  }
  EXPECT_TRUE(ended);
}

TEST(pinned_thread, takes_work_that_can_only_be_moved) {
  auto value = std::make_unique<int>(7);
  int seen = 0;
  pinned_thread worker({any_core, "worker", {}}, [&seen, value = std::move(value)] { seen = *value; });
  worker.join();
  EXPECT_EQ(seen, 7);
}

TEST(pinned_thread, what_the_work_throws_comes_out_of_join_once) {
  pinned_thread worker({any_core, "worker", {}}, [] { throw std::runtime_error("the work failed"); });
  EXPECT_THROW(worker.join(), std::runtime_error);
  EXPECT_FALSE(worker.joinable());
}

TEST(pinned_thread, a_moved_one_still_runs) {
  std::atomic<bool> stopped{false};
  pinned_thread first({any_core, "worker", {}}, [&](const std::stop_token& stop) {
    while (!stop.stop_requested()) timed_sleep({100'000});
    stopped = true;
  });
  pinned_thread second(std::move(first));
  second.request_stop();
  second.join();
  EXPECT_TRUE(stopped);
}

TEST(pinned_thread, an_impossible_place_is_refused_in_the_creator_and_nothing_runs) {
  std::atomic<bool> ran{false};
  EXPECT_THROW(pinned_thread(9999, "worker", {}, [&] { ran = true; }), host_error);
  EXPECT_THROW(pinned_thread(any_core, "a_name_too_long_", {}, [&] { ran = true; }), argument_error);
  EXPECT_THROW(pinned_thread(any_core, "", 100, [&] { ran = true; }), argument_error);
  EXPECT_FALSE(ran);
}

// In a process of its own that has lost root's rights, whoever runs the tests.
template <class F>
int status_without_rights(F f) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit none{0, 0};
    const bool humble = ::setrlimit(RLIMIT_RTPRIO, &none) == 0 && ::setrlimit(RLIMIT_MEMLOCK, &none) == 0 &&
                        (::geteuid() != 0 || (::setgid(65534) == 0 && ::setuid(65534) == 0));
    ::_exit(humble ? f() : 9);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(pinned_thread, what_is_refused_is_told_and_is_an_error_only_where_it_is_required) {
  EXPECT_EQ(status_without_rights([] {
              pinned_thread worker(any_core, "worker", 5, [] {}, {placement_part::name});
              worker.join();
              std::string told;
              for (const auto& note : worker.notes()) told += note;
              return told.find("Memory isn't locked") != told.npos && told.find("priority 5 was refused") != told.npos
                         ? 0
                         : 1;
            }),
            0);
  for (const auto part : {placement_part::memory, placement_part::priority}) {
    EXPECT_EQ(status_without_rights([part] {
                bool ran = false;
                try {
                  const pinned_thread worker(any_core, "worker", 5, [&] { ran = true; }, {part});
                  return 1;
                } catch (const host_error& refusal) {
                  const std::string text = refusal.what();
                  const bool of_memory = text.find("Memory isn't locked") != text.npos;
                  const bool of_priority = text.find("priority 5 was refused") != text.npos;
                  const bool right =
                      part == placement_part::memory ? of_memory && !of_priority : of_priority && !of_memory;
                  return right && !ran ? 0 : 2;
                }
              }),
              0);
  }
}

TEST(pinned_thread, one_made_by_a_placed_thread_is_not_confined_to_its_creators_core) {
  const auto all = allowed_cores();
  std::vector<int> seen;
  pinned_thread outer(all.front(), "outer", {}, [&] {
    pinned_thread free_inner({any_core, "free", {}}, [&] { seen = allowed_cores(); });
    free_inner.join();
    for (const int core : all) pinned_thread(core, "inner", {}, [] {}).join();
  });
  outer.join();
  EXPECT_EQ(seen, all);
}

TEST(pinned_thread, does_not_inherit_a_priority_that_it_did_not_ask_for) {
  int policy = -1;
  pinned_thread outer({any_core, "outer", 10}, [&] {
    pinned_thread inner({any_core, "inner", {}}, [&] { policy = ::sched_getscheduler(0); });
    inner.join();
  });
  outer.join();
  EXPECT_EQ(policy, SCHED_OTHER);
}

}  // namespace
}  // namespace pyhft::threads
