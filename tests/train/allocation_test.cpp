// No allocation in the loop: the whole program's `operator new` is replaced by one that counts.
#include <atomic>
#include <cstdlib>
#include <new>

#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/dropout.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/nn/relu.hpp"
#include "bnlab/nn/tanh.hpp"
#include "bnlab/optim/adam.hpp"
#include "bnlab/optim/sgd.hpp"
#include "bnlab/train/trainer.hpp"
#include "support.hpp"

namespace {
std::atomic<std::size_t> allocations{0};

void* counted(void* memory) {
  ++allocations;
  return memory != nullptr ? memory : throw std::bad_alloc();
}
}  // namespace

// Not inlined: g++ would see a `free` of what `new` gave, and warn.
[[gnu::noinline]] void* operator new(std::size_t size) { return counted(std::malloc(size > 0 ? size : 1)); }
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted(
      std::aligned_alloc(static_cast<std::size_t>(alignment), bnlab::round_up(size, std::size_t(alignment))));
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size > 0 ? size : 1);
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::aligned_alloc(static_cast<std::size_t>(alignment), bnlab::round_up(size, std::size_t(alignment)));
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace bnlab::testing::allocation_test {
namespace {

// Allocations from the end of the first step to the end of the third epoch, with the steps' own bookkeeping.
std::size_t allocations_of(std::size_t images, std::size_t batch, bool sgd, std::size_t thread_count) {
  Dataset data;
  data.height = 28, data.width = 28;
  data.pixels.resize(images * 784, 100), data.labels.resize(images, 3);
  for (std::size_t i = 0; i < data.pixels.size(); i += 7) data.pixels[i] = static_cast<std::uint8_t>(i);

  ThreadPool threads(thread_count);
  Network network(&threads);
  network.add("fc1", Linear(784, 300, Random(1, "fc1")));
  network.add("bn1", BatchNorm(300));
  network.add("act1", ReLU());
  network.add("drop1", Dropout(0.3, Random(1, "drop1")));
  network.add("fc2", Linear(300, 70, Random(1, "fc2")));
  network.add("act2", Tanh());
  network.add("fc3", Linear(70, 10, Random(1, "fc3")));
  std::unique_ptr<Optimizer> optimizer = std::make_unique<Adam>(network.parameters(), AdamOptions{}, &threads);
  if (sgd) optimizer = std::make_unique<Sgd>(network.parameters(), SgdOptions{.momentum = 0.9}, &threads);

  std::size_t after_first = 0, in_steps = 0, seen = 0;
  TrainObserver observer;
  observer.on_step = [&](const StepResult& step) {
    // An epoch's beginning and end may write down what happened; all else is counted.
    const bool begins_epoch = step.step % step.steps_per_epoch == 1 || step.steps_per_epoch == 1;
    if (step.step > 1 && !begins_epoch) in_steps += allocations - after_first;
    after_first = allocations, ++seen;
  };
  train(network, *optimizer, {all_images(data), {}}, {.epochs = 3, .batch = batch}, &threads, observer);
  REQUIRE(seen == 3 * BatchPlan(images, batch).count());
  return in_steps;
}

}  // namespace

TEST_CASE(
    "Training: a step after the first allocates nothing, with any number of threads, in a longer last batch either") {
  const std::size_t before = allocations;
  Tensor({3, 5}), Tensor({300, 500});
  REQUIRE(allocations > before + 1);  // it does count
  for (const std::size_t threads : {1u, 2u, 3u}) {
    CAPTURE(threads);
    CHECK(allocations_of(200, 64, false, threads) == 0);  // the last batch is shorter
    CHECK(allocations_of(193, 64, true, threads) == 0);   // 64, 64, 65
    CHECK(allocations_of(9, 4, false, threads) == 0);     // 4, 5
  }
}

}  // namespace bnlab::testing::allocation_test
