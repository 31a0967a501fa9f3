#include <algorithm>

#include "bnlab/core/matmul.hpp"
#include "bnlab/lab/bench.hpp"

namespace bnlab {
namespace {

Tensor random_matrix(std::size_t rows, std::size_t cols, Layout layout = Layout::row_major) {
  Random random(1, "bench");
  Tensor t({rows, cols}, layout);
  for (real& value : t.stored()) value = static_cast<real>(random.uniform(-1, 1));
  return t;
}

// The operands as a layer has them: what a product reads as panels or row by row.
struct Operands {
  Tensor a, b, result;
};

Operands operands_of(const ProductSpeed& p) {
  switch (p.kind) {
    case ProductKind::first_transposed:
      return {random_matrix(p.k, p.m), random_matrix(p.k, p.n), Tensor({p.m, p.n}, Layout::panels)};
    case ProductKind::second_transposed:
      return {random_matrix(p.m, p.k), random_matrix(p.n, p.k, Layout::panels), Tensor({p.m, p.n})};
    case ProductKind::plain:
      break;
  }
  return {random_matrix(p.m, p.k), random_matrix(p.k, p.n, Layout::panels), Tensor({p.m, p.n})};
}

void multiply(ProductKind kind, Operands& o, Scratch& scratch, ThreadPool& threads) {
  switch (kind) {
    case ProductKind::plain:
      matmul(o.a, o.b, o.result, &threads);
      break;
    case ProductKind::first_transposed:
      matmul_tn(o.a, o.b, o.result, scratch, &threads);
      break;
    case ProductKind::second_transposed:
      matmul_nt(o.a, o.b, o.result, scratch, &threads);
      break;
  }
}

}  // namespace

std::vector<ProductSpeed> time_products(ThreadPool& threads) {
  std::vector<ProductSpeed> all = {
      {.name = "forward", .kind = ProductKind::plain, .m = 64, .n = 512, .k = 784},
      {.name = "weight_grad", .kind = ProductKind::first_transposed, .m = 784, .n = 512, .k = 64},
      {.name = "input_grad", .kind = ProductKind::second_transposed, .m = 64, .n = 784, .k = 512},
      {.name = "evaluate", .kind = ProductKind::plain, .m = 1000, .n = 512, .k = 784},
      {.name = "square", .kind = ProductKind::plain, .m = 1024, .n = 1024, .k = 1024}};
  Scratch scratch;
  double peak = 0;
  for (ProductSpeed& p : all) {
    Operands operands = operands_of(p);
    const double gflop = 2e-9 * static_cast<double>(p.m * p.n * p.k);
    const int times = static_cast<int>(0.2 / gflop) + 1;
    for (int round = 0; round < 9; ++round) {
      peak = std::max(peak, peak_gflops(threads));
      Stopwatch watch;
      for (int i = 0; i < times; ++i) multiply(p.kind, operands, scratch, threads);
      p.gflops = std::max(p.gflops, times * gflop / watch.lap());
    }
  }
  for (ProductSpeed& p : all) p.fraction = p.gflops / peak;
  return all;
}

}  // namespace bnlab
