// The products that `bnlab bench gemm` times, by OpenBLAS. Prints the same lines, without the last column.
#include <cblas.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

struct Product {
  const char* name;
  int m, n, k;
  CBLAS_TRANSPOSE a, b;
};

int main() {
  using Clock = std::chrono::steady_clock;
  for (const Product& p : {Product{"forward", 64, 512, 784, CblasNoTrans, CblasNoTrans},
                           {"weight_grad", 784, 512, 64, CblasTrans, CblasNoTrans},
                           {"input_grad", 64, 784, 512, CblasNoTrans, CblasTrans},
                           {"evaluate", 1000, 512, 784, CblasNoTrans, CblasNoTrans},
                           {"square", 1024, 1024, 1024, CblasNoTrans, CblasNoTrans}}) {
    const auto size = [](int rows, int cols) {
      return static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols);
    };
    const std::vector<float> a(size(p.m, p.k), 0.5f), b(size(p.k, p.n), 0.25f);
    std::vector<float> c(size(p.m, p.n));
    const double gflop = 2e-9 * p.m * p.n * p.k;
    const int times = static_cast<int>(0.5 / gflop) + 1, a_row = p.a == CblasTrans ? p.m : p.k,
              b_row = p.b == CblasTrans ? p.k : p.n;
    double best = 0;
    for (int round = 0; round < 10; ++round) {  // the first one warms up
      const Clock::time_point start = Clock::now();
      for (int i = 0; i < times; ++i) {
        cblas_sgemm(CblasRowMajor, p.a, p.b, p.m, p.n, p.k, 1, a.data(), a_row, b.data(), b_row, 0, c.data(), p.n);
      }
      const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
      if (round > 0) best = std::max(best, times * gflop / seconds);
    }
    std::printf("gemm %s %d %d %d %.1f\n", p.name, p.m, p.n, p.k, best);
  }
}
