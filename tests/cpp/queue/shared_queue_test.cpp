// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>
#include <string>
#include <utility>

#include "pyhft/queue/shared_byte_ring.hpp"
#include "pyhft/queue/spsc_queue.hpp"
#include "pyhft/threads/idle.hpp"

namespace {
int interruptions_left = 0;
}

// In the C library's place. As under a timer: a call that takes long is always interrupted, a short one every other time.
extern "C" int posix_fallocate(int file, off_t from, off_t bytes) {
  constexpr off_t long_bytes = off_t{4} << 20;
  if (interruptions_left > 0 && (bytes > long_bytes || interruptions_left % 2 == 0)) {
    --interruptions_left;
    return EINTR;
  }
  if (interruptions_left > 0) --interruptions_left;
  return ::fallocate(file, 0, from, bytes) == 0 ? 0 : errno;
}

namespace pyhft::queue {
namespace {

struct tick {
  std::uint64_t number;
  double price;
};
using ticks = spsc_queue<tick>;

// A name of this process, whose segment is gone before and after.
class segment_name {
 public:
  explicit segment_name(const std::string& what) : name_(what + "-" + std::to_string(::getpid())) { remove(); }
  ~segment_name() { remove(); }
  operator const std::string&() const { return name_; }
  std::string path() const { return "/pyhft-" + name_; }
  bool remove() const { return shared_segment::remove(name_); }

