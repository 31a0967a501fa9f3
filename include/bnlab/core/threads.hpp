// A pool of threads that share out a loop.
//
// Results never depend on the number of threads: a loop is cut into ranges of *outputs*, each computed by one thread
// in the same way as one thread alone would; no sum is ever cut in two.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <vector>

namespace bnlab {

class ThreadPool {
 public:
  // `threads` >= 1 counts the caller: a pool of one starts no thread at all. Throws Error where the system has
  // no more threads to give.
  explicit ThreadPool(std::size_t threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  std::size_t size() const { return workers_.size() + 1; }

  // Calls job(context, part) for part = 0 … size() - 1, one part per thread, and returns when all are done.
  // A job must not throw.
  void run(void (*job)(void*, std::size_t), void* context);

  // The processor's number of cores.
  static std::size_t cores();

 private:
  void work(std::size_t part);
  void stop();

  void (*job_)(void*, std::size_t) = nullptr;
  void* context_ = nullptr;
  std::atomic<std::uint32_t> round_{0};       // goes up by one for every job
  std::atomic<std::uint32_t> unfinished_{0};  // workers still busy with this round
  std::atomic<bool> stop_{false};
  std::vector<std::thread> workers_;
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
  struct Loop {
    std::size_t count, grain, grains, parts;
    std::remove_reference_t<Body>* body;
  } loop{count, grain, grains, pool->size(), &body};
  pool->run(
      [](void* context, std::size_t part) {
        const Loop& l = *static_cast<const Loop*>(context);
        const std::size_t begin = l.grains * part / l.parts * l.grain;
        const std::size_t end = l.grains * (part + 1) / l.parts * l.grain;
        if (begin < end) run_range(*l.body, begin, end < l.count ? end : l.count);
      },
      &loop);
}

}  // namespace bnlab
