// Tasks shared out among threads: each is done once, whatever the number of threads, and an exception arrives.
#include "bnlab/lab/workers.hpp"

#include <atomic>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "../support.hpp"

namespace bnlab::testing::workers_test {

TEST_CASE("each task is done once, with any number of threads") {
  for (const std::size_t threads : {0u, 1u, 2u, 3u, 16u}) {
    for (const std::size_t count : {0u, 1u, 2u, 7u, 100u}) {
      CAPTURE(threads);
      CAPTURE(count);
      std::vector<std::atomic<int>> done(count);
      share_out(count, threads, [&](std::size_t i) { ++done.at(i); });
      for (const std::atomic<int>& one : done) CHECK(one == 1);
    }
  }
}

TEST_CASE("one thread does them in their order, on the calling thread") {
  std::vector<std::size_t> order;
  bool elsewhere = false;
  const std::thread::id caller = std::this_thread::get_id();
  share_out(5, 1, [&](std::size_t i) {
    order.push_back(i);
    elsewhere = elsewhere || std::this_thread::get_id() != caller;
  });
  CHECK(order == std::vector<std::size_t>{0, 1, 2, 3, 4});
  CHECK(!elsewhere);
}

TEST_CASE("no more threads than asked for are at work, and no fewer where there is work") {
  std::mutex lock;
  std::set<std::thread::id> threads;
  std::atomic<int> waiting{0};
  // The first three tasks wait for each other: they are on three threads, or this never ends.
  share_out(3, 3, [&](std::size_t) {
    ++waiting;
    while (waiting < 3) std::this_thread::yield();
    const std::lock_guard guard(lock);
    threads.insert(std::this_thread::get_id());
  });
  CHECK(threads.size() == 3);
  threads.clear();
  share_out(50, 2, [&](std::size_t) {
    const std::lock_guard guard(lock);
    threads.insert(std::this_thread::get_id());
  });
  CHECK(threads.size() <= 2);
}

TEST_CASE("an exception of a task is thrown, and what has not begun is left out") {
  for (const std::size_t threads : {1u, 2u, 4u}) {
    CAPTURE(threads);
    std::atomic<std::size_t> done{0};
    const auto fails_at_10 = [&](std::size_t i) {
      if (i == 10) fail("task %zu fails", i);
      ++done;
    };
    CHECK(error_of([&] { share_out(100000, threads, fails_at_10); }) == "task 10 fails");
    CHECK(done >= 10);
    CHECK(done < 100000 - 1);
  }
  CHECK_THROWS_AS(share_out(3, 2, [](std::size_t) { throw std::runtime_error("other"); }), std::runtime_error);
}

}  // namespace bnlab::testing::workers_test
