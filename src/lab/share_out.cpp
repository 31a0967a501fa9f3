#include "bnlab/lab/share_out.hpp"

#include <atomic>
#include <exception>
#include <vector>

namespace bnlab {
namespace {

struct JobQueue {
  std::size_t count;
  const std::function<void(std::size_t)>& job;
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::vector<std::exception_ptr> errors;  // of each job

  void work_off() {
    while (!failed) {
      const std::size_t number = next.fetch_add(1);
      if (number >= count) return;
      try {
        job(number);
      } catch (...) {
        errors[number] = std::current_exception();
        failed = true;
      }
    }
  }
};

}  // namespace

void share_out(ThreadPool& pool, std::size_t count, const std::function<void(std::size_t)>& job) {
  JobQueue queue{.count = count, .job = job, .errors = std::vector<std::exception_ptr>(count)};
  const std::size_t workers = std::min({pool.size(), count, ThreadPool::kMaxParts});
  if (workers == 0) return;
  pool.run(
      workers, [](void* context, std::size_t) { static_cast<JobQueue*>(context)->work_off(); }, &queue);
  for (const std::exception_ptr& error : queue.errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace bnlab
