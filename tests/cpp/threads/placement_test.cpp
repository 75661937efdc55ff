// SPDX-License-Identifier: MIT
#include "pyhft/threads/placement.hpp"

#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "pyhft/base/error.hpp"

namespace pyhft::threads {
namespace {

std::string name_of_this_thread() {
  std::array<char, 64> name{};
  ::pthread_getname_np(::pthread_self(), name.data(), name.size());
  return name.data();
}

std::vector<int> affinity_of_this_thread() {
  cpu_set_t set;
  CPU_ZERO(&set);
  ::sched_getaffinity(0, sizeof set, &set);
  std::vector<int> cores;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(static_cast<std::size_t>(core), &set)) cores.push_back(core);
  }
  return cores;
}

int policy_of_this_thread() { return ::sched_getscheduler(0); }

// Every test that places a thread does so on one of its own.
template <class F>
void on_a_thread(F f) {
  std::thread(f).join();
}

TEST(allowed_cores, are_those_of_the_affinity) {
  on_a_thread([] {
    EXPECT_EQ(allowed_cores(), affinity_of_this_thread());
    EXPECT_FALSE(allowed_cores().empty());
  });
}

TEST(set_performance_governor, sets_it_where_there_is_one_to_set) {
  const auto root = std::filesystem::temp_directory_path() / ("governor" + std::to_string(::getpid()));
  const auto folder = root / "cpu3" / "cpufreq";
  std::filesystem::create_directories(folder);
  EXPECT_EQ(set_performance_governor(3, root.string()), "");  // none to set
  std::ofstream(folder / "scaling_governor") << "powersave\n";
  EXPECT_EQ(set_performance_governor(3, root.string()), "");
  std::string governor;
  std::ifstream(folder / "scaling_governor") >> governor;
  EXPECT_EQ(governor, "performance");
  EXPECT_EQ(set_performance_governor(3, root.string()), "");
  std::filesystem::remove_all(root);
}

TEST(allowed_cores, respect_a_narrower_mask_from_outside) {
  on_a_thread([] {
    const int last = allowed_cores().back();
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(last), &set);
    ASSERT_EQ(::sched_setaffinity(0, sizeof set, &set), 0);
    EXPECT_EQ(allowed_cores(), std::vector<int>{last});
  });
}

TEST(place_this_thread, puts_it_on_its_core_under_its_name) {
  on_a_thread([] {
    const int core = allowed_cores().back();
    EXPECT_TRUE(place_this_thread({core, "market_data_hot", {}}).empty());
    EXPECT_EQ(affinity_of_this_thread(), std::vector<int>{core});
    EXPECT_EQ(::sched_getcpu(), core);
    EXPECT_EQ(name_of_this_thread(), "market_data_hot");
  });
}

TEST(place_this_thread, a_placed_thread_can_be_placed_elsewhere) {
  on_a_thread([] {
    const auto all = allowed_cores();
    for (const int core : all) {
      ASSERT_TRUE(place_this_thread({core, "", {}}).empty());
      ASSERT_EQ(affinity_of_this_thread(), std::vector<int>{core});
      ASSERT_EQ(allowed_cores(), all);
    }
  });
}

TEST(place_this_thread, no_wish_changes_nothing) {
  on_a_thread([] {
    const auto cores = affinity_of_this_thread();
    const auto name = name_of_this_thread();
    EXPECT_TRUE(place_this_thread({}).empty());
    EXPECT_EQ(affinity_of_this_thread(), cores);
    EXPECT_EQ(name_of_this_thread(), name);
    EXPECT_EQ(policy_of_this_thread(), SCHED_OTHER);
  });
}