 private:
  std::string name_;
};

// What is said when the action is refused; "" when it isn't.
template <class Error, class Action>
std::string refusal(Action action) {
  try {
    action();
  } catch (const Error& refused) {
    return refused.what();
  }
  return "";
}

// Writes bytes over a segment's file from some place on.
void overwrite(const segment_name& name, off_t where, const std::string& bytes) {
  const int file = ::shm_open(name.path().c_str(), O_RDWR | O_CREAT, 0600);
  ASSERT_GE(file, 0);
  ASSERT_EQ(::pwrite(file, bytes.data(), bytes.size(), where), static_cast<ssize_t>(bytes.size()));
  ::close(file);
}

int run_in_a_child(const std::function<bool()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

TEST(shared_queue, carries_records_between_two_processes_in_order) {
  const segment_name name("order");
  auto consumer = ticks::create_shared(name, 64, side::consumer, "tick 1");
  const pid_t child = ::fork();
  if (child == 0) {
    auto producer = ticks::open_shared(name, side::producer, "tick 1");
    threads::yield_idle idle;
    for (std::uint64_t i = 0; i < 20'000; ++i) producer.push_or_wait({i, 0.5 * static_cast<double>(i)}, idle);
    ::_exit(0);
  }
  std::uint64_t wrong = 0;
  tick record{};
  threads::yield_idle idle;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    consumer.pop_or_wait(record, idle);
    wrong += record.number != i || record.price != 0.5 * static_cast<double>(i);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(wrong, 0u);
  EXPECT_TRUE(consumer.empty());
}

TEST(shared_queue, a_consumer_is_woken_from_another_process) {
  const segment_name name("wake");
  auto consumer = ticks::create_shared(name, 64, side::consumer, {}, {.wake_consumer = true});
  const pid_t child = ::fork();
  if (child == 0) {
    auto producer = ticks::open_shared(name, side::producer);
    while (producer.bell() == 0) threads::timed_sleep({100'000});
    producer.try_push({7, 7.0});
    ::_exit(0);
  }
  threads::park_idle idle(consumer.bell(), {3'600'000'000'000});
  tick record{};
  EXPECT_TRUE(consumer.pop_or_wait(record, idle));
  EXPECT_EQ(record.number, 7u);
  ::waitpid(child, nullptr, 0);
}

TEST(shared_queue, the_death_of_the_other_side_is_seen_and_its_place_can_be_taken) {
  const segment_name name("death");
  auto consumer = ticks::create_shared(name, 64, side::consumer);
  EXPECT_FALSE(consumer.segment().present(side::producer));
  EXPECT_EQ(run_in_a_child([&] {
              auto producer = ticks::open_shared(name, side::producer);
              producer.try_push({1, 1.0});
              *producer.try_reserve() = {2, 2.0};  // and dies before it commits
              ::raise(SIGKILL);
              return false;
            }),
            100 + SIGKILL);
  EXPECT_FALSE(consumer.segment().present(side::producer));
  auto successor = ticks::open_shared(name, side::producer);
  EXPECT_TRUE(consumer.segment().present(side::producer));
  EXPECT_TRUE(successor.segment().present(side::consumer));
  successor.try_push({3, 3.0});
  tick record{};
  ASSERT_TRUE(consumer.try_pop(record));
  EXPECT_EQ(record.number, 1u);
  ASSERT_TRUE(consumer.try_pop(record));
  EXPECT_EQ(record.number, 3u);
  EXPECT_FALSE(consumer.try_pop(record));
}

TEST(shared_queue, a_producer_killed_between_its_mark_and_its_tail_loses_its_successor_no_record) {
  const tick burst[] = {{2, 0.0}, {3, 0.0}, {4, 0.0}, {5, 0.0}, {6, 0.0}};  // over more than one block
  const std::function<std::uint64_t(ticks&)> pushes[] = {
      [](ticks& producer) { return std::uint64_t{producer.try_push({2, 0.0})}; },
      [](ticks& producer) {
        *producer.try_reserve() = {2, 0.0};
        producer.commit();
        return std::uint64_t{1};
      },
      [&](ticks& producer) { return std::uint64_t{producer.try_push_n(burst)}; },
  };
  for (std::uint64_t before = 1; before < 5; ++before) {  // each place of a block, and the next block
    for (const auto& push : pushes) {
      for (const bool seen_at_once : {true, false}) {
        const segment_name name("half-done");
        auto consumer = ticks::create_shared(name, 64, side::consumer);
        std::uint64_t pushed = 0;
        {
          auto producer = ticks::open_shared(name, side::producer);
          for (std::uint64_t i = 0; i < before; ++i) producer.try_push({1, 0.0});
          auto& tail = reinterpret_cast<ring_state*>(producer.segment().body())->tail;
          const std::uint64_t old = tail;
          pushed = push(producer);
          tail = old;  // as far as it came
        }
        tick record{};
        for (std::uint64_t i = 0; i < before; ++i) ASSERT_TRUE(consumer.try_pop(record));
        std::uint64_t popped = 0;
        const auto pop_what_was_pushed = [&] {
          for (; popped < pushed; ++popped) {
            ASSERT_TRUE(consumer.try_pop(record));
            EXPECT_EQ(record.number, 2 + popped);
          }
        };
        if (seen_at_once) {
          pop_what_was_pushed();
          EXPECT_TRUE(consumer.empty()) << consumer.size();
        }
        auto successor = ticks::open_shared(name, side::producer);
        EXPECT_EQ(successor.size(), pushed - popped);
        ASSERT_TRUE(successor.try_push({9, 0.0}));
        pop_what_was_pushed();
        ASSERT_TRUE(consumer.try_pop(record)) << before << " before, seen at once: " << seen_at_once;
        EXPECT_EQ(record.number, 9u);
        EXPECT_FALSE(consumer.try_pop(record));
      }
    }
  }
}

TEST(shared_queue, a_producer_that_opens_a_queue_at_rest_goes_on_where_it_stands) {
  const segment_name name("at-rest");
  auto consumer = ticks::create_shared(name, 4, side::consumer);
  tick record{};
  for (std::uint64_t i = 0; i < 40; ++i) {  // laps, whose old marks mean nothing
    auto producer = ticks::open_shared(name, side::producer);
    ASSERT_TRUE(producer.try_push({i, 0.0}));
    ASSERT_TRUE(consumer.try_pop(record));
    ASSERT_EQ(record.number, i);
    ASSERT_FALSE(consumer.try_pop(record));
  }
}

TEST(shared_queue, a_side_that_is_taken_is_refused) {
  const segment_name name("taken");
  const auto producer = ticks::create_shared(name, 64, side::producer);
  EXPECT_NE(refusal<host_error>([&] { ticks::open_shared(name, side::producer); }).find("has a producer already"),
            std::string::npos);
  EXPECT_NE(refusal<host_error>([&] { ticks::open_shared(name, side::both); }).find("has a producer already"),
            std::string::npos);
  EXPECT_EQ(run_in_a_child([&] { return ticks::open_shared(name, side::consumer).capacity() == 64; }), 0);
}

TEST(shared_queue, a_name_is_made_once_and_is_gone_when_removed) {
  const segment_name name("name");
  EXPECT_FALSE(name.remove());
  EXPECT_NE(refusal<input_error>([&] { ticks::open_shared(name, side::consumer); }).find("doesn't exist"),
            std::string::npos);
  auto first = ticks::create_shared(name, 64, side::both);
  EXPECT_NE(refusal<argument_error>([&] { ticks::create_shared(name, 64, side::both); }).find("exists already"),
            std::string::npos);
  EXPECT_TRUE(name.remove());
  auto second = ticks::create_shared(name, 64, side::both);
  EXPECT_TRUE(first.try_push({1, 1.0}));  // who has it keeps it
  EXPECT_TRUE(second.empty());
  for (const std::string& wrong : {std::string(), std::string("a/b"), std::string(201, 'n'), std::string("a\0b", 3)})
    EXPECT_THROW(ticks::create_shared(wrong, 64, side::both), argument_error);
  EXPECT_THROW(ticks::create_shared("other", 63, side::both), argument_error);
  EXPECT_THROW(ticks::create_shared("other", 64, side::both, std::string(512, 't')), argument_error);
}

TEST(shared_queue, a_segment_of_other_records_is_refused) {
  const segment_name name("records");
  const auto made = ticks::create_shared(name, 64, side::producer, "tick 1");
  EXPECT_NE(
      refusal<input_error>([&] { spsc_queue<int>::open_shared(name, side::consumer); }).find("has records of 16 bytes"),
      std::string::npos);
  EXPECT_NE(refusal<input_error>([&] {
              ticks::open_shared(name, side::consumer, "tick 2");
            }).find("of type tick 1, not tick 2"),
            std::string::npos);
  EXPECT_EQ(ticks::open_shared(name, side::consumer).segment().form().record_type, "tick 1");
}

TEST(shared_queue, a_foreign_unfinished_cut_damaged_or_newer_segment_is_refused_with_what_it_is) {
  const auto said = [](const segment_name& name) {
    return refusal<input_error>([&] { ticks::open_shared(name, side::consumer); });
  };
  const segment_name name("broken");
  overwrite(name, 0, "short");
  EXPECT_NE(said(name).find("less than its first page"), std::string::npos) << said(name);
  overwrite(name, 0, std::string(8192, 'x'));
  EXPECT_NE(said(name).find("a file of something else"), std::string::npos) << said(name);
  overwrite(name, 0, std::string(8192, '\0'));
  EXPECT_NE(said(name).find("isn't finished"), std::string::npos) << said(name);
  name.remove();

  ticks::create_shared(name, 64, side::both);
  EXPECT_EQ(said(name), "");
  for (const char other : {'\x63', '\x01'}) {
    overwrite(name, 8, {other});
    EXPECT_NE(said(name).find("of version " + std::to_string(other)), std::string::npos) << said(name);
  }
  overwrite(name, 8, "\x02");
  overwrite(name, 4096, std::string(8, '\xff'));  // the producer's position
  EXPECT_NE(said(name).find("is damaged"), std::string::npos) << said(name);
  overwrite(name, 4096, std::string(8, '\0'));
  EXPECT_EQ(said(name), "");
  overwrite(name, 56, std::string("\x41", 1));  // the capacity
  EXPECT_NE(said(name).find("cut or changed"), std::string::npos) << said(name);
  overwrite(name, 56, std::string("\x40", 1));
  ASSERT_EQ(::truncate(("/dev/shm" + name.path()).c_str(), 4096), 0);
  EXPECT_NE(said(name).find("cut or changed"), std::string::npos) << said(name);
}

TEST(shared_queue, a_large_one_is_made_under_a_timer_whose_signals_interrupt) {
  const segment_name name("timer");
  interruptions_left = 1000;
  const std::string said = refusal<host_error>([&] { ticks::create_shared(name, std::size_t{1} << 18, side::both); });
  EXPECT_GT(std::exchange(interruptions_left, 0), 0);
  EXPECT_EQ(said, "");
}

TEST(shared_queue, a_large_record_is_there_when_its_producer_has_moved_on_and_not_before) {
  struct large {
    std::array<std::uint64_t, 12> words;
  };
  using larges = spsc_queue<large>;
  const segment_name name("large");
  auto consumer = larges::create_shared(name, 4, side::consumer);
  large record{};
  for (std::uint64_t i = 0; i < 20; ++i) {  // laps
    {
      auto producer = larges::open_shared(name, side::producer);
      ASSERT_TRUE(producer.try_push({{i}}));
      *producer.try_reserve() = {{99}};  // and goes without a commit
    }
    auto successor = larges::open_shared(name, side::producer);
    ASSERT_TRUE(successor.try_push({{i + 100}}));
    ASSERT_TRUE(consumer.try_pop(record));
    EXPECT_EQ(record.words[0], i);
    ASSERT_TRUE(consumer.try_pop(record));
    EXPECT_EQ(record.words[0], i + 100);
    EXPECT_FALSE(consumer.try_pop(record));
  }
}

TEST(shared_queue, an_announcement_that_leads_outside_or_ahead_of_the_producer_is_refused_when_opened) {
  struct large {
    std::array<char, 4096> bytes;
  };
  const auto refuses_each = []<class T>(const T&, std::uint64_t wrong) {
    const segment_name name("marks");
    constexpr record_layout layout = layout_of(sizeof(T), alignof(T));
    const std::size_t slots = spsc_queue<T>::create_shared(name, 16, side::both).slots();
    const auto refuses_at = [&](std::size_t where) {
      overwrite(name, static_cast<off_t>(4096 + where), {reinterpret_cast<const char*>(&wrong), sizeof wrong});
      EXPECT_NE(refusal<input_error>([&] {
                  spsc_queue<T>::open_shared(name, side::consumer);
                }).find("positions lead nowhere"),
                std::string::npos)
          << "byte " << where << " has " << wrong;
      overwrite(name, static_cast<off_t>(4096 + where), std::string(sizeof wrong, '\0'));
      EXPECT_EQ(refusal<input_error>([&] { spsc_queue<T>::open_shared(name, side::consumer); }), "");
    };
    refuses_at(offsetof(ring_state, tail));
    refuses_at(offsetof(ring_state, head));
    refuses_at(offsetof(ring_state, known_tail));
    refuses_at(offsetof(ring_state, freed));
    if (!layout.has_marks()) return;
    for (std::size_t block = 0; block < slots / layout.records_per_block; ++block)
      refuses_at(sizeof(ring_state) + block * layout.block_bytes + layout.mark_byte);
  };
  refuses_each(large{}, 31 << 1);                // 18 blocks
  refuses_each(large{}, 1);                      // a second record of a block of one
  refuses_each(large{}, std::uint64_t{5} << 6);  // a place there is, five laps on
  refuses_each(std::uint64_t{}, 7);              // of 8 in a line, the first is the mark
  refuses_each(std::uint64_t{}, std::uint64_t{1} << 40);
}

}  // namespace

TEST(shared_queue, a_side_whose_own_words_contradict_each_other_is_refused_when_opened) {
  const segment_name name("contradiction");
  using queue_of_words = spsc_queue<std::uint64_t>;
  // Whether each side can be opened where one word is that.
  const auto opens = [&](std::size_t where, std::uint64_t value) {
    name.remove();
    {
      auto queue = queue_of_words::create_shared(name, 64, side::both);
      for (std::uint64_t i = 0; i < 20; ++i) EXPECT_TRUE(queue.try_push(i));
      std::uint64_t popped = 0;
      for (int i = 0; i < 10; ++i) EXPECT_TRUE(queue.try_pop(popped));
    }
    overwrite(name, static_cast<off_t>(4096 + where), {reinterpret_cast<const char*>(&value), sizeof value});
    const auto said = [&](side mine) { return refusal<input_error>([&] { queue_of_words::open_shared(name, mine); }); };
    return std::pair{said(side::producer) == "", said(side::consumer) == ""};
  };
  constexpr std::uint64_t block = 8, lap = block * 16;  // 7 records in each of 11 blocks
  const std::pair both{true, true}, neither{false, false}, only_producer{true, false}, only_consumer{false, true};
  EXPECT_EQ(opens(offsetof(ring_state, head), 1 * block + 4), both);
  EXPECT_EQ(opens(offsetof(ring_state, head), 5 * block), only_producer) << "ahead of what it knows";
  EXPECT_EQ(opens(offsetof(ring_state, known_tail), 1 * block), only_producer) << "behind what it has read";
  EXPECT_EQ(opens(offsetof(ring_state, freed), 2 * block), only_producer) << "ahead of what it has read";
  EXPECT_EQ(opens(offsetof(ring_state, tail), 0 - 3 * lap), only_consumer) << "more than a lap behind its limit";
  EXPECT_EQ(opens(offsetof(ring_state, limit), 2 * lap), neither) << "ahead of what the consumer gave back";
}

// ---- byte records

std::string popped(mapped_byte_ring& ring) {
  const auto record = ring.peek();
  if (record.data() == nullptr) return "none";
  std::string result(reinterpret_cast<const char*>(record.data()), record.size());
  ring.release();
  return result;
}
bool pushed(mapped_byte_ring& ring, const std::string& text) {
  std::byte* const to = ring.try_reserve(text.size());
  if (to == nullptr) return false;
  std::memcpy(to, text.data(), text.size());
  ring.commit();
  return true;
}

TEST(shared_byte_ring, carries_records_of_any_length_between_two_processes_in_order) {
  for (const std::uint64_t first : {std::uint64_t{0}, (std::uint64_t{1} << 32) - 512, std::uint64_t{0} - 512}) {
    const segment_name name("bytes");
    auto consumer = shared_byte_ring::create(name, 1024, side::consumer, "lines", {.first_index = first});
    const auto text = [](std::uint64_t i) { return std::string(i * 7 % 400, static_cast<char>('a' + i % 26)); };
    const pid_t child = ::fork();
    if (child == 0) {
      auto producer = shared_byte_ring::open(name, side::producer, "lines");
      for (std::uint64_t i = 0; i < 10'000; ++i) {
        while (!pushed(producer.ring(), text(i))) threads::yield_idle{}(0);
      }
      ::_exit(0);
    }
    std::uint64_t wrong = 0;
    for (std::uint64_t i = 0; i < 10'000; ++i) {
      while (consumer.ring().peek().data() == nullptr) threads::yield_idle{}(0);
      wrong += popped(consumer.ring()) != text(i);
    }
    ::waitpid(child, nullptr, 0);
    EXPECT_EQ(wrong, 0u);
    EXPECT_TRUE(consumer.ring().empty());
  }
}

TEST(shared_byte_ring, a_consumer_is_woken_from_another_process) {
  const segment_name name("wake-bytes");
  auto consumer = shared_byte_ring::create(name, 1024, side::consumer, {}, {.wake_consumer = true});
  const pid_t child = ::fork();
  if (child == 0) {
    auto producer = shared_byte_ring::open(name, side::producer);
    while (producer.ring().bell() == 0) threads::timed_sleep({100'000});
    ::_exit(pushed(producer.ring(), "seven") ? 0 : 1);
  }
  threads::park_idle idle(consumer.ring().bell(), {3'600'000'000'000});
  while (consumer.ring().peek().data() == nullptr) idle(0);
  EXPECT_EQ(popped(consumer.ring()), "seven");
  ::waitpid(child, nullptr, 0);
}

TEST(shared_byte_ring, whoever_takes_over_from_a_killed_side_goes_on_where_that_stood) {
  const segment_name name("killed");
  {
    const auto made = shared_byte_ring::create(name, 1024, side::none);
    EXPECT_FALSE(made.segment().present(side::both));
  }
  EXPECT_EQ(run_in_a_child([&] {
              auto producer = shared_byte_ring::open(name, side::producer);
              for (const char* text : {"one", "two", "three"}) pushed(producer.ring(), text);
              std::memset(producer.ring().try_reserve(100), 'x', 100);  // and dies before it commits
              ::raise(SIGKILL);
              return false;
            }),
            100 + SIGKILL);
  EXPECT_EQ(run_in_a_child([&] {
              auto consumer = shared_byte_ring::open(name, side::consumer);
              if (popped(consumer.ring()) == "one" && consumer.ring().peek().size() == 3) ::raise(SIGKILL);
              return false;
            }),
            100 + SIGKILL);
  auto producer = shared_byte_ring::open(name, side::producer);
  EXPECT_FALSE(producer.segment().present(side::consumer));
  EXPECT_TRUE(pushed(producer.ring(), "four"));
  auto consumer = shared_byte_ring::open(name, side::consumer);
  EXPECT_TRUE(producer.segment().present(side::consumer));
  for (const char* text : {"two", "three", "four", "none"}) EXPECT_EQ(popped(consumer.ring()), text);
  EXPECT_NE(refusal<host_error>([&] { shared_byte_ring::open(name, side::producer); }).find("has a producer already"),
            std::string::npos);
}

TEST(shared_byte_ring, is_refused_where_it_cannot_be_right) {
  const segment_name name("kind");
  for (const std::size_t wrong : {std::size_t{0}, std::size_t{32}, std::size_t{100}}) {
    EXPECT_THROW(shared_byte_ring::create(name, wrong, side::both), argument_error);
  }
  {
    const auto records = ticks::create_shared(name, 64, side::both);
    EXPECT_EQ(refusal<input_error>([&] { shared_byte_ring::open(name, side::consumer); }),
              "The shared queue '" + static_cast<const std::string&>(name) +
                  "' has records of 16 bytes (blocks of 64), not of any length (a queue of bytes): open it with the "
                  "record type it was made with, and as that kind of queue.");
  }
  name.remove();
  shared_byte_ring::create(name, 64, side::none);
  constexpr std::uint64_t too_few = 8;  // for its own arithmetic, in a file that fits it
  const std::uint64_t in_all = 4096 + mapped_byte_ring::bytes_for(too_few);
  overwrite(name, 56, {reinterpret_cast<const char*>(&too_few), sizeof too_few});
  overwrite(name, 64, {reinterpret_cast<const char*>(&in_all), sizeof in_all});
  ASSERT_EQ(::truncate(("/dev/shm" + name.path()).c_str(), static_cast<off_t>(in_all)), 0);
  EXPECT_NE(refusal<input_error>([&] { shared_byte_ring::open(name, side::consumer); }).find("cut or changed"),
            std::string::npos);
  name.remove();
  const auto made = shared_byte_ring::create(name, 1024, side::none, "lines 1");
  EXPECT_NE(refusal<input_error>([&] {
              ticks::open_shared(name, side::consumer);
            }).find("has records of any length (a queue of bytes), not of 16 bytes"),
            std::string::npos);
  EXPECT_NE(refusal<input_error>([&] {
              shared_byte_ring::open(name, side::consumer, "lines 2");
            }).find("of type lines 1, not lines 2"),
            std::string::npos);
  overwrite(name, 56, std::string("\0\x02", 2));  // the capacity
  EXPECT_NE(
      refusal<input_error>([&] { shared_byte_ring::open(name, side::consumer); }).find("of 512 bytes has 5504 bytes"),
      std::string::npos)
      << refusal<input_error>([&] { shared_byte_ring::open(name, side::consumer); });
}

TEST(shared_byte_ring, indices_and_records_that_lead_nowhere_are_refused_when_opened) {
  const segment_name name("nowhere");
  const auto made = shared_byte_ring::create(name, 64, side::none);
  constexpr off_t indices = 4096;
  constexpr off_t bytes = indices + static_cast<off_t>(sizeof(byte_ring_state));
  const auto word = [](std::uint64_t value) {
    return std::string(reinterpret_cast<const char*>(&value), sizeof value);
  };
  // The tail, the head, the headers of the first and the second 24 bytes; whether that can be.
  struct one_case {
    std::uint64_t tail, head, first, second;
    bool is_right;
  };
  constexpr std::uint64_t mark = ~std::uint64_t{};
  const one_case cases[] = {{0, 0, 0, 0, true},       {48, 0, 16, 16, true},    {48, 0, 9, 10, true},
                            {48, 0, 16, 17, false},   {48, 0, 24, 16, true},    {48, 0, 25, 16, false},
                            {48, 0, mark, 16, false}, {48, 0, 16, mark, false}, {4, 0, 0, 0, false},
                            {8, 4, 0, 0, false},      {128, 0, 0, 0, false},    {0, 8, 0, 0, false},
                            {88, 24, 16, mark, true}, {64, 24, 16, mark, false}};
  for (const one_case& c : cases) {
    overwrite(name, indices, word(c.tail));
    overwrite(name, indices + static_cast<off_t>(byte_ring_state::apart), word(c.head));
    overwrite(name, bytes, word(c.first));
    overwrite(name, bytes + 24, word(c.second));
    const std::string said = refusal<input_error>([&] { shared_byte_ring::open(name, side::both); });
    EXPECT_EQ(said == "", c.is_right) << c.tail << ' ' << c.head << ' ' << c.first << ' ' << c.second << ": " << said;
    EXPECT_TRUE(c.is_right || said.find("positions lead nowhere") != std::string::npos) << said;
  }
}

}  // namespace pyhft::queue
