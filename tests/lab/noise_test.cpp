// Noise behind batch normalization: uniform scale and shift of each unit, the same for a whole batch.
#include "bnlab/lab/trials/noise.hpp"

#include "../support.hpp"

namespace bnlab::testing::noise_test {

namespace {

// Scale and shift of each unit, from what two rows of x became.
struct Affine {
  double scale, shift;
};
Affine affine_of(const Tensor& x, const Tensor& y, std::size_t d) {
  const auto at = [](const Tensor& t, std::size_t n, std::size_t i) { return static_cast<double>(t(n, i)); };
  const double scale = (at(y, 1, d) - at(y, 0, d)) / (at(x, 1, d) - at(x, 0, d));
  return {scale, at(y, 0, d) - scale * at(x, 0, d)};
}

// Rows that are far apart in every column.
Tensor batch(std::size_t N, std::size_t D) {
  Tensor x = random_tensor(N, D, "noise");
  for (std::size_t d = 0; d < D; ++d) x(1, d) = x(0, d) + 2;
  return x;
}

RunSettings settings(const char* norm) {
  RunSettings run;
  run.architecture = {.inputs = 4, .hidden = {3, 2}, .classes = 2, .norm = norm};
  return run;
}

std::vector<std::string> names_of(const Network& network) {
  std::vector<std::string> names;
  for (const auto& [name, layer] : network.layers()) names.push_back(name);
  return names;
}

}  // namespace

TEST_CASE("in training every unit has a scale in 1 ± r and a shift in ± r, the same for all rows") {
  const double r = 0.5;
  Noise noise(r, Random(1, "noise"));
  const std::size_t N = 4, D = 2000;
  const Tensor x = batch(N, D);
  const Tensor y = noise.forward(x, Mode::train);
  double least_scale = 9, most_scale = -9, least_shift = 9, most_shift = -9, sum_scale = 0, sum_shift = 0;
  for (std::size_t d = 0; d < D; ++d) {
    const Affine a = affine_of(x, y, d);
    for (std::size_t n = 2; n < N; ++n) {
      const double expected = a.scale * static_cast<double>(x(n, d)) + a.shift;
      REQUIRE(static_cast<double>(y(n, d)) == doctest::Approx(expected).epsilon(1e-4));
    }
    least_scale = std::min(least_scale, a.scale);
    most_scale = std::max(most_scale, a.scale);
    least_shift = std::min(least_shift, a.shift);
    most_shift = std::max(most_shift, a.shift);
    sum_scale += a.scale;
    sum_shift += a.shift;
  }
  // Uniform: to the ends of the range, and not beyond; the mean of 2000 is within 5 standard errors of the middle.
  CHECK(least_scale == doctest::Approx(1 - r).epsilon(0.01));
  CHECK(most_scale == doctest::Approx(1 + r).epsilon(0.01));
  CHECK(least_shift == doctest::Approx(-r).epsilon(0.01));
  CHECK(most_shift == doctest::Approx(r).epsilon(0.01));
  const double error = 2 * r / std::sqrt(12.0 * static_cast<double>(D));
  CHECK(std::fabs(sum_scale / static_cast<double>(D) - 1) < 5 * error);
  CHECK(std::fabs(sum_shift / static_cast<double>(D)) < 5 * error);
}

TEST_CASE("each step has other noise, the same for the same seed") {
  Noise noise(0.5, Random(1, "noise")), again(0.5, Random(1, "noise"));
  const Tensor x = batch(3, 5);
  const Tensor first = noise.forward(x, Mode::train), second = noise.forward(x, Mode::train);
  CHECK(!identical(first, second));
  CHECK(identical(first, again.forward(x, Mode::train)));
  CHECK(identical(second, again.forward(x, Mode::train)));
  // Evaluation in between draws none.
  Noise looked_at(0.5, Random(1, "noise"));
  looked_at.forward(x, Mode::eval);
  CHECK(identical(first, looked_at.forward(x, Mode::train)));
}

TEST_CASE("in evaluation it is the identity, forward and backward") {
  Noise noise(0.5, Random(1, "noise"));
  const Tensor x = batch(3, 5), dy = random_tensor(3, 5, "dy");
  noise.forward(x, Mode::train);
  CHECK(identical(noise.forward(x, Mode::eval), x));
  CHECK(identical(noise.backward(dy, Mode::eval), dy));
}

TEST_CASE("the backward pass is the slope of the forward pass with the same noise") {
  Noise noise(0.7, Random(1, "noise"));
  const std::size_t N = 3, D = 4;
  const Tensor x = batch(N, D), dy = random_tensor(N, D, "dy");
  const Random before = Random(1, "noise");
  noise.forward(x, Mode::train);
  const Tensor dx = noise.backward(dy, Mode::train);
  const auto loss_at = [&](std::size_t n, std::size_t d, double step) {
    Noise fresh(0.7, before);
    Tensor moved = x;
    moved(n, d) = static_cast<real>(static_cast<double>(x(n, d)) + step);
    const Tensor& y = fresh.forward(moved, Mode::train);
    double sum = 0;
    for (std::size_t i = 0; i < N; ++i) {
      for (std::size_t j = 0; j < D; ++j) sum += static_cast<double>(y(i, j)) * static_cast<double>(dy(i, j));
    }
    return sum;
  };
  for (std::size_t n = 0; n < N; ++n) {
    for (std::size_t d = 0; d < D; ++d) {
      const double slope = (loss_at(n, d, 0.5) - loss_at(n, d, -0.5));  // linear: any step will do
      CHECK(static_cast<double>(dx(n, d)) == doctest::Approx(slope).epsilon(kDouble ? 1e-9 : 1e-4));
    }
  }
}

TEST_CASE("noise stands behind every batch normalization and nowhere else") {
  Run run(settings("batch"), nullptr);
  const std::vector<std::string> before = names_of(run.network);
  add_noise(run, 0.5);
  std::vector<std::string> expected;
  for (const std::string& name : before) {
    expected.push_back(name);
    if (name.starts_with("bn")) expected.push_back("noise of " + name);
  }
  CHECK(names_of(run.network) == expected);
  CHECK(expected.size() == before.size() + 2);
  Run plain(settings("none"), nullptr);
  const std::vector<std::string> of_plain = names_of(plain.network);
  add_noise(plain, 0.5);
  CHECK(names_of(plain.network) == of_plain);
}

TEST_CASE("the optimizer moves the weights of the network with noise, which begin as they were without") {
  Run run(settings("batch"), nullptr), untouched(settings("batch"), nullptr);
  add_noise(run, 0.5);
  const std::vector<Parameter> parameters = run.network.parameters(), others = untouched.network.parameters();
  REQUIRE(parameters.size() == others.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) CHECK(identical(*parameters[i].value, *others[i].value));
  const Tensor x = random_tensor(6, 4, "x");  // layers remember where it is
  run.network.forward(x, Mode::train);
  run.network.backward(random_tensor(6, 2, "dlogits"), Mode::train);
  run.optimizer->step();
  CHECK(!identical(*run.network.parameters()[0].value, *others[0].value));
}

TEST_CASE("each layer has noise of its own") {
  RunSettings equal = settings("batch");
  equal.architecture.hidden = {3, 3};
  Run run(equal, nullptr);
  add_noise(run, 0.5);
  std::vector<Tensor> outputs;
  for (const auto& [name, layer] : run.network.layers()) {
    if (name.starts_with("noise")) outputs.push_back(layer->forward(batch(3, 3), Mode::train));
  }
  REQUIRE(outputs.size() == 2);
  CHECK(!identical(outputs[0], outputs[1]));
}

}  // namespace bnlab::testing::noise_test
