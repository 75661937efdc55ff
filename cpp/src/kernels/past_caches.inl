// SPDX-License-Identifier: MIT
// Compiled once per instruction set, after <stdint.h> and <sys/mman.h>: which results go to memory directly.

namespace pyhft::kernels {
namespace {

// No cache would hold so many bytes until somebody reads them: of `results` side by side.
PYHFT_SIMD bool is_beyond_caches(size_t bars, size_t results) {
  return bars * results * sizeof(double) > size_t{16} << 20;
}

// False for memory that the kernel has yet to clear when it is first written to, which brings it into the caches: to write
// it past them would be the dearer way. Where that can't be known, it counts as used.
PYHFT_SIMD bool is_used(const double* at) {
  constexpr uintptr_t largest_page = uintptr_t{1} << 16;
  unsigned char resident = 1;
  mincore(reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(at) / largest_page * largest_page), 1, &resident);
  return (resident & 1) != 0;
}

// `out` is one of the results.
PYHFT_SIMD bool goes_past_caches(const double* out, size_t bars, size_t results) {
  return is_beyond_caches(bars, results) && is_used(out + bars / 2);
}

}  // namespace
}  // namespace pyhft::kernels
