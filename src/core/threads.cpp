#include "bnlab/core/threads.hpp"

#include <atomic>
#include <bit>
#include <cstdint>
#include <system_error>
#include <thread>
#include <vector>

#include "bnlab/core/error.hpp"
#include "bnlab/core/held_signals.hpp"

namespace bnlab {
namespace {

// A training step runs a parallel loop every few tens of microseconds. So a waiting thread first spins for a moment,
// which costs no system call, and only then sleeps and leaves the core to others.
void wait_while_equal(const std::atomic<std::uint32_t>& value, std::uint32_t old) {
  for (int spin = 0; spin < 4000; ++spin) {
    if (value.load(std::memory_order_acquire) != old) return;
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  value.wait(old, std::memory_order_acquire);
}

}  // namespace

// The state shared by the caller of run() and the worker threads.
struct ThreadPool::Shared {
  void (*job)(void*, std::size_t) = nullptr;
  void* context = nullptr;
  std::atomic<std::uint64_t> unclaimed{0};   // one bit for each part that no thread has claimed
  std::atomic<std::uint32_t> unfinished{0};  // number of parts, claimed or not, that are not finished
  std::atomic<std::uint32_t> round{0};       // incremented for every job
  std::atomic<bool> stopping{false};
  std::vector<std::thread> workers;

  // Claims and runs parts until all are claimed, its preferred part first. A thread claims a part by clearing its bit.
  // run() returns only when all claimed parts are finished, so `job` and `context` do not change while a part runs. A
  // thread that arrives late, even one round late, finds either no part or a part of the current job.
  void run_parts(std::size_t preferred) {
    for (;;) {
      const std::uint64_t remaining = unclaimed.load(std::memory_order_acquire);
      if (remaining == 0) return;
      const bool is_free = preferred < kMaxParts && (remaining >> preferred & 1) != 0;
      const std::size_t part = is_free ? preferred : static_cast<std::size_t>(std::countr_zero(remaining));
      const std::uint64_t bit = std::uint64_t{1} << part;
      const bool claimed = (unclaimed.fetch_and(~bit, std::memory_order_acq_rel) & bit) != 0;
      if (!claimed) continue;  // another thread was faster
      job(context, part);
      if (unfinished.fetch_sub(1, std::memory_order_acq_rel) == 1) unfinished.notify_all();
    }
  }

  void worker_loop(std::size_t thread) {
    for (;;) {
      const std::uint32_t seen = round.load(std::memory_order_acquire);
      if (stopping) return;  // read after `round`, which ~Shared() increments after it sets `stopping`
      run_parts(thread);
      wait_while_equal(round, seen);
    }
  }

  ~Shared() {
    stopping = true;
    round.fetch_add(1, std::memory_order_release);
    round.notify_all();
    for (std::thread& worker : workers) worker.join();
  }
};

ThreadPool::ThreadPool(std::size_t threads) : shared_(std::make_unique<Shared>()), size_(threads) {
  const HeldSignals held;  // the workers never receive what the caller's thread may hold
  try {
    for (std::size_t thread = 1; thread < threads; ++thread) {
      shared_->workers.emplace_back([shared = shared_.get(), thread] { shared->worker_loop(thread); });
    }
  } catch (const std::system_error&) {
    fail("expected to start %zu threads, the system gave %zu; use a smaller --threads", threads,
         shared_->workers.size() + 1);
  }
}

ThreadPool::~ThreadPool() = default;

void ThreadPool::run(std::size_t parts, void (*job)(void*, std::size_t), void* context) {
  Shared& s = *shared_;
  s.job = job;
  s.context = context;
  s.unfinished.store(static_cast<std::uint32_t>(parts), std::memory_order_relaxed);
  s.unclaimed.store(~std::uint64_t{0} >> (kMaxParts - parts), std::memory_order_release);  // publishes the job
  s.round.fetch_add(1, std::memory_order_release);
  s.round.notify_all();
  s.run_parts(0);
  for (;;) {
    const std::uint32_t remaining = s.unfinished.load(std::memory_order_acquire);
    if (remaining == 0) return;
    wait_while_equal(s.unfinished, remaining);
  }
}

std::size_t ThreadPool::cores() { return std::max(1u, std::thread::hardware_concurrency()); }

}  // namespace bnlab
