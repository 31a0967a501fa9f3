// A pool of threads that share out a loop.
//
// Results never depend on the number of threads: a loop is cut into ranges of *outputs*, each computed by one thread
// in the same way as one thread alone would; no sum is ever cut in two.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>

namespace bnlab {

class ThreadPool {
 public:
  // `threads` >= 1 counts the caller: a pool of one starts no thread at all. Throws Error where the system has
  // no more threads to give.
  explicit ThreadPool(std::size_t threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  std::size_t size() const { return size_; }

  // Calls job(context, part) once for part = 0 … parts - 1 (at most kMostParts) and returns when all are done. Part i
  // is meant for thread i, but whoever is free takes what nobody has begun: when other programs keep a core busy, the
  // caller does not wait for the thread that cannot run. A job must not throw.
  static constexpr std::size_t kMostParts = 64;
  void run(std::size_t parts, void (*job)(void*, std::size_t), void* context);

  // The processor's number of cores.
  static std::size_t cores();

 private:
  struct Shared;  // threads.cpp
  std::unique_ptr<Shared> shared_;
  std::size_t size_;
};

// Not inlined, so that a range is computed by the same machine code whoever calls: that is part of the promise above.
template <class Body>
[[gnu::noinline]] void run_range(Body& body, std::size_t begin, std::size_t end) {
  body(begin, end);
}

// body(begin, end) over [0, count), in ranges that begin at multiples of `grain`; one after the other when there is no
// pool or no more than one grain of work. Choose the grain so that a range is worth waking a thread for (some 10 us).
template <class Body>
void parallel_for(ThreadPool* pool, std::size_t count, std::size_t grain, Body&& body) {
  const std::size_t grains = (count + grain - 1) / grain;
  if (pool == nullptr || pool->size() == 1 || grains <= 1) {
    if (count > 0) run_range(body, 0, count);
    return;
  }
  const std::size_t parts = std::min({pool->size(), grains, ThreadPool::kMostParts});
  auto run_part = [&](std::size_t part) {
    const std::size_t begin = grains * part / parts * grain, end = grains * (part + 1) / parts * grain;
    if (begin < end) run_range(body, begin, std::min(end, count));
  };
  pool->run(
      parts, [](void* job, std::size_t part) { (*static_cast<decltype(run_part)*>(job))(part); }, &run_part);
}

}  // namespace bnlab
