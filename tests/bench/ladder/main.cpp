// make ladder: checks that all rungs of the ladder compute the same product, then times them. --check only checks.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>
#include <functional>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "bnlab/core/error.hpp"
#include "bnlab/core/random.hpp"
#include "bnlab/lab/figures/drawing.hpp"
#include "ladder.hpp"

namespace bnlab::ladder {
namespace {

struct Rung {
  const char* name;
  std::function<void(Sizes, const real* a, const real* b, real* c)> multiply;
};

// All rungs, the first at the bottom. Each that copies B has memory of its own, so that none finds the copy another
// made.
std::vector<Rung> all_rungs(ThreadPool& pool) {
  const auto own_panels = [copy = Copy()](Sizes s, const real* a, const real* b, real* c) mutable {
    panels(s, a, b, c, copy);
  };
  const auto own_threads = [copy = Copy(), &pool](Sizes s, const real* a, const real* b, real* c) mutable {
    threads(s, a, b, c, copy, pool);
  };
  return {{"triple_loop", triple_loop}, {"loop_order", loop_order}, {"blocked", blocked},
          {"registers", registers},     {"panels", own_panels},     {"threads", own_threads}};
}

using Numbers = std::vector<real, AlignedAllocator<real>>;

Numbers random_numbers(std::size_t count, std::string_view name) {
  Random random(1, name);
  Numbers numbers(count);
  for (real& number : numbers) number = static_cast<real>(random.uniform(-1, 1));
  return numbers;
}

struct Operands {
  Sizes s;
  Numbers a, b;
  explicit Operands(Sizes sizes)
      : s(sizes), a(random_numbers(s.rows * s.terms, "A")), b(random_numbers(s.terms * s.cols, "B")) {}
};

// --- Check ----------------------------------------------------------------------------------------------------------

// C, and behind it some numbers that are nobody's. All are NaN to begin with, which no product of ours can be: an entry
// that was not written shows, and one that was written behind the end, too.
constexpr std::size_t kBehind = 256;
Numbers product(const Rung& rung, const Operands& o) {
  Numbers c(o.s.rows * o.s.cols + kBehind, std::numeric_limits<real>::quiet_NaN());
  rung.multiply(o.s, o.a.data(), o.b.data(), c.data());
  return c;
}

// By how much two ways to round the sum of entry (i, j) may differ at most: one rounding, of half an epsilon, for each
// term in each of them, and the sum on its way is never larger than Σ |a b|.
double rounding(const Operands& o, std::size_t i, std::size_t j) {
  double size = 0;
  for (std::size_t k = 0; k < o.s.terms; ++k) {
    size += std::abs(static_cast<double>(o.a[i * o.s.terms + k]) * static_cast<double>(o.b[k * o.s.cols + j]));
  }
  return static_cast<double>(o.s.terms) * static_cast<double>(std::numeric_limits<real>::epsilon()) * size;
}

// Throws if a product is not what the first rung's is. With exact, to the last bit.
void compare(const Rung& rung, const Operands& o, const Numbers& c, const char* other, const Numbers& expected,
             bool exact) {
  const auto [rows, cols, terms] = o.s;
  const std::string where =
      format("%s, C[%zu, %zu] = A[%zu, %zu] B[%zu, %zu]", rung.name, rows, cols, rows, terms, terms, cols);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < cols; ++j) {
      const real found = c[i * cols + j], wanted = expected[i * cols + j];
      if (std::memcmp(&found, &wanted, sizeof found) == 0) continue;
      const double bound = exact ? 0 : rounding(o, i, j), error = std::abs(static_cast<double>(found - wanted));
      if (exact || !(error <= bound)) {
        fail("%s, entry (%zu, %zu): expected %.9g as by %s, give or take %.2g, found %.9g", where.c_str(), i, j,
             static_cast<double>(wanted), other, bound, static_cast<double>(found));
      }
    }
  }
  for (std::size_t n = rows * cols; n < c.size(); ++n) {
    if (!std::isnan(c[n])) fail("%s: wrote %zu numbers behind the end of C", where.c_str(), n - rows * cols + 1);
  }
}

// Sizes at which tiles, blocks and panels come out even and uneven, each for itself, and those that are timed here.
constexpr Sizes kChecked[] = {{1, 1, 1},   {7, 10, 63},   {65, 63, 785}, {64, 512, 784},  {6, 64, 16},
                              {5, 128, 1}, {1, 1000, 17}, {13, 33, 40},  {130, 257, 131}, {3, 600, 100}};

