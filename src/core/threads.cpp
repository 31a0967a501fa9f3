#include "bnlab/core/threads.hpp"

#include <bit>
#include <system_error>

#include "bnlab/core/error.hpp"

namespace bnlab {
namespace {

// A training step hands out a job every few tens of microseconds, so a thread that waits first looks again and again
// for a moment, which costs no system call; then it goes to sleep and leaves the core to others.
template <class T>
void wait_while_equal(const std::atomic<T>& value, T old) {
  for (int spin = 0; spin < 4000; ++spin) {
    if (value.load(std::memory_order_acquire) != old) return;
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  value.wait(old, std::memory_order_acquire);
}

}  // namespace

ThreadPool::ThreadPool(std::size_t threads) {
  try {
    for (std::size_t thread = 1; thread < threads; ++thread) workers_.emplace_back([this, thread] { serve(thread); });
  } catch (const std::system_error&) {
    const std::size_t started = size();
    stop();
    fail("expected to start %zu threads, the system gave %zu; use a smaller --threads", threads, started);
  }
}

ThreadPool::~ThreadPool() { stop(); }

void ThreadPool::stop() {
  stop_ = true;
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::run(std::size_t parts, void (*job)(void*, std::size_t), void* context) {
  job_ = job, context_ = context;
  unfinished_.store(static_cast<std::uint32_t>(parts), std::memory_order_relaxed);
  unclaimed_.store(~std::uint64_t{0} >> (kMostParts - parts), std::memory_order_release);  // publishes the job
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  take_parts(0);
  for (std::uint32_t left; (left = unfinished_.load(std::memory_order_acquire)) != 0;) {
    wait_while_equal(unfinished_, left);
  }
}

// Whoever clears a part's bit has claimed it, and run() waits for him: until he is done no other job can take its
// place. So a thread that comes late, even a round late, finds either nothing or a part of the job of the day.
void ThreadPool::take_parts(std::size_t preferred) {
  for (std::uint64_t left; (left = unclaimed_.load(std::memory_order_acquire)) != 0;) {
    const bool own = preferred < kMostParts && (left >> preferred & 1) != 0;
    const std::size_t part = own ? preferred : static_cast<std::size_t>(std::countr_zero(left));
    const std::uint64_t bit = std::uint64_t{1} << part;
    if ((unclaimed_.fetch_and(~bit, std::memory_order_acq_rel) & bit) == 0) continue;  // somebody was faster
    job_(context_, part);
    if (unfinished_.fetch_sub(1, std::memory_order_acq_rel) == 1) unfinished_.notify_all();
  }
}

void ThreadPool::serve(std::size_t thread) {
  for (;;) {
    const std::uint32_t seen = round_.load(std::memory_order_acquire);
    if (stop_) return;  // looked at after the round, which stop() moves last
    take_parts(thread);
    wait_while_equal(round_, seen);
  }
}

std::size_t ThreadPool::cores() {
  const unsigned count = std::thread::hardware_concurrency();
  return count > 0 ? count : 1;
}

}  // namespace bnlab
