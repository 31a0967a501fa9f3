// Whole tasks shared out among threads, where a ThreadPool divides one loop.
#pragma once

#include <cstddef>
#include <functional>

namespace bnlab {

// Calls task(0) … task(count - 1), each once, on at most that many threads at the same time, the calling one among them.
// A thread that is free takes the next. The first exception of a task is thrown here, when all threads have ended; the
// tasks that have not begun by then are left out.
void share_out(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& task);

}  // namespace bnlab
