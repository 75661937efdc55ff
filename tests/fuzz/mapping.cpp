// SPDX-License-Identifier: MIT
// What --wrap=mmap and --wrap=munmap call: what lies between the end of a mapped file and that of its last page may not be
// read.
#include <sanitizer/asan_interface.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>

extern "C" {

void* __real_mmap(void* address, std::size_t length, int protection, int flags, int file, off_t offset);
int __real_munmap(void* address, std::size_t length);

void* __wrap_mmap(void* address, std::size_t length, int protection, int flags, int file, off_t offset) {
  void* const result = __real_mmap(address, length, protection, flags, file, offset);
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  if (result != MAP_FAILED && file >= 0 && length % page != 0)
    ASAN_POISON_MEMORY_REGION(static_cast<std::byte*>(result) + length, page - length % page);
  return result;
}

int __wrap_munmap(void* address, std::size_t length) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  ASAN_UNPOISON_MEMORY_REGION(address, (length + page - 1) / page * page);
  return __real_munmap(address, length);
}

}  // extern "C"
