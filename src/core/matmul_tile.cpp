// Why a tile? The triple loop of matmul_naive.cpp loads two numbers for each multiply-add. A tile of kTileRows x
// kPanelWidth sums in vector registers uses each loaded number several times: for each k it loads one row of a panel
// (kPanelVectors vectors) and kTileRows numbers of A, and executes kTileRows * kPanelVectors vector multiply-adds with
// them.
#include "bnlab/core/matmul_tile.hpp"

#include <array>
#include <utility>

namespace bnlab {
namespace {

// Rows and Vectors are compile-time constants, so the compiler unrolls the loops over them and keeps `sum` in
// registers.
template <std::size_t Rows, std::size_t Vectors>
void tile(std::size_t terms, LeftOperand a, const real* b, real* t, std::size_t t_step, bool accumulate) {
  constexpr std::size_t kLine = kAlignment / sizeof(real);
  // Prefetch the lines of t: they arrive in the L1 cache while the sums are computed.
  for (std::size_t r = 0; r < Rows && !accumulate; ++r) {
    for (std::size_t j = 0; j < Vectors * kLanes; j += kLine) __builtin_prefetch(t + r * t_step + j, 1);
  }
  vec sum[Rows][Vectors];
  BNLAB_UNROLL
  for (std::size_t r = 0; r < Rows; ++r) {
    BNLAB_UNROLL
    for (std::size_t v = 0; v < Vectors; ++v) sum[r][v] = accumulate ? load_vec(t + r * t_step + v * kLanes) : vec{};
  }
  for (std::size_t k = 0; k < terms; ++k) {
    vec b_k[Vectors];
    BNLAB_UNROLL
    for (std::size_t v = 0; v < Vectors; ++v) b_k[v] = load_vec(b + v * kLanes);
    BNLAB_UNROLL
    for (std::size_t r = 0; r < Rows; ++r) {
      BNLAB_UNROLL
      for (std::size_t v = 0; v < Vectors; ++v) sum[r][v] += a.data[r * a.row_step] * b_k[v];
    }
    a.data += a.sum_step;
    b += Vectors * kLanes;
  }
  BNLAB_UNROLL
  for (std::size_t r = 0; r < Rows; ++r) {
    BNLAB_UNROLL
    for (std::size_t v = 0; v < Vectors; ++v) store_vec(t + r * t_step + v * kLanes, sum[r][v]);
  }
}

// A table of the kernels for every height and width.
template <std::size_t Rows, std::size_t... V>
constexpr std::array<TileKernel, kPanelVectors> kernels_of_height(std::index_sequence<V...>) {
  return {tile<Rows, V + 1>...};
}
template <std::size_t... R>
constexpr auto all_kernels(std::index_sequence<R...>) {
  return std::array{kernels_of_height<R + 1>(std::make_index_sequence<kPanelVectors>())...};
}

}  // namespace

TileKernel tile_kernel(std::size_t height, std::size_t width) {
  static constexpr auto kernels = all_kernels(std::make_index_sequence<kTileRows>());
  return kernels[height - 1][width / kLanes - 1];
}

}  // namespace bnlab
