#include "bnlab/core/tensor.hpp"

#include <algorithm>
#include <cmath>

#include "bnlab/core/error.hpp"

namespace bnlab {

Tensor::Tensor(std::initializer_list<std::size_t> shape, Layout layout) : layout_(layout) { resize(shape); }

Tensor Tensor::zeros_like(const Tensor& other) {
  Tensor t({0}, other.layout_);
  t.resize_like(other);
  return t;
}

std::string Tensor::shape() const { return rank_ == 1 ? format("[%zu]", cols_) : format("[%zu, %zu]", rows_, cols_); }

void Tensor::resize(std::initializer_list<std::size_t> shape) {
  const std::size_t* axis = shape.begin();
  if (shape.size() == 1) {
    set_shape(1, 1, axis[0]);
  } else if (shape.size() == 2) {
    set_shape(2, axis[0], axis[1]);
  } else {
    fail("a tensor has 1 or 2 axes, not %zu", shape.size());
  }
}

// The shape changes last: where there is no memory, the tensor stays as it was.
void Tensor::set_shape(int rank, std::size_t rows, std::size_t cols) {
  constexpr std::size_t kMostPerAxis = std::size_t{1} << 29;  // so that no product below overflows
  if (rows > kMostPerAxis || cols > kMostPerAxis) {
    fail("a tensor has at most %zu rows and columns, not %zu and %zu", kMostPerAxis, rows, cols);
  }
  const auto stored_size = [&](std::size_t n, std::size_t d) {
    return n * (layout_ == Layout::panels ? round_up(d, kLanes) : d);
  };
  // Capacity for one more row and column: the last batch of an epoch may have one image more than the others.
  if (stored_size(rows, cols) > values_.capacity()) values_.reserve(stored_size(rows + 1, cols + 1));
  values_.resize(stored_size(rows, cols));
  rank_ = rank;
  rows_ = rows;
  cols_ = cols;
}

void Tensor::fill(real value) { std::fill(values_.begin(), values_.end(), value); }

bool is_finite(const Tensor& t) {
  return std::all_of(t.stored().begin(), t.stored().end(), [](real value) { return std::isfinite(value); });
}

}  // namespace bnlab
