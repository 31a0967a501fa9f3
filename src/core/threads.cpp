#include "bnlab/core/threads.hpp"

#include <atomic>
#include <bit>
#include <cstdint>
#include <system_error>
#include <thread>
#include <vector>

#include "bnlab/core/error.hpp"

namespace bnlab {
namespace {

// A training step hands out a job every few tens of microseconds, so a thread that waits first looks again and again
// for a moment, which costs no system call; then it goes to sleep and leaves the core to others.
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

// What the caller and the workers all see.
struct ThreadPool::Shared {
  void (*job)(void*, std::size_t) = nullptr;
  void* context = nullptr;
  std::atomic<std::uint64_t> unclaimed{0};   // a bit for each part that nobody has begun
  std::atomic<std::uint32_t> unfinished{0};  // parts begun or not, but not done
  std::atomic<std::uint32_t> round{0};       // goes up by one for every job
  std::atomic<bool> stopping{false};
  std::vector<std::thread> workers;

  // Whoever clears a part's bit has claimed it, and run() waits for him: until he is done no other job can take its
  // place. So a thread that comes late, even a round late, finds either nothing or a part of the job of the day.
  void take_parts(std::size_t preferred) {
    for (std::uint64_t left; (left = unclaimed.load(std::memory_order_acquire)) != 0;) {
      const bool own = preferred < kMostParts && (left >> preferred & 1) != 0;
      const std::size_t part = own ? preferred : static_cast<std::size_t>(std::countr_zero(left));
      const std::uint64_t bit = std::uint64_t{1} << part;
      if ((unclaimed.fetch_and(~bit, std::memory_order_acq_rel) & bit) == 0) continue;  // somebody was faster
      job(context, part);
      if (unfinished.fetch_sub(1, std::memory_order_acq_rel) == 1) unfinished.notify_all();
    }
  }

  void serve(std::size_t thread) {
    for (;;) {
      const std::uint32_t seen = round.load(std::memory_order_acquire);
      if (stopping) return;  // looked at after the round, which ~Shared() moves last
      take_parts(thread);
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
  try {
    for (std::size_t thread = 1; thread < threads; ++thread) {
      shared_->workers.emplace_back([shared = shared_.get(), thread] { shared->serve(thread); });
    }
  } catch (const std::system_error&) {
    fail("expected to start %zu threads, the system gave %zu; use a smaller --threads", threads,
         shared_->workers.size() + 1);
  }
}

ThreadPool::~ThreadPool() = default;

void ThreadPool::run(std::size_t parts, void (*job)(void*, std::size_t), void* context) {
  Shared& s = *shared_;
  s.job = job, s.context = context;
  s.unfinished.store(static_cast<std::uint32_t>(parts), std::memory_order_relaxed);
  s.unclaimed.store(~std::uint64_t{0} >> (kMostParts - parts), std::memory_order_release);  // publishes the job
  s.round.fetch_add(1, std::memory_order_release);
  s.round.notify_all();
  s.take_parts(0);
  for (std::uint32_t left; (left = s.unfinished.load(std::memory_order_acquire)) != 0;) {
    wait_while_equal(s.unfinished, left);
  }
}

std::size_t ThreadPool::cores() { return std::max(1u, std::thread::hardware_concurrency()); }

}  // namespace bnlab
