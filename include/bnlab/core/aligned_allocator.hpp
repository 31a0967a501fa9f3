// The memory of tensors: aligned to cache lines, and large arrays placed so that they do not compete for the cache.
//
// The system places every large array at the same offset in a memory page (4096 bytes). Addresses with the same offset
// in a page map to the same cache set, and a cache set of the L1 cache holds only a few lines. A loop over four such
// arrays, such as Adam's, takes a sixth longer. So a large array is offset by some cache lines, a number that depends
// on its page number ("cache colouring").
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

#include "bnlab/core/error.hpp"
#include "bnlab/core/simd.hpp"

namespace bnlab {

inline constexpr std::size_t kPageBytes = 4096;

// An allocator for std::vector. For a large array, the original pointer, which is needed to free it, is stored just
// before the aligned block.
template <class T>
struct AlignedAllocator {
  using value_type = T;

  AlignedAllocator() = default;
  template <class U>
  explicit AlignedAllocator(const AlignedAllocator<U>&) {}

  // Error: not enough memory.
  T* allocate(std::size_t n) {
    const std::size_t extra = is_large(n) ? kPageBytes + kAlignment : 0;
    const std::size_t bytes = n * sizeof(T) + extra;
    char* const original = static_cast<char*>(::operator new (bytes, std::align_val_t{kAlignment}, std::nothrow));
    if (original == nullptr) {
      fail("not enough memory for %zu numbers (%zu bytes); use a smaller network, batch or dataset", n, bytes);
    }
    if (!is_large(n)) return reinterpret_cast<T*>(original);
    const std::size_t page = reinterpret_cast<std::uintptr_t>(original) / kPageBytes;
    const std::size_t offset = page * 17 * kAlignment % kPageBytes;
    char* const block = original + kAlignment + offset;
    std::memcpy(block - sizeof original, &original, sizeof original);
    return reinterpret_cast<T*>(block);
  }

  void deallocate(T* block, std::size_t n) {
    void* original = block;
    if (is_large(n)) std::memcpy(&original, reinterpret_cast<char*>(block) - sizeof original, sizeof original);
    ::operator delete (original, std::align_val_t{kAlignment});
  }

  static bool is_large(std::size_t n) { return n * sizeof(T) >= 32 * kPageBytes; }

  bool operator==(const AlignedAllocator&) const { return true; }
};

}  // namespace bnlab
