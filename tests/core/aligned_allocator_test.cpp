// The memory of tensors: aligned, and large arrays at different offsets in their pages.
#include "bnlab/core/aligned_allocator.hpp"

#include <cstdint>
#include <set>
#include <vector>

#include "support.hpp"

namespace bnlab::testing::aligned_allocator_test {

template <class T>
using Array = std::vector<T, AlignedAllocator<T>>;

template <class T>
std::uintptr_t address(const Array<T>& array) {
  return reinterpret_cast<std::uintptr_t>(array.data());
}

TEST_CASE("Allocator: arrays of all sizes begin at a cache line, and can be written from end to end") {
  for (const std::size_t bytes :
       {std::size_t{8}, kPageBytes, 32 * kPageBytes - 8, 32 * kPageBytes, 33 * kPageBytes + 8}) {
    Array<double> array(bytes / sizeof(double), 1.5);
    CHECK(address(array) % kAlignment == 0);
    CHECK((array.front() == 1.5 && array.back() == 1.5));
    array.resize(array.size() + 1, 2.5);  // moves it
    CHECK((array.front() == 1.5 && array.back() == 2.5));
  }
}

TEST_CASE("Allocator: large arrays do not all begin at the same offset in a page") {
  std::vector<Array<float>> arrays;
  std::set<std::uintptr_t> offsets;
  for (std::size_t i = 0; i < 8; ++i) {
    arrays.emplace_back(512 * 1024 + 1000 * i);  // 2 MiB and more
    offsets.insert(address(arrays.back()) % kPageBytes);
  }
  CHECK(offsets.size() > 1);
}

}  // namespace bnlab::testing::aligned_allocator_test
