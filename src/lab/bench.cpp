#include "bnlab/lab/bench.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "bnlab/core/matmul.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/nn/loss.hpp"

namespace bnlab {
namespace {

struct Stopwatch {
  std::chrono::steady_clock::time_point last = std::chrono::steady_clock::now();
  double lap() {  // seconds since the last one, or since the beginning
    const auto start = std::exchange(last, std::chrono::steady_clock::now());
    return std::chrono::duration<double>(last - start).count();
  }
};

typedef real vec __attribute__((vector_size(kVectorBytes)));
constexpr std::size_t kSums = 12;  // enough that none waits for its last result, few enough for 16 registers

// sum <- sum · factor + term, over and over. They begin apart and are returned, so that the compiler cannot leave out any.
[[gnu::noinline]] real multiply_and_add(std::size_t rounds, real factor) {
  vec sums[kSums];
  for (std::size_t i = 0; i < kSums; ++i) sums[i] = vec{} + static_cast<real>(2 + i);
  for (std::size_t i = 0; i < rounds; ++i) {
    for (vec& sum : sums) sum = sum * factor + (1 - factor);
  }
  real total = 0;
  for (const vec& sum : sums) total += sum[0];
  return total;
}

Tensor random_matrix(std::size_t rows, std::size_t cols, Layout layout = Layout::row_major) {
  Random random(1, "bench");
  Tensor t({rows, cols}, layout);
  for (real& value : t.stored()) value = static_cast<real>(random.uniform(-1, 1));
  return t;
}

double peak_gflops(ThreadPool& threads) {
  constexpr std::size_t kRounds = 200'000;
  std::vector<real> totals(threads.size());
  Stopwatch watch;
  parallel_for(&threads, totals.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) totals[i] = multiply_and_add(kRounds, real(0.999));
  });
  return 2e-9 * static_cast<double>(totals.size() * kRounds * kSums * kLanes) / watch.lap();
}

}  // namespace

Limits measure_limits(ThreadPool& threads) {
  constexpr std::size_t kBytes = 64 << 20;  // more than most caches hold
  const Bytes from(kBytes, 1);
  Bytes to(kBytes);
  Limits best;
  for (int round = 0; round < 5; ++round) {
    Stopwatch watch;
    parallel_for(&threads, kBytes, 1 << 20,
                 [&](std::size_t begin, std::size_t end) { std::copy_n(&from[begin], end - begin, &to[begin]); });
    best.gigabytes = std::max(best.gigabytes, 2e-9 * kBytes / watch.lap());
  }
  for (int round = 0; round < 20; ++round) best.gflops = std::max(best.gflops, peak_gflops(threads));
  return best;
}

std::vector<ProductSpeed> time_products(ThreadPool& threads) {
  std::vector<ProductSpeed> all = {{"forward", 64, 512, 784},
                                   {"weight_grad", 784, 512, 64},
                                   {"input_grad", 64, 784, 512},
                                   {"evaluate", 1000, 512, 784},
                                   {"square", 1024, 1024, 1024}};
  Scratch scratch;
  double peak = 0;
  for (ProductSpeed& p : all) {
    const std::size_t m = p.m, n = p.n, k = p.k;
    const bool tn = &p == &all[1], nt = &p == &all[2];
    const Tensor a = tn ? random_matrix(k, m) : random_matrix(m, k);
    const Tensor b = random_matrix(nt ? n : k, nt ? k : n, tn ? Layout::row_major : Layout::panels);
    Tensor result({m, n}, tn ? Layout::panels : Layout::row_major);
    const double gflop = 2e-9 * static_cast<double>(m * n * k);
    const int times = static_cast<int>(0.2 / gflop) + 1;
    for (int round = 0; round < 9; ++round) {
      peak = std::max(peak, peak_gflops(threads));
      Stopwatch watch;
      for (int i = 0; i < times; ++i) {
        tn   ? matmul_tn(a, b, result, scratch, &threads)
        : nt ? matmul_nt(a, b, result, scratch, &threads)
             : matmul(a, b, result, &threads);
      }
      p.gflops = std::max(p.gflops, times * gflop / watch.lap());
    }
  }
  for (ProductSpeed& p : all) p.fraction = p.gflops / peak;
  return all;
}

std::vector<PartTime> time_parts(Run& run, Subset images) {
  const auto& layers = run.network.layers();
  std::vector<PartTime> parts = {{"batch"}};
  for (const auto& [name, layer] : layers) parts.push_back({name});
  parts.push_back({"loss"}), parts.push_back({"optimizer"});
  PartTime &assembly = parts[0], *of_layer = &parts[1], &loss = parts[parts.size() - 2], &optimizer = parts.back();
  const auto gigabytes = [](const Tensor& t) { return 1e-9 * sizeof(real) * static_cast<double>(t.size()); };

  const BatchPlan plan(images.indices.size(), run.settings.training.batch);
  shuffle_for_epoch(images, run.settings.training.seed, 1);
  Batch batch;
  SoftmaxCrossEntropy criterion;
  std::vector<const Tensor*> x(layers.size() + 1);  // each layer's input; last, the logits
  for (std::size_t b = 0; b < plan.count(); ++b) {
    Stopwatch watch;
    batch.load(images, plan.begin(b), plan.end(b), run.threads);
    assembly.forward += watch.lap();
    x[0] = &batch.images;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      x[i + 1] = &layers[i].layer->forward(*x[i], Mode::train);
      of_layer[i].forward += watch.lap();
    }
    criterion.forward(*x.back(), batch.labels);
    loss.forward += watch.lap();
    const Tensor* gradient = &criterion.backward();
    loss.backward += watch.lap();
    for (std::size_t i = layers.size(); i-- > 0;) {
      gradient = &layers[i].layer->backward(*gradient, Mode::train);
      of_layer[i].backward += watch.lap();
      const bool products = dynamic_cast<Linear*>(layers[i].layer.get()) != nullptr;
      const std::size_t each = x[i]->cols() * x[i + 1]->size();  // multiply-adds of y, dW and dx; the first has no dx
      if (products) of_layer[i].gflop += 2e-9 * static_cast<double>((i == 0 ? 2 : 3) * each);
      if (!products) of_layer[i].gigabytes += 2 * (gigabytes(*x[i]) + gigabytes(*x[i + 1]));
    }
    watch.lap();
    run.optimizer->step();
    optimizer.forward += watch.lap();
    assembly.gigabytes += gigabytes(*x[0]), loss.gigabytes += 3 * gigabytes(*x.back());
    // Adam reads θ, its gradient, m and v, and writes θ, m and v.
    for (const Parameter& p : run.network.parameters()) optimizer.gigabytes += 7 * gigabytes(*p.value);
  }
  return parts;
}

}  // namespace bnlab
