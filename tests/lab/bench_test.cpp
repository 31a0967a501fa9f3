// The parts of an epoch, timed: that they are the parts of the very epoch that training runs, and counted right.
#include "bnlab/lab/bench.hpp"

#include "support.hpp"

namespace bnlab::testing::bench_test {

TEST_CASE("Bench: the epoch that is taken apart changes the weights as training does") {
  Dataset data;
  data.height = 4, data.width = 5;
  Random random(1, "pixels");
  for (int i = 0; i < 101; ++i) {
    data.labels.push_back(static_cast<std::uint8_t>(random.below(10)));
    for (int d = 0; d < 20; ++d) data.pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
  }
  RunSettings settings;
  settings.architecture = {.inputs = 20, .hidden = {12, 8}, .classes = 10, .activation = "relu", .norm = "batch"};
  settings.training = {.epochs = 1, .batch = 25};  // 25, 25, 25, 26
  ThreadPool threads(2);
  Run timed(settings, &threads), trained(settings, &threads);
  const std::vector<PartTime> parts = time_parts(timed, all_images(data));
  trained.train({all_images(data), {}}, {});
  const std::vector<Parameter> a = timed.network.parameters(), b = trained.network.parameters();
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(identical(*a[i].value, *b[i].value));

  std::string names;
  for (const PartTime& part : parts) {
    names += part.name + " ";
    CHECK(part.forward > 0);
    CHECK((part.backward > 0) == (part.name != "batch" && part.name != "optimizer"));
    CHECK((part.gflop > 0) == part.name.starts_with("fc"));
    CHECK((part.gigabytes > 0) != (part.gflop > 0));
  }
  REQUIRE(names == "batch fc1 bn1 act1 fc2 bn2 act2 fc3 loss optimizer ");
  CHECK(parts[1].gflop == doctest::Approx(2e-9 * 101 * 20 * 12 * 2));  // y and dW
  CHECK(parts[4].gflop == doctest::Approx(2e-9 * 101 * 12 * 8 * 3));   // y, dW and dx
  CHECK(parts[2].gigabytes == doctest::Approx(1e-9 * sizeof(real) * 101 * 12 * 4));
  CHECK(parts[0].gigabytes == doctest::Approx(1e-9 * sizeof(real) * 101 * 20));
}

}  // namespace bnlab::testing::bench_test
