#include "bnlab/core/threads.hpp"

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
    for (std::size_t part = 1; part < threads; ++part) workers_.emplace_back([this, part] { work(part); });
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

void ThreadPool::run(void (*job)(void*, std::size_t), void* context) {
  job_ = job, context_ = context;
  unfinished_.store(static_cast<std::uint32_t>(workers_.size()), std::memory_order_relaxed);
  round_.fetch_add(1, std::memory_order_release);  // publishes job, context and unfinished
  round_.notify_all();
  job(context, 0);
  for (std::uint32_t left; (left = unfinished_.load(std::memory_order_acquire)) != 0;) {
    wait_while_equal(unfinished_, left);
  }
}

void ThreadPool::work(std::size_t part) {
  for (std::uint32_t seen = 0;; ++seen) {
    wait_while_equal(round_, seen);  // rounds come one at a time: the caller waits for this one's end
    if (stop_) return;
    job_(context_, part);
    if (unfinished_.fetch_sub(1, std::memory_order_acq_rel) == 1) unfinished_.notify_one();
  }
}

std::size_t ThreadPool::cores() {
  const unsigned count = std::thread::hardware_concurrency();
  return count > 0 ? count : 1;
}

}  // namespace bnlab
