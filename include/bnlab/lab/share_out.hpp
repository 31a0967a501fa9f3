// Whole jobs, such as training runs, shared out among the threads of a pool.
//
// A run that is divided among threads waits for the slowest of them many times in each step. Several runs, each alone on
// one thread, do not. What they compute is the same, as no result depends on the number of threads (core/threads.hpp).
#pragma once

#include <cstddef>
#include <functional>

#include "bnlab/core/threads.hpp"

namespace bnlab {

// Calls job(0) … job(count - 1), each once, and returns when all are finished. A thread that is free takes the next one.
// A job must not use the pool itself. What a job throws is thrown again here, of the first job by number, after those
// that had begun; no others begin then.
void share_out(ThreadPool& pool, std::size_t count, const std::function<void(std::size_t)>& job);

}  // namespace bnlab
