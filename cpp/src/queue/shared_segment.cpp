// SPDX-License-Identifier: MIT
#include "pyhft/queue/shared_segment.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include "pyhft/base/error.hpp"
#include "pyhft/queue/byte_ring.hpp"

namespace pyhft::queue {
namespace {

constexpr std::size_t page_bytes = 4096;
constexpr std::uint64_t mark_of_ours = 0x31007174'66687970;  // "pyhftq", 0, '1' in memory
constexpr std::uint32_t version = 2;

// The first page. `ours` is written last: until then the segment isn't finished.
struct segment_page {
  std::atomic<std::uint64_t> ours;
  std::uint32_t version;
  std::uint32_t wakes_consumer;
  std::uint64_t record_bytes;
  std::uint64_t first_byte;
  std::uint64_t records_per_block;
  std::uint64_t mark_byte;
  std::uint64_t block_bytes;
  std::uint64_t capacity;
  std::uint64_t all_bytes;
  std::array<char, 512> record_type;  // ends with a zero
};
static_assert(sizeof(segment_page) <= page_bytes && std::atomic<std::uint64_t>::is_always_lock_free);

segment_page& page_of(std::byte* memory) { return *reinterpret_cast<segment_page*>(memory); }

std::string path_of(const std::string& name) {
  constexpr std::size_t longest = 200;
  if (name.empty() || name.size() > longest || name.find('/') != std::string::npos ||
      name.find('\0') != std::string::npos) {
    throw argument_error("A shared queue can't be named '" + name + "': give 1 to " + std::to_string(longest) +
                         " characters without a slash, such as 'ticks'.");
  }
  return "/pyhft-" + name;
}

std::string quoted(const std::string& name) { return "The shared queue '" + name + "'"; }
std::string system_text() { return std::strerror(errno); }

// Takes the memory of a file; 0 or the reason. A signal undoes the call that it interrupts: of a part, which is taken
// again, so that a timer whose beat is shorter than the whole takes doesn't keep it from an end.
int allocate(int file, std::size_t bytes) {
  constexpr std::size_t part_bytes = std::size_t{1} << 20;
  std::size_t done = 0;
  do {
    const std::size_t part = std::min(part_bytes, bytes - done);
    const int refused = ::posix_fallocate(file, static_cast<off_t>(done), static_cast<off_t>(part));
    if (refused != 0 && refused != EINTR) return refused;
    if (refused == 0) done += part;
  } while (done < bytes);
  return 0;
}

std::string described(const record_layout& layout) {
  return layout == byte_records
             ? std::string("any length (a queue of bytes)")
             : std::to_string(layout.record_bytes) + " bytes (blocks of " + std::to_string(layout.block_bytes) + ")";
}

std::size_t body_bytes_of(const record_layout& layout, std::size_t capacity) {
  return layout == byte_records ? mapped_byte_ring::bytes_for(capacity)
                                : record_ring<dynamic_layout>::bytes_for(layout, capacity);
}

bool lock_side(int file, int byte, int command, short kind, short* found = nullptr) {
  struct flock lock{};
  lock.l_type = kind;
  lock.l_whence = SEEK_SET;
  lock.l_start = byte;
  lock.l_len = 1;
  const bool done = ::fcntl(file, command, &lock) == 0;
  if (found != nullptr) *found = lock.l_type;
  return done;
}

}  // namespace

shared_segment shared_segment::create(const std::string& name, const segment_form& form, std::size_t body_bytes) {
  const std::string path = path_of(name);
  if (form.record_type.size() >= segment_page{}.record_type.size())
    throw argument_error(quoted(name) + " can't note a record type of " + std::to_string(form.record_type.size()) +
                         " bytes: give up to 511, such as a name and a version.");
  shared_segment result(name, ::shm_open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (result.file_ < 0 && errno == EEXIST)
    throw argument_error(quoted(name) + " exists already: open it, or remove it first if whoever made it is gone.");
  if (result.file_ < 0) throw host_error(quoted(name) + " can't be made: " + system_text() + ".");
  const std::size_t bytes = page_bytes + body_bytes;
  try {
    // A full /dev/shm is told here, not by a bus error at the first touch.
    if (const int refused = allocate(result.file_, bytes); refused != 0) {
      errno = refused;
      throw host_error(quoted(name) + " of " + std::to_string(bytes) + " bytes finds no room: " + system_text() +
                       "; give a smaller capacity or a larger /dev/shm.");
    }
    result.map(bytes);
  } catch (...) {
    ::shm_unlink(path.c_str());
    throw;
  }
  segment_page& page = *new (result.memory_) segment_page{};
  page.version = version;
  page.wakes_consumer = form.wakes_consumer ? 1 : 0;
  page.record_bytes = form.layout.record_bytes;
  page.first_byte = form.layout.first_byte;
  page.records_per_block = form.layout.records_per_block;
  page.mark_byte = form.layout.mark_byte;
  page.block_bytes = form.layout.block_bytes;
  page.capacity = form.capacity;
  page.all_bytes = bytes;
  form.record_type.copy(page.record_type.data(), form.record_type.size());
  result.form_ = form;
  return result;
}

shared_segment shared_segment::open(const std::string& name, const record_layout& layout,
                                    const std::string& record_type) {
  const std::string path = path_of(name);
  shared_segment result(name, ::shm_open(path.c_str(), O_RDWR | O_CLOEXEC, 0));
  if (result.file_ < 0 && errno == ENOENT)
    throw input_error(quoted(name) + " doesn't exist: the process that makes it must come first.");
  if (result.file_ < 0) throw input_error(quoted(name) + " can't be opened: " + system_text() + ".");
  const std::string remedy = " Remove it, and have it made anew.";
  struct stat status{};
  if (::fstat(result.file_, &status) != 0) throw input_error(quoted(name) + " can't be read: " + system_text() + ".");
  const auto bytes = static_cast<std::size_t>(status.st_size);
  if (bytes < page_bytes)
    throw input_error(quoted(name) + " has " + std::to_string(bytes) +
                      " bytes, less than its first page: it isn't one, or its maker was stopped." + remedy);
  result.map(bytes);
  const segment_page& page = page_of(result.memory_);
  // Acquire pairs with the release in publish(): all of the page and the ring was written before.
  const std::uint64_t ours = page.ours.load(std::memory_order_acquire);
  if (ours == 0) throw input_error(quoted(name) + " isn't finished: wait for its maker, or remove it if that is gone.");
  if (ours != mark_of_ours) throw input_error(quoted(name) + " is a file of something else." + remedy);
  if (page.version != version)
    throw input_error(quoted(name) + " is of version " + std::to_string(page.version) + ", this is version " +
                      std::to_string(version) + ": use the same pyhft on both sides.");
  const record_layout found{page.record_bytes, page.first_byte, page.records_per_block, page.mark_byte,
                            page.block_bytes};
  if (found != layout)
    throw input_error(quoted(name) + " has records of " + described(found) + ", not of " + described(layout) +
                      ": open it with the record type it was made with, and as that kind of queue.");
  std::array<char, 512> noted = page.record_type;
  noted.back() = '\0';
  result.form_ = {found, page.capacity, page.wakes_consumer != 0, noted.data()};
  if (!record_type.empty() && !result.form_.record_type.empty() && record_type != result.form_.record_type)
    throw input_error(quoted(name) + " has records of type " + result.form_.record_type + ", not " + record_type +
                      ": open it with the record type it was made with.");
  const std::size_t capacity = result.form_.capacity;
  const std::size_t least = found == byte_records ? least_ring_bytes : 1;
  if (page.all_bytes != bytes || !std::has_single_bit(capacity) || capacity < least || capacity > bytes ||
      page_bytes + body_bytes_of(found, capacity) != bytes)
    throw input_error(quoted(name) + " of " + std::to_string(capacity) +
                      (found == byte_records ? " bytes has " : " records has ") + std::to_string(bytes) +
                      " bytes where it was made with " + std::to_string(page.all_bytes) + ": it was cut or changed." +
                      remedy);
  return result;
}

bool shared_segment::remove(const std::string& name) {
  if (::shm_unlink(path_of(name).c_str()) == 0) return true;
  if (errno == ENOENT) return false;
  throw host_error(quoted(name) + " can't be removed: " + system_text() + ".");
}

void shared_segment::map(std::size_t bytes) {
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file_, 0);
  if (memory == MAP_FAILED) throw host_error(quoted(name_) + " can't be mapped: " + system_text() + ".");
  memory_ = static_cast<std::byte*>(memory);
  bytes_ = bytes;
}

void shared_segment::publish(side mine) {
  claim(mine);
  // Release pairs with the acquire in open().
  page_of(memory_).ours.store(mark_of_ours, std::memory_order_release);
}

void shared_segment::claim(side mine, bool is_plausible) {
  if (!is_plausible)
    throw input_error(quoted(name_) + " is damaged: its positions lead nowhere. Remove it, and have it made anew.");
  for (const side one : {side::producer, side::consumer}) {
    if (!has(mine, one) || has(mine_, one)) continue;
    if (!lock_side(file_, static_cast<int>(one), F_OFD_SETLK, F_WRLCK))
      throw host_error(quoted(name_) + " has a " + (one == side::producer ? "producer" : "consumer") +
                       " already: a queue has one of each, end that one first.");
    mine_ = static_cast<side>(static_cast<unsigned>(mine_) | static_cast<unsigned>(one));
  }
}

std::byte* shared_segment::body() const noexcept { return memory_ + page_bytes; }

bool shared_segment::present(side which) const noexcept {
  for (const side one : {side::producer, side::consumer}) {
    if (!has(which, one)) continue;
    short found = F_UNLCK;
    if (has(mine_, one) || (lock_side(file_, static_cast<int>(one), F_OFD_GETLK, F_WRLCK, &found) && found != F_UNLCK))
      return true;
  }
  return false;
}

shared_segment::shared_segment(shared_segment&& other) noexcept { *this = std::move(other); }

shared_segment& shared_segment::operator=(shared_segment&& other) noexcept {
  std::swap(name_, other.name_);
  std::swap(file_, other.file_);
  std::swap(memory_, other.memory_);
  std::swap(bytes_, other.bytes_);
  std::swap(form_, other.form_);
  std::swap(mine_, other.mine_);
  return *this;
}

shared_segment::~shared_segment() {
  if (memory_ != nullptr) ::munmap(memory_, bytes_);
  if (file_ >= 0) ::close(file_);
}

}  // namespace pyhft::queue