TEST(place_this_thread, an_impossible_core_is_named_with_the_allowed_ones) {
  on_a_thread([] {
    const auto cores = affinity_of_this_thread();
    for (const int core : {9999, -2, 2'000'000'000}) {
      try {
        (void)place_this_thread({core, "never", {}});
        ADD_FAILURE() << core << " was accepted";
      } catch (const host_error& refusal) {
        const std::string text = refusal.what();
        EXPECT_NE(text.find("Core " + std::to_string(core) + " "), std::string::npos) << text;
        EXPECT_NE(text.find("(" + std::to_string(cores.front())), std::string::npos) << text;
      }
    }
    EXPECT_EQ(affinity_of_this_thread(), cores);
    EXPECT_NE(name_of_this_thread(), "never");
  });
}

TEST(place_this_thread, a_name_of_sixteen_characters_is_refused_and_one_of_fifteen_is_not) {
  on_a_thread([] {
    EXPECT_THROW((void)place_this_thread({any_core, "sixteen_letters_", {}}), argument_error);
    EXPECT_NO_THROW((void)place_this_thread({any_core, "fifteen_letters", {}}));
    EXPECT_EQ(name_of_this_thread(), "fifteen_letters");
  });
}

TEST(place_this_thread, a_priority_outside_1_to_99_is_refused) {
  EXPECT_THROW(check_placement({any_core, "", 0}), argument_error);
  EXPECT_THROW(check_placement({any_core, "", 100}), argument_error);
  EXPECT_NO_THROW(check_placement({any_core, "", 1}));
  EXPECT_NO_THROW(check_placement({any_core, "", 99}));
}

TEST(place_this_thread, a_priority_is_granted_with_its_danger_told_or_refused_in_words) {
  on_a_thread([] {
    const auto notes = place_this_thread({any_core, "", 10});
    if (policy_of_this_thread() == SCHED_FIFO) {
      long runtime_us = 0;
      long period_us = 0;
      std::ifstream("/proc/sys/kernel/sched_rt_runtime_us") >> runtime_us;
      std::ifstream("/proc/sys/kernel/sched_rt_period_us") >> period_us;
      const auto warning = realtime_limit_warning(runtime_us, period_us);
      const bool warned = std::find(notes.begin(), notes.end(), warning) != notes.end();
      EXPECT_EQ(warned, !warning.empty());
      // The other danger, on a kernel that has it.
      for (const auto& note : notes) EXPECT_TRUE(note == warning || note.find("fair server") != note.npos) << note;
    } else {
      ASSERT_EQ(notes.size(), 1u);
      EXPECT_NE(notes.front().find("SCHED_FIFO priority 10 was refused"), std::string::npos);
    }
  });
}

TEST(realtime_limit, is_reported_with_the_command_that_lifts_it) {
  const auto text = realtime_limit_warning(950'000, 1'000'000);
  EXPECT_NE(text.find("for 50000 us in every 1000000 us"), std::string::npos) << text;
  EXPECT_NE(text.find("sysctl -w kernel.sched_rt_runtime_us=-1"), std::string::npos);
}

TEST(realtime_limit, is_not_reported_where_there_is_none) {
  EXPECT_EQ(realtime_limit_warning(-1, 1'000'000), "");
  EXPECT_EQ(realtime_limit_warning(1'000'000, 1'000'000), "");
}

TEST(fair_server, is_reported_with_what_it_takes_and_how_it_is_switched_off) {
  const auto text = fair_server_warning(3, 50'000'000, 1'000'000'000);
  EXPECT_NE(text.find("for 50000 us in every 1000000 us"), std::string::npos) << text;
  EXPECT_NE(text.find("echo 0 > /sys/kernel/debug/sched/fair_server/cpu3/runtime"), std::string::npos) << text;
  EXPECT_NE(text.find("isolcpus=3"), std::string::npos) << text;
  EXPECT_NE(fair_server_warning(3, std::nullopt, 0).find("can't be read"), std::string::npos);
  EXPECT_EQ(fair_server_warning(3, 0, 1'000'000'000), "");
}

TEST(placement_guard, gives_back_cores_name_and_policy) {
  on_a_thread([] {
    ASSERT_TRUE(place_this_thread({any_core, "visitor", {}}).empty());
    const auto cores = affinity_of_this_thread();
    {
      const placement_guard guard({cores.back(), "market_data_hot", 10});
      EXPECT_EQ(affinity_of_this_thread(), std::vector<int>{cores.back()});
      EXPECT_EQ(name_of_this_thread(), "market_data_hot");
      EXPECT_EQ(allowed_cores(), cores);
      // Either the priority was granted or the notes say why not.
      EXPECT_TRUE(policy_of_this_thread() == SCHED_FIFO || !guard.notes().empty());
    }
    EXPECT_EQ(affinity_of_this_thread(), cores);
    EXPECT_EQ(name_of_this_thread(), "visitor");
    EXPECT_EQ(policy_of_this_thread(), SCHED_OTHER);
    EXPECT_EQ(allowed_cores(), cores);
  });
}

TEST(placement_guard, one_inside_another_gives_back_the_outer_place) {
  on_a_thread([] {
    const auto cores = affinity_of_this_thread();
    const placement_guard outer({cores.front(), "outer", {}});
    {
      const placement_guard inner({cores.back(), "inner", {}});
      EXPECT_EQ(affinity_of_this_thread(), std::vector<int>{cores.back()});
    }
    EXPECT_EQ(affinity_of_this_thread(), std::vector<int>{cores.front()});
    EXPECT_EQ(name_of_this_thread(), "outer");
    EXPECT_EQ(allowed_cores(), cores);
  });
}

TEST(placement_guard, a_refused_wish_leaves_the_thread_as_it_was) {
  on_a_thread([] {
    const auto cores = affinity_of_this_thread();
    EXPECT_THROW(placement_guard({9999, "x", {}}), host_error);
    EXPECT_EQ(affinity_of_this_thread(), cores);
  });
}

}  // namespace
}  // namespace pyhft::threads
