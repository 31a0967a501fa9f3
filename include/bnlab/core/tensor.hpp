// Tensor: a vector [D] or a matrix [N, D] of reals.
//
// An image is a row of a matrix [N, C*H*W], its pixels in the order of its file, so a tensor has at most two axes.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "bnlab/core/aligned_allocator.hpp"
#include "bnlab/core/simd.hpp"

namespace bnlab {

// The order of a matrix in memory. t(i, j) finds an entry in either; the order matters for the speed of the matrix
// product.
//
//   row_major   row after row: entry (i, j) of an [N, D] matrix is at i * D + j.
//   panels      the columns are divided into panels of kPanelWidth columns. One panel follows the other, and each is
//               row-major. The matrix product reads a panel row by row, that is, in the order of memory:
//
//                   columns  0..3     4..6         (kPanelWidth 4; the last panel is padded with zeros
//                    row 0 | 0 1 2 3 | 12 13 14 0    to a multiple of kLanes columns)
//                    row 1 | 4 5 6 7 | 16 ...
//                    row 2 | 8 ...
//
//               The right operand of a product (matmul.hpp), such as the weights of a layer, is stored in panels.
enum class Layout { row_major, panels };

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

  // Row i of a row-major matrix: a pointer to D consecutive entries.
  real* row(std::size_t i) { return values_.data() + i * cols_; }
  const real* row(std::size_t i) const { return values_.data() + i * cols_; }

  // All entries in the order of memory, for elementwise loops, such as an optimizer's. With panels this includes the
  // padding, which is zero as long as all entries are finite.
  std::span<real> stored() { return values_; }
  std::span<const real> stored() const { return values_; }

  // The index of entry (i, j) in stored().
  std::size_t index(std::size_t i, std::size_t j) const {
    if (layout_ == Layout::row_major) return i * cols_ + j;
    const std::size_t panel = j / kPanelWidth;
    return panel * kPanelWidth * rows_ + i * panel_width(panel) + j % kPanelWidth;
  }
  // Stored columns of that panel: kPanelWidth, or for the last panel the remaining columns, padded to whole vectors.
  std::size_t panel_width(std::size_t panel) const {
    const std::size_t remaining = cols_ - panel * kPanelWidth;
    return remaining >= kPanelWidth ? kPanelWidth : round_up(remaining, kLanes);
  }
  std::size_t panels() const { return (cols_ + kPanelWidth - 1) / kPanelWidth; }

  // Changes the shape. The contents are unspecified afterwards. Memory is allocated only for a size larger than any
  // before, so the shorter last batch of an epoch allocates nothing. Error, or std::bad_alloc: too large; the tensor is
  // unchanged.
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

// No entry is NaN or infinite.
bool is_finite(const Tensor& t);

}  // namespace bnlab