void check() {
  ThreadPool pool(3);  // three even on one core: ranges that are no powers of two
  const std::vector<Rung> rungs = all_rungs(pool);
  for (const Sizes& sizes : kChecked) {
    const Operands o(sizes);
    const Numbers first = product(rungs[0], o);
    Numbers below;
    for (const Rung& rung : rungs) {
      const Numbers c = product(rung, o);
      compare(rung, o, c, rungs[0].name, first, false);
      if (&rung == &rungs.back()) {
        compare(rung, o, c, "panels", below, true);
        // Threads that get into one another's way do so only now and then.
        for (int again = 0; again < 20; ++again) compare(rung, o, product(rung, o), "panels", below, true);
      }
      below = c;
    }
  }
  std::printf("ladder: all %zu rungs give the same products, for %zu sizes\n", rungs.size(), std::size(kChecked));
}

// --- Time -----------------------------------------------------------------------------------------------------------

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

struct Times {
  std::vector<double> gflops;  // of each rung
  double peak;                 // of one core
};

// Whatever else the machine does comes and goes, and its clock with its temperature. So the rungs and the peak take
// turns, round after round, that all may meet the same; of each, the median round counts.
Times measure(const Operands& o, const std::vector<Rung>& rungs) {
  constexpr int rounds = 15;
  constexpr double shortest = 0.01, most = 1.5;  // seconds: of a turn; of all turns of a rung
  Numbers c(o.s.rows * o.s.cols);
  const double gflop = 2e-9 * static_cast<double>(o.s.rows * o.s.cols * o.s.terms);
  std::vector<std::vector<double>> seen(rungs.size());
  std::vector<double> spent(rungs.size(), 0), peaks;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t r = 0; r < rungs.size(); ++r) {
      if (spent[r] > most) continue;  // so that a slow rung does not take minutes: it has fewer rounds
      int products = 0;
      double time = 0;
      for (const auto begin = std::chrono::steady_clock::now(); time < shortest; ++products) {
        rungs[r].multiply(o.s, o.a.data(), o.b.data(), c.data());
        time = seconds_since(begin);
      }
      seen[r].push_back(gflop * products / time);
      spent[r] += time;
    }
    peaks.push_back(peak_gflops());
  }
  Times times{{}, median(peaks)};
  for (const std::vector<double>& values : seen) times.gflops.push_back(median(values));
  return times;
}

void print_row(const char* name, double gflops, double first, double peak, double longest) {
  std::printf("  %-19s %8.2f %16.1f %15.1f   %s\n", name, gflops, gflops / first, 100 * gflops / peak,
              bar(gflops / longest, 40).c_str());
}

void time_all() {
  ThreadPool pool(ThreadPool::cores());
  const std::vector<Rung> rungs = all_rungs(pool);
  struct Shape {
    const char *name, *meaning;
    Sizes sizes;
  };
  std::string results;
  for (const Shape& shape : {Shape{"forward", "a layer's outputs for a batch of 64 images", {64, 512, 784}},
                             Shape{"square", "a large product", {1024, 1024, 1024}}}) {
    const auto [rows, cols, terms] = shape.sizes;
    const Times times = measure(Operands(shape.sizes), rungs);
    std::printf("\n%s: C[%zu, %zu] = A[%zu, %zu] B[%zu, %zu], %s\n\n", shape.name, rows, cols, rows, terms, terms, cols,
                shape.meaning);
    std::printf("  %-19s %8s %16s %15s\n", "rung", "GFLOP/s", "times the first", "% of the peak");
    const double first = times.gflops[0],
                 longest = std::max(times.peak, *std::max_element(times.gflops.begin(), times.gflops.end()));
    for (std::size_t r = 0; r < rungs.size(); ++r) {
      const double gflops = times.gflops[r];
      print_row(format("%zu %s", r + 1, rungs[r].name).c_str(), gflops, first, times.peak, longest);
      results += format("ladder %s %s gflops=%.3f times_first=%.2f fraction=%.4f\n", rungs[r].name, shape.name, gflops,
                        gflops / first, gflops / times.peak);
    }
    print_row("the peak of a core", times.peak, first, times.peak, longest);
  }
  std::printf(
      "\n%s, vectors of %zu bytes, %zu threads on the last rung. GFLOP/s: thousands of millions of multiplications\n"
      "and additions per second. The peak is one core's: multiply-adds on registers and nothing else.\n\n%s",
      sizeof(real) == 8 ? "double" : "float", kVectorBytes, pool.size(), results.c_str());
}

}  // namespace
}  // namespace bnlab::ladder

// Exit status: 0; 1 if a rung is wrong; 2 for a wrong command line.
int main(int argc, char** argv) {
  const bool only_check = argc > 1 && std::string_view(argv[1]) == "--check";
  if (argc > (only_check ? 2 : 1)) {
    std::fprintf(stderr, "ladder: expected --check or nothing, found '%s'\n", argv[only_check ? 2 : 1]);
    return 2;
  }
  try {
    bnlab::ladder::check();
    if (!only_check) bnlab::ladder::time_all();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ladder: %s\n", error.what());
    return 1;
  }
}
