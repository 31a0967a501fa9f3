// Tensor: a vector [D] or a matrix [N, D] of reals, the one container of numbers in this project.
//
// Images are rows of a matrix ([N, C*H*W], in the order of their files), so two axes are all we need.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <new>
#include <span>
#include <string>
#include <vector>

#include "bnlab/core/simd.hpp"

namespace bnlab {

// How a matrix lies in memory. Readers index t(i, j) and need not care; the matrix product does.
//
//   row_major   row after row: entry (i, j) of an [N, D] matrix is number i * D + j.
//   panels      cut into panels of kPanelWidth neighbouring columns; the panels follow one another and each is
//               row-major in itself. The product walks down a panel row by row, so it reads memory in order:
//
//                   columns  0..3     4..6         (kPanelWidth 4; the last panel is padded with zeros
//                    row 0 | 0 1 2 3 | 12 13 14 0    to a multiple of kLanes columns)
//                    row 1 | 4 5 6 7 | 16 ...
//                    row 2 | 8 ...
//
//               The right operand of a product (matmul.hpp), such as a layer's weights, is kept like this.
enum class Layout { row_major, panels };

// std::vector's memory, aligned to a cache line. The system begins all large arrays at the same place of a page (4096
// bytes), and what lies at the same place of its page competes for the same few lines of the nearest cache: a loop that
// reads four arrays together, such as Adam's, takes a sixth longer. So a large array begins some lines further on, by its
// page's number; just before it stands what the system gave.
template <class T>
struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <class U>
  explicit AlignedAllocator(const AlignedAllocator<U>&) {}
  T* allocate(std::size_t n) {
    const std::size_t room = is_large(n) ? kPage + kAlignment : 0;
    char* const given = static_cast<char*>(::operator new (n * sizeof(T) + room, std::align_val_t{kAlignment}));
    if (!is_large(n)) return reinterpret_cast<T*>(given);
    const std::size_t page = reinterpret_cast<std::uintptr_t>(given) / kPage;
    char* const begin = given + kAlignment + page * 17 * kAlignment % kPage;
    std::memcpy(begin - sizeof given, &given, sizeof given);
    return reinterpret_cast<T*>(begin);
  }
  void deallocate(T* begin, std::size_t n) {
    void* given = begin;
    if (is_large(n)) std::memcpy(&given, reinterpret_cast<char*>(begin) - sizeof given, sizeof given);
    ::operator delete (given, std::align_val_t{kAlignment});
  }
  static bool is_large(std::size_t n) { return n * sizeof(T) >= 32 * kPage; }
  bool operator==(const AlignedAllocator&) const { return true; }
};

class Tensor {
 public:
  Tensor() = default;
  // All entries are zero. The shape has one or two axes.
  explicit Tensor(std::initializer_list<std::size_t> shape, Layout layout = Layout::row_major);
  // The same shape and layout, all zero.
  static Tensor zeros_like(const Tensor& other);

  int rank() const { return rank_; }
  std::size_t rows() const { return rows_; }  // of a vector: 1
  std::size_t cols() const { return cols_; }  // of a vector: its length
  std::size_t size() const { return rows_ * cols_; }
  Layout layout() const { return layout_; }
  bool same_shape(const Tensor& other) const {
    return rank_ == other.rank_ && rows_ == other.rows_ && cols_ == other.cols_;
  }
  std::string shape() const;  // "[64, 512]"

  real& operator()(std::size_t i) { return values_[i]; }
  real operator()(std::size_t i) const { return values_[i]; }
  real& operator()(std::size_t i, std::size_t j) { return values_[index(i, j)]; }
  real operator()(std::size_t i, std::size_t j) const { return values_[index(i, j)]; }

  // Row i of a row-major matrix: D numbers one after the other.
  real* row(std::size_t i) { return values_.data() + i * cols_; }
  const real* row(std::size_t i) const { return values_.data() + i * cols_; }

  // Everything in stored order, in the panel layout with its padding (zero, as long as all numbers are finite): for
  // loops that treat all entries alike, such as an optimizer's.
  std::span<real> stored() { return values_; }
  std::span<const real> stored() const { return values_; }

  // Where entry (i, j) lies in stored().
  std::size_t index(std::size_t i, std::size_t j) const {
    if (layout_ == Layout::row_major) return i * cols_ + j;
    const std::size_t panel = j / kPanelWidth;
    return panel * kPanelWidth * rows_ + i * panel_width(panel) + j % kPanelWidth;
  }
  // Columns of that panel as stored: kPanelWidth, or for the last one what is left, padded to whole vectors.
  std::size_t panel_width(std::size_t panel) const {
    const std::size_t left = cols_ - panel * kPanelWidth;
    return left >= kPanelWidth ? kPanelWidth : round_up(left, kLanes);
  }
  std::size_t panels() const { return (cols_ + kPanelWidth - 1) / kPanelWidth; }

  // Changes the shape. What was stored is kept or not as it falls; memory is allocated only
  // for a size larger than any before, so the shorter last batch of an epoch costs nothing.
  void resize(std::initializer_list<std::size_t> shape);
  void resize_like(const Tensor& other) { set_shape(other.rank_, other.rows_, other.cols_); }
  void fill(real value);  // of a row-major tensor

 private:
  void set_shape(int rank, std::size_t rows, std::size_t cols);

  int rank_ = 1;
  std::size_t rows_ = 1, cols_ = 0;
  Layout layout_ = Layout::row_major;
  std::vector<real, AlignedAllocator<real>> values_;
};

}  // namespace bnlab
