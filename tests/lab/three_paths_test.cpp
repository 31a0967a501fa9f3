// A dx of batch normalization that is wrong in a known way must be called so.
#include "bnlab/lab/three_paths.hpp"

#include "support.hpp"

namespace bnlab::testing::three_paths_test {

namespace {

constexpr std::size_t kN = 6, kD = 5;

// Batch normalization whose backward pass takes each path of BN.9 so many times.
class WrongBatchNorm : public BatchNorm {
 public:
  WrongBatchNorm(double direct, double mean, double variance)
      : BatchNorm(kD), direct_(direct), mean_(mean), variance_(variance) {
    gamma = random_vector(kD, "gamma", 0.5, 2);
    gamma(1) = -gamma(1);
  }
  const Tensor& backward(const Tensor& dy, Mode mode) override {
    const Tensor& x = recall(dy, mode);
    BatchNorm::backward(dy, mode);
    for (std::size_t d = 0; d < dy.cols(); ++d) column(x, dy, d);
    return dx_;
  }
  std::unique_ptr<Layer> clone() const override { return std::make_unique<WrongBatchNorm>(*this); }

 private:
  // By the sums of BN.7 and BN.8, which the layer itself leaves, and with x̂ from y's definition.
  void column(const Tensor& x, const Tensor& dy, std::size_t d) {
    const double N = static_cast<double>(x.rows());
    double sum = 0, square = 0;
    for (std::size_t n = 0; n < x.rows(); ++n) sum += static_cast<double>(x(n, d));
    for (std::size_t n = 0; n < x.rows(); ++n) square += std::pow(static_cast<double>(x(n, d)) - sum / N, 2);
    const double deviation = std::sqrt(square / N + options().eps);
    for (std::size_t n = 0; n < x.rows(); ++n) {
      const double x_hat = (static_cast<double>(x(n, d)) - sum / N) / deviation;
      const double through_mean = static_cast<double>(beta_grad(d)) / N;
      const double through_variance = x_hat * static_cast<double>(gamma_grad(d)) / N;
      const double paths =
          direct_ * static_cast<double>(dy(n, d)) - mean_ * through_mean - variance_ * through_variance;
      dx_(n, d) = static_cast<real>(static_cast<double>(gamma(d)) / deviation * paths);
    }
  }

  double direct_, mean_, variance_;
};

Tensor input() { return random_tensor(kN, kD, "x", -2, 2); }

std::string words(double direct, double mean, double variance) {
  return wrong_paths(WrongBatchNorm(direct, mean, variance), input(), 1);
}

}  // namespace

TEST_CASE("BN.9: of a right dx none of the three paths is called wrong, whatever gamma and the columns' widths are") {
  CHECK(words(1, 1, 1) == "");
  CHECK(wrong_paths(BatchNorm(kD), input(), 1) == "");
  CHECK(wrong_paths(BatchNorm(kD, {.eps = 0.5}), input(), 2) == "");
  Tensor uneven = input();
  for (std::size_t n = 0; n < kN; ++n) uneven(n, 2) *= static_cast<real>(0.01);
  CHECK(wrong_paths(BatchNorm(kD), uneven, 1) == "");
}

TEST_CASE("BN.9: a path that is missing is named") {
  CHECK(words(0, 1, 1) == "the direct path is missing");
  CHECK(words(1, 0, 1) == "the path through the mean is missing");
  CHECK(words(1, 1, 0) == "the path through the variance is missing");
  CHECK(words(1, 0, 0) == "the path through the mean is missing, and the path through the variance is missing");
}

TEST_CASE("BN.9: a path with the wrong sign is named") {
  CHECK(words(-1, 1, 1) == "the direct path has the wrong sign");
  CHECK(words(1, -1, 1) == "the path through the mean has the wrong sign");
  CHECK(words(1, 1, -1) == "the path through the variance has the wrong sign");
  CHECK(words(-1, -1, -1) == "dx as a whole has the wrong sign");
}

TEST_CASE("BN.9: sums where means belong, and N - 1 for N, are told by their factor") {
  CHECK(words(1, 6, 1) == "the path through the mean is 6 times what it should be: 6 is N");
  CHECK(words(1, 1, 6) == "the path through the variance is 6 times what it should be: 6 is N");
  CHECK(words(1, 6. / 5, 6. / 5) ==
        "the path through the mean is 1.2 times what it should be: 1.2 is N/(N - 1), and "
        "the path through the variance is 1.2 times what it should be: 1.2 is N/(N - 1)");
  CHECK(words(1. / 6, 1. / 6, 1. / 6) == "dx as a whole is 0.1667 times what it should be: 0.1667 is 1/N");
  CHECK(words(1, 1, 1. / 6) == "the path through the variance is 0.1667 times what it should be: 0.1667 is 1/N");
  CHECK(words(1, 1, 5) == "the path through the variance is 5 times what it should be: 5 is N - 1");
  CHECK(words(1, 1, 0.5) == "the path through the variance is 0.5 times what it should be");
  CHECK(words(1, 1, -6) == "the path through the variance has the wrong sign and is 6 times what it should be: 6 is N");
}

TEST_CASE("BN.9: a dx that is no sum of its paths is called that, not fitted") {
  const Tensor x = input(), dy = random_tensor(kN, kD, "dy"), gamma = random_vector(kD, "gamma", 0.5, 2);
  const PathTerms terms = three_paths(x, gamma, 1e-5, dy);
  Tensor dx({kN, kD});
  for (std::size_t i = 0; i < dx.size(); ++i) {
    dx.stored()[i] = static_cast<real>(terms[kDirectPath][i] + terms[kMeanPath][i] + terms[kVariancePath][i]);
  }
  const std::optional<PathFactors> right = fit_paths(terms, dx);
  REQUIRE(right.has_value());
  for (const double factor : *right) CHECK(factor == doctest::Approx(1).epsilon(1e-4));
  dx(3, 2) += static_cast<real>(0.1);
  CHECK_FALSE(fit_paths(terms, dx).has_value());
  dx(3, 2) = static_cast<real>(NAN);
  CHECK_FALSE(fit_paths(terms, dx).has_value());
  CHECK_FALSE(fit_paths(terms, random_tensor(kN, kD, "something else")).has_value());
}

TEST_CASE("BN.9: a batch of two cannot tell the paths apart: nothing is claimed") {
  const Tensor x = random_tensor(2, kD, "x"), dy = random_tensor(2, kD, "dy");
  const PathTerms terms = three_paths(x, random_vector(kD, "gamma", 0.5, 2), 0, dy);
  Tensor dx({2, kD});
  for (std::size_t i = 0; i < dx.size(); ++i) dx.stored()[i] = static_cast<real>(terms[kDirectPath][i]);
  CHECK_FALSE(fit_paths(terms, dx).has_value());
}

TEST_CASE("BN.9: the layer that is judged is left as it was") {
  const BatchNorm layer(kD);
  wrong_paths(layer, input(), 1);
  CHECK(layer.num_batches_tracked == 0);
  CHECK(identical(layer.running_mean, BatchNorm(kD).running_mean));
}

}  // namespace bnlab::testing::three_paths_test
