// A thread pool for parallel loops.
//
// Results do not depend on the number of threads. A loop is divided into ranges of *outputs*, and each output is
// computed by one thread, exactly as a single thread would compute it. No sum is divided between threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>

namespace bnlab {

class ThreadPool {
 public:
  // `threads` >= 1 includes the calling thread: a pool of one starts no thread. Throws Error if the system cannot start
  // that many.
  explicit ThreadPool(std::size_t threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  std::size_t size() const { return size_; }

  // Calls job(context, part) once for each part = 0 … parts - 1 (at most kMaxParts) and returns when all are finished.
  // Part i is meant for thread i, but a thread that is free claims any part that is left: if another program occupies a
  // core, the caller need not wait for the thread there. A job must not throw.
  static constexpr std::size_t kMaxParts = 64;
  void run(std::size_t parts, void (*job)(void*, std::size_t), void* context);

  // The number of hardware threads of this machine.
  static std::size_t cores();

 private:
  struct Shared;  // threads.cpp
  std::unique_ptr<Shared> shared_;
  std::size_t size_;
};

// Not inlined: serial and parallel loops run the same machine code, so their results are bit-identical.
template <class Body>
[[gnu::noinline]] void run_range(Body& body, std::size_t begin, std::size_t end) {
  body(begin, end);
}

// Calls body(begin, end) for ranges that cover [0, count) and begin at multiples of `grain`. `pool`: thread pool; null
// means serial. A loop of a single grain is serial, too. Choose the grain so that a range takes about 10 µs or more,
// the time in which it pays to wake a thread.
template <class Body>
void parallel_for(ThreadPool* pool, std::size_t count, std::size_t grain, Body&& body) {
  const std::size_t grains = (count + grain - 1) / grain;
  if (pool == nullptr || pool->size() == 1 || grains <= 1) {
    if (count > 0) run_range(body, 0, count);
    return;
  }
  const std::size_t parts = std::min({pool->size(), grains, ThreadPool::kMaxParts});
  auto run_part = [&](std::size_t part) {
    const std::size_t begin = grains * part / parts * grain;
    const std::size_t end = grains * (part + 1) / parts * grain;
    if (begin < end) run_range(body, begin, std::min(end, count));
  };
  pool->run(
      parts, [](void* job, std::size_t part) { (*static_cast<decltype(run_part)*>(job))(part); }, &run_part);
}

}  // namespace bnlab
