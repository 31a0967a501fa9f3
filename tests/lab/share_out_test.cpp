// Jobs shared out among threads: each once, whatever the numbers of jobs and threads, and no error is lost.
#include "bnlab/lab/share_out.hpp"

#include <atomic>
#include <vector>

#include "../support.hpp"

namespace bnlab::testing::share_out_test {

TEST_CASE("share_out: each job is done once, with any number of threads") {
  for (const std::size_t threads : {1u, 2u, 3u, 8u}) {
    ThreadPool pool(threads);
    for (const std::size_t count : {0u, 1u, 2u, 7u, 100u}) {
      std::vector<std::atomic<int>> done(count);
      share_out(pool, count, [&](std::size_t i) { ++done[i]; });
      CAPTURE(threads);
      CAPTURE(count);
      CHECK(std::all_of(done.begin(), done.end(), [](const std::atomic<int>& times) { return times == 1; }));
    }
  }
}

TEST_CASE("share_out: the error of a job comes out, and ends what has not begun") {
  for (const std::size_t threads : {1u, 3u}) {
    ThreadPool pool(threads);
    std::atomic<int> begun = 0;
    const auto job = [&](std::size_t i) {
      ++begun;
      if (i == 2) fail("job %zu", i);
    };
    CHECK(error_of([&] { share_out(pool, 10'000, job); }) == "job 2");
    CHECK(begun < 10'000);
  }
}

TEST_CASE("share_out: the pool can be used afterwards") {
  ThreadPool pool(2);
  CHECK_THROWS_AS(share_out(pool, 1, [](std::size_t) { fail("once"); }), Error);
  int sum = 0;
  share_out(pool, 1, [&](std::size_t) { ++sum; });
  CHECK(sum == 1);
}

}  // namespace bnlab::testing::share_out_test
