// The pool's promises: every index once, in ranges cut at multiples of the grain, and all of it done on return.
#include "bnlab/core/threads.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <numeric>
#include <thread>
#include <vector>

#include "support.hpp"

namespace bnlab::testing::threads_test {

namespace {

// What one parallel_for did, counted by whatever threads ran it.
struct Seen {
  std::vector<std::atomic<int>> times;
  std::atomic<int> ranges{0}, wrong_ranges{0};
  explicit Seen(std::size_t count) : times(count) {}
};

void watch(ThreadPool* pool, std::size_t grain, Seen& seen) {
  const std::size_t count = seen.times.size();
  parallel_for(pool, count, grain, [&](std::size_t begin, std::size_t end) {
    ++seen.ranges;
    const bool right = begin < end && end <= count && begin % grain == 0 && (end % grain == 0 || end == count);
    if (!right) ++seen.wrong_ranges;
    for (std::size_t i = begin; i < end && i < count; ++i) ++seen.times[i];
  });
}

}  // namespace

TEST_CASE("Threads: a loop covers each index once, in ranges that begin at multiples of the grain") {
  for (std::size_t threads = 0; threads <= 5; ++threads) {  // 0: no pool
    std::unique_ptr<ThreadPool> pool;
    if (threads > 0) pool = std::make_unique<ThreadPool>(threads);
    for (const std::size_t count : {0u, 1u, 2u, 3u, 4u, 5u, 7u, 15u, 16u, 17u, 63u, 64u, 65u, 1000u}) {
      for (const std::size_t grain : {1u, 2u, 3u, 5u, 8u, 16u, 64u, 999u, 5000u}) {
        CAPTURE(threads);
        CAPTURE(count);
        CAPTURE(grain);
        Seen seen(count);
        watch(pool.get(), grain, seen);
        bool once = true;
        for (const auto& times : seen.times) once = once && times == 1;
        CHECK(once);
        CHECK(seen.wrong_ranges == 0);
        const std::size_t grains = (count + grain - 1) / grain, most = std::max<std::size_t>(threads, 1);
        CHECK(static_cast<std::size_t>(seen.ranges) == std::min(grains, most));
      }
    }
  }
}

TEST_CASE("Threads: a loop over nothing calls nothing") {
  ThreadPool pool(3);
  int calls = 0;
  for (ThreadPool* p : {static_cast<ThreadPool*>(nullptr), &pool}) {
    parallel_for(p, 0, 4, [&](std::size_t, std::size_t) { ++calls; });
  }
  CHECK(calls == 0);
}

TEST_CASE("Threads: a pool of one is the caller alone") {
  ThreadPool pool(1);
  CHECK(pool.size() == 1);
  std::vector<std::thread::id> ran;
  parallel_for(&pool, 100, 1, [&](std::size_t, std::size_t) { ran.push_back(std::this_thread::get_id()); });
  CHECK(ran == std::vector<std::thread::id>{std::this_thread::get_id()});
  CHECK(ThreadPool::cores() >= 1);
}

TEST_CASE("Threads: each part of a job runs once, whether there are more parts than threads or fewer") {
  for (const std::size_t threads : {1u, 2u, 5u}) {
    ThreadPool pool(threads);
    REQUIRE(pool.size() == threads);
    for (const std::size_t parts : {std::size_t{1}, std::size_t{2}, std::size_t{5}, ThreadPool::kMaxParts}) {
      CAPTURE(threads);
      CAPTURE(parts);
      std::vector<std::atomic<int>> times(ThreadPool::kMaxParts);
      pool.run(
          parts, [](void* all, std::size_t part) { ++(*static_cast<decltype(times)*>(all))[part]; }, &times);
      std::size_t right = 0;
      for (std::size_t part = 0; part < times.size(); ++part) right += times[part] == (part < parts ? 1 : 0);
      CHECK(right == times.size());
    }
  }
}

TEST_CASE("Threads: no part runs twice when several threads reach for it at once") {
  ThreadPool pool(3);
  struct Job {
    std::array<std::atomic<int>, ThreadPool::kMaxParts> times{};
    std::atomic<int> by_workers{0};
    std::thread::id caller = std::this_thread::get_id();
  } job;
  int rounds = 0;
  for (; rounds < 20000 && job.by_workers < 10000; ++rounds) {  // until they did, on a busy machine too
    pool.run(
        job.times.size(),
        [](void* context, std::size_t part) {
          Job& j = *static_cast<Job*>(context);
          ++j.times[part];
          if (std::this_thread::get_id() != j.caller) ++j.by_workers;
        },
        &job);
  }
  for (const auto& count : job.times) CHECK(count == rounds);
}

TEST_CASE("Threads: while one thread is held up in its part, the others do all that is left") {
  struct Job {
    std::atomic<int> others{0};
    std::atomic<bool> in_time{false};
  } job;
  ThreadPool pool(2);
  pool.run(
      8,
      [](void* context, std::size_t part) {
        Job& j = *static_cast<Job*>(context);
        if (part != 1) {
          ++j.others;
          return;
        }
        for (int wait = 0; wait < 5000 && j.others < 7; ++wait)
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
        j.in_time = j.others == 7;
      },
      &job);
  CHECK(job.in_time);
  CHECK(job.others == 7);
}

TEST_CASE("Threads: thousands of loops back to back, each done when it returns and none run twice") {
  const auto caller = std::this_thread::get_id();
  for (const std::size_t threads : {2u, 3u}) {
    ThreadPool pool(threads);
    std::vector<std::uint64_t> values(6 * threads, 0);  // plain memory: the pool itself must order the writes
    std::atomic<int> by_workers{0};
    int round = 0, unfinished = 0;
    while (++round <= 20000 && by_workers < 2000) {
      parallel_for(&pool, values.size(), 2, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) values[i] += i + 1;
        if (std::this_thread::get_id() != caller) ++by_workers;
      });
      const std::uint64_t n = values.size();
      const std::uint64_t sum = std::accumulate(values.begin(), values.end(), std::uint64_t{0});
      unfinished += sum != static_cast<std::uint64_t>(round) * n * (n + 1) / 2;
    }
    CHECK(unfinished == 0);
  }
}

TEST_CASE("Threads: workers that have gone to sleep wake up for the next loop, and work beside the caller") {
  ThreadPool pool(2);
  for (int round = 0; round < 5; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(4));  // well beyond the moment that they spin
    std::atomic<int> begun{0}, together{0};
    parallel_for(&pool, 2, 1, [&](std::size_t, std::size_t) {
      ++begun;
      for (int wait = 0; wait < 5000 && begun < 2; ++wait) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      together += begun == 2;
    });
    REQUIRE(together == 2);
  }
}

TEST_CASE("Threads: the caller sleeps for a slow worker, and returns when it is done") {
  ThreadPool pool(3);
  std::atomic<int> done{0};
  parallel_for(&pool, 3, 1, [&](std::size_t begin, std::size_t) {
    if (begin > 0) std::this_thread::sleep_for(std::chrono::milliseconds(10 * begin));
    ++done;
  });
  CHECK(done == 3);
}

TEST_CASE("Threads: a pool may end at once, unused or just used") {
  for (int i = 0; i < 20; ++i) {
    ThreadPool unused(3);
    ThreadPool used(2);
    Seen seen(2);
    watch(&used, 1, seen);
    CHECK(seen.ranges == 2);
  }
}

}  // namespace bnlab::testing::threads_test
