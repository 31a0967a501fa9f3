#include "bnlab/lab/bench.hpp"

#include <algorithm>
#include <chrono>

#include "bnlab/core/matmul.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/nn/loss.hpp"

namespace bnlab {
namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// Seconds that `work` takes, once.
template <class Work>
double seconds(Work work) {
  const double start = now();
  work();
  return now() - start;
}

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

Tensor random_matrix(std::size_t rows, std::size_t cols, Layout layout) {
  Random random(1, "bench");
  Tensor t({rows, cols}, layout);
  for (real& value : t.stored()) value = static_cast<real>(random.uniform(-1, 1));
  return t;
}

}  // namespace

double peak_gflops(ThreadPool& threads) {
  constexpr std::size_t kRounds = 200'000;
  std::vector<real> totals(threads.size());
  const double time = seconds([&] {
    parallel_for(&threads, totals.size(), 1, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) totals[i] = multiply_and_add(kRounds, real(0.999));
    });
  });
  return 2e-9 * static_cast<double>(totals.size() * kRounds * kSums * kLanes) / time;
}

double memory_gigabytes(ThreadPool& threads) {
  constexpr std::size_t kBytes = 64 << 20;  // more than most caches hold
  const Bytes from(kBytes, 1);
  Bytes to(kBytes);
  double best = 0;
  for (int round = 0; round < 5; ++round) {
    const double time = seconds([&] {
      parallel_for(&threads, kBytes, 1 << 20, [&](std::size_t begin, std::size_t end) {
        std::copy(from.begin() + std::ptrdiff_t(begin), from.begin() + std::ptrdiff_t(end), &to[begin]);
      });
    });
    best = std::max(best, 2e-9 * kBytes / time);
  }
  return best;
}

std::vector<ProductSpeed> time_products(ThreadPool& threads) {
  std::vector<ProductSpeed> all = {{"forward", 64, 512, 784},
                                   {"weight_grad", 784, 512, 64},
                                   {"input_grad", 64, 784, 512},
                                   {"evaluate", 1000, 512, 784},
                                   {"square", 1024, 1024, 1024}};
  for (ProductSpeed& p : all) {
    const std::string name = p.name;
    const bool tn = name == "weight_grad", nt = name == "input_grad";  // which operand is transposed, if any
    const Tensor a = tn ? random_matrix(p.k, p.m, Layout::row_major) : random_matrix(p.m, p.k, Layout::row_major);
    const Tensor b = nt   ? random_matrix(p.n, p.k, Layout::panels)
                     : tn ? random_matrix(p.k, p.n, Layout::row_major)
                          : random_matrix(p.k, p.n, Layout::panels);
    Tensor result({p.m, p.n}, tn ? Layout::panels : Layout::row_major);
    Scratch scratch;
    const double gflop = 2e-9 * static_cast<double>(p.m * p.n * p.k);
    const int times = static_cast<int>(0.5 / gflop) + 1;
    for (int round = 0; round < 9; ++round) {
      p.peak = std::max(p.peak, peak_gflops(threads));
      const double time = seconds([&] {
        for (int i = 0; i < times; ++i) {
          if (tn) {
            matmul_tn(a, b, result, scratch, &threads);
          } else if (nt) {
            matmul_nt(a, b, result, scratch, &threads);
          } else {
            matmul(a, b, result, &threads);
          }
        }
      });
      p.gflops = std::max(p.gflops, times * gflop / time);
    }
  }
  return all;
}

std::vector<PartTime> time_parts(Run& run, Subset images) {
  const auto& layers = run.network.layers();
  std::vector<PartTime> parts = {{"batch"}};
  for (const auto& [name, layer] : layers) parts.push_back({name});
  parts.push_back({"loss"}), parts.push_back({"optimizer"});
  PartTime *const of_layer = &parts[1], &loss = parts[parts.size() - 2], &optimizer = parts.back();
  double last = 0;
  const auto lap = [&](double& sum) {
    const double time = now();
    sum += time - last, last = time;
  };
  const auto gigabytes = [](const Tensor& t) { return 1e-9 * sizeof(real) * static_cast<double>(t.size()); };

  const BatchPlan plan(images.indices.size(), run.settings.training.batch);
  shuffle_for_epoch(images, run.settings.training.seed, 1);
  Batch batch;
  SoftmaxCrossEntropy criterion;
  std::vector<const Tensor*> inputs(layers.size() + 1);
  last = now();
  for (std::size_t b = 0; b < plan.count(); ++b) {
    batch.load(images, plan.begin(b), plan.end(b), run.threads);
    lap(parts[0].forward);
    inputs[0] = &batch.images;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      inputs[i + 1] = &layers[i].layer->forward(*inputs[i], Mode::train);
      lap(of_layer[i].forward);
    }
    criterion.forward(*inputs.back(), batch.labels);
    lap(loss.forward);
    const Tensor* gradient = &criterion.backward();
    lap(loss.backward);
    for (std::size_t i = layers.size(); i-- > 0;) {
      gradient = &layers[i].layer->backward(*gradient, Mode::train);
      lap(of_layer[i].backward);
    }
    run.optimizer->step();
    lap(optimizer.forward);

    parts[0].gigabytes += gigabytes(batch.images);
    for (std::size_t i = 0; i < layers.size(); ++i) {
      if (const auto* linear = dynamic_cast<const Linear*>(layers[i].layer.get())) {
        const std::size_t products = i == 0 ? 2 : 3;  // the first layer has no use for dx
        of_layer[i].gflop += 2e-9 * static_cast<double>(products * batch.images.rows() * linear->weight.size());
      } else {
        of_layer[i].gigabytes += 2 * (gigabytes(*inputs[i]) + gigabytes(*inputs[i + 1]));
      }
    }
    loss.gigabytes += 3 * gigabytes(*inputs.back());
    for (const Parameter& p : run.network.parameters()) optimizer.gigabytes += 7 * gigabytes(*p.value);
  }
  return parts;
}

}  // namespace bnlab
