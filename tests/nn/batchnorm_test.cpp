// Batch normalization against BN.1 to BN.6 in long double, and its backward passes against differences of those.
#include "bnlab/nn/batchnorm.hpp"

#include <algorithm>
#include <numeric>

#include "gradients.hpp"

namespace bnlab::testing::batchnorm_test {

namespace {

constexpr double kClose = kDouble ? 1e-10 : 1e-5;
constexpr std::size_t D = 8;
using Column = std::vector<long double>;

bool near(long double a, long double b, double bound = kClose) { return std::fabs(a - b) <= bound * std::fabs(b); }

Column column(const Tensor& t, std::size_t d) {
  Column x;
  for (std::size_t n = 0; n < t.rows(); ++n) x.push_back(t(n, d));
  return x;
}

long double mean(const Column& x) {
  return std::accumulate(x.begin(), x.end(), 0.0L) / static_cast<long double>(x.size());
}

long double variance(Column x) {  // biased
  for (const long double center = mean(x); long double& v : x) v = (v - center) * (v - center);
  return mean(x);
}

// Column d of y as a function of all that it depends on: BN.4 in training mode, BN.6 in evaluation mode.
Column outputs(const BatchNorm& bn, Mode mode, std::size_t d, Column x, long double gamma, long double beta) {
  const bool train = mode == Mode::train;
  const long double center = train ? mean(x) : bn.running_mean(d), var = train ? variance(x) : bn.running_var(d);
  for (long double& v : x) v = gamma * (v - center) / std::sqrt(var + bn.options().eps) + beta;
  return x;
}

struct Expected {
  Tensor y, dx, dgamma, dbeta;
};

// The gradients of Σ dy y are fourth-order differences, each with a step that suits its column.
Expected oracle(const BatchNorm& bn, Mode mode, const Tensor& x, const Tensor& dy) {
  Expected e{Tensor({x.rows(), x.cols()}), Tensor({x.rows(), x.cols()}), Tensor({x.cols()}), Tensor({x.cols()})};
  for (std::size_t d = 0; d < x.cols(); ++d) {
    Column inputs = column(x, d);
    const Column up = column(dy, d);
    long double gamma = bn.gamma(d), beta = bn.beta(d);
    const auto slope = [&](long double& variable, long double h) {
      const long double kept = variable;
      const auto at = [&](long double shift) {
        variable = kept + shift;
        const Column y = outputs(bn, mode, d, inputs, gamma, beta);
        return std::inner_product(y.begin(), y.end(), up.begin(), 0.0L);
      };
      const long double result = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      variable = kept;
      return static_cast<real>(result);
    };
    const Column y = outputs(bn, mode, d, inputs, gamma, beta);
    const long double h = 3e-4L * std::sqrt(variance(inputs) + bn.options().eps);
    for (std::size_t n = 0; n < x.rows(); ++n) e.y(n, d) = static_cast<real>(y[n]), e.dx(n, d) = slope(inputs[n], h);
    e.dgamma(d) = slope(gamma, 1e-2L), e.dbeta(d) = slope(beta, 1e-2L);
  }
  return e;
}

// The largest error of a column beside the column's norm: a column of small numbers counts as much as one of large.
double column_error(const Tensor& a, const Tensor& b) {
  double worst = a.same_shape(b) ? 0 : HUGE_VAL;
  for (std::size_t d = 0; d < b.cols() && worst < HUGE_VAL; ++d) {
    Tensor p({b.rows()}), q({b.rows()});
    for (std::size_t n = 0; n < b.rows(); ++n) p(n) = a(n, d), q(n) = b(n, d);
    worst = std::max(worst, relative_error(p, q));
  }
  return worst;
}

// Columns that ask for care: ordinary, constant, of deviation 0.01 and 0.003, far from zero, wide, and of deviations so
// small that eps is all.
Tensor inputs_of(std::size_t N, std::string_view name = "x") {
  Tensor x = random_tensor(N, D, name, -1.5, 1.5);
  for (std::size_t n = 0; n < N; ++n) {
    x(n, 1) = static_cast<real>(0.7);
    x(n, 2) *= static_cast<real>(0.01), x(n, 3) *= static_cast<real>(0.003);
    x(n, 4) += 10000, x(n, 5) = x(n, 5) * 50 - 20;
    x(n, 6) *= static_cast<real>(5e-5), x(n, 7) *= static_cast<real>(1e-6);
  }
  return x;
}

// Nothing at its first value, which would hide where it is left out.
BatchNorm layer_of(BatchNormOptions options = {}, std::size_t features = D) {
  BatchNorm bn(features, options);
  bn.gamma = random_vector(features, "gamma", 0.5, 2), bn.beta = random_vector(features, "beta", 0.3, 1);
  bn.gamma(0) = static_cast<real>(-1.3);
  bn.running_mean = random_vector(features, "mean"), bn.running_var = random_vector(features, "var", 0.5, 3);
  return bn;
}

bool same_state(const BatchNorm& a, const BatchNorm& b) {
  return identical(a.gamma, b.gamma) && identical(a.beta, b.beta) && identical(a.running_mean, b.running_mean) &&
         identical(a.running_var, b.running_var) && a.num_batches_tracked == b.num_batches_tracked;
}

Tensor one_column(std::initializer_list<double> values) {
  Tensor t({values.size(), 1});
  std::copy(values.begin(), values.end(), t.row(0));
  return t;
}

}  // namespace

TEST_CASE("BN.1 to BN.9: the worked example in whole numbers comes out exactly") {
  BatchNorm bn(1, {.eps = 0});
  bn.gamma(0) = 2, bn.beta(0) = 1;
  const Tensor x = one_column({2, 4, 4, 4, 5, 5, 7, 9});  // mean 5, variance 4
  CHECK(identical(bn.forward(x, Mode::train), one_column({-2, 0, 0, 0, 1, 1, 3, 5})));
  CHECK(bn.running_mean(0) == 0.5);
  CHECK(near(bn.running_var(0), 0.9L + 0.1L * 32 / 7, kDouble ? 1e-15 : 1e-7));
  const Tensor& dx = bn.backward(one_column({4, 0, 0, 0, 0, 0, 0, 4}), Mode::train);
  CHECK(identical(dx, one_column({3.375, -0.875, -0.875, -0.875, -1, -1, -1.25, 2.5})));
  CHECK((bn.beta_grad(0) == 8 && bn.gamma_grad(0) == 2));
}

TEST_CASE("BN.3, BN.5: PyTorch's own numbers for sixteen values (issue 60528)") {
  BatchNorm bn(1);
  const Tensor& y = bn.forward(one_column({1, 2, 3, 4, 2, 3, 4, 5, 3, 4, 5, 6, 4, 5, 6, 7}), Mode::train);
  CHECK(near(y(0, 0), -1.8973628L, 1e-7));
  CHECK(near(bn.running_var(0), 1.1666667L, 1e-7));
}

TEST_CASE("BN.4: a new layer has gamma 1, beta 0, running mean 0 and variance 1, under PyTorch's names") {
  BatchNorm bn(3);
  const auto p = bn.parameters();
  const auto b = bn.buffers();
  REQUIRE((p.size() == 2 && p[0].name == "weight" && p[1].name == "bias" && b.size() == 3));
  REQUIRE((b[0].name == "running_mean" && b[1].name == "running_var" && b[2].name == "num_batches_tracked"));
  for (std::size_t d = 0; d < 3; ++d) {
    CHECK(((*p[0].value)(d) == 1 && (*p[1].value)(d) == 0 && (*b[0].values)(d) == 0 && (*b[1].values)(d) == 1));
  }
  CHECK((*b[2].count == 0 && bn.options().eps == 1e-5 && bn.options().momentum == 0.1));
}

TEST_CASE("BN.5: running statistics follow batches of 4, 7 and 3, by momentum or as the plain average") {
  for (const double m : {0.1, 0.3, 1.0, 0.0}) {  // 0: none, the average
    BatchNorm bn = layer_of({.momentum = m > 0 ? std::optional(m) : std::nullopt});
    Column means(bn.running_mean.row(0), bn.running_mean.row(0) + D);
    Column vars(bn.running_var.row(0), bn.running_var.row(0) + D);
    int batches = 0;
    for (const std::size_t N : {4u, 7u, 3u}) {
      const Tensor x = inputs_of(N, "batch " + std::to_string(N));
      bn.forward(x, Mode::train);
      const long double share = m > 0 ? m : 1.0L / ++batches, unbiased = 1 + 1 / static_cast<long double>(N - 1);
      for (std::size_t d = 0; d < D; ++d) {
        means[d] = (1 - share) * means[d] + share * mean(column(x, d));
        vars[d] = (1 - share) * vars[d] + share * variance(column(x, d)) * unbiased;
        CHECK(near(bn.running_mean(d), means[d]));
        CHECK(std::fabs(bn.running_var(d) - vars[d]) <= kClose * vars[d] + 1e-25L);
      }
    }
    CHECK(bn.num_batches_tracked == 3);
  }
}

TEST_CASE("BN.4, BN.7 to BN.9: output and gradients in training are those of the definition, on all columns") {
  for (const BatchNormOptions& options : {BatchNormOptions{}, {.eps = 0.5}, {.eps = 1e-3, .affine = false}}) {
    for (const std::size_t N : {3u, 4u, 5u, 40u, 64u, 131u}) {
      BatchNorm bn = options.affine ? layer_of(options) : BatchNorm(D, options);
      CHECK(bn.parameters().size() == (options.affine ? 2 : 0));
      const Tensor x = inputs_of(N), dy = random_tensor(N, D, "dy"), kept_x = x, kept_dy = dy;
      const Expected e = oracle(bn, Mode::train, x, dy);
      CHECK(column_error(bn.forward(x, Mode::train), e.y) < kClose);
      for (int pass = 0; pass < 2; ++pass) {  // overwritten, not added to
        CHECK(column_error(bn.backward(dy, Mode::train), e.dx) < kClose);
        CHECK(relative_error(bn.gamma_grad, e.dgamma) < kClose);
        CHECK(relative_error(bn.beta_grad, e.dbeta) < kClose);
      }
      CHECK((identical(x, kept_x) && identical(dy, kept_dy) && bn.num_batches_tracked == 1));
    }
  }
}

// x̂ is 1 and -1 but for ε. With q = (dy_0 - dy_1) / 2 and s half the distance of the two, BN.9 becomes
// dx_0 = -dx_1 = γ q ε / (s² + ε)^(3/2), since q - x̂² q = q ε / (s² + ε).
TEST_CASE("BN.9: in a batch of two dx is what eps leaves of it, and not 0") {
  for (const double s : {0.001, 0.003, 0.01}) {
    for (const double gamma : {-1.5, 0.5}) {
      const double eps = 1e-5, q = 0.75;
      BatchNorm bn(1, {.eps = eps});
      bn.gamma(0) = static_cast<real>(gamma);
      const Tensor x = one_column({s, -s}), dy = one_column({1, 1 - 2 * q});
      bn.forward(x, Mode::train);
      const Tensor& dx = bn.backward(dy, Mode::train);
      const double expected = gamma * q * eps / std::pow(s * s + eps, 1.5);
      CHECK(near(dx(0, 0), expected, kDouble ? 1e-12 : 3e-6));
      CHECK(dx(1, 0) == -dx(0, 0));
      CHECK(near(bn.gamma_grad(0), 2 * q * s / std::sqrt(s * s + eps), kDouble ? 1e-12 : 1e-6));
    }
  }
}

TEST_CASE("BN.7 to BN.10: a column with gamma 0 passes nothing on and learns all the same, others beside it as ever") {
  for (const Mode mode : {Mode::train, Mode::eval}) {
    BatchNorm bn = layer_of(), zero = bn;
    zero.gamma(2) = zero.gamma(5) = 0;
    const Tensor x = inputs_of(9), dy = random_tensor(9, D, "dy");
    bn.forward(x, mode), zero.forward(x, mode);
    const Tensor dx = bn.backward(dy, mode), dx_zero = zero.backward(dy, mode);
    CHECK((identical(bn.gamma_grad, zero.gamma_grad) && identical(bn.beta_grad, zero.beta_grad)));
    for (std::size_t n = 0; n < 9; ++n) {
      for (std::size_t d = 0; d < D; ++d) CHECK(dx_zero(n, d) == (d == 2 || d == 5 ? real{0} : dx(n, d)));
    }
  }
}

TEST_CASE("BN.6, BN.10: evaluation uses the running statistics, each row by itself, and changes no state") {
  BatchNorm bn = layer_of({}, 4);
  bn.running_var(0) = 2, bn.running_var(1) = 0;
  bn.running_var(2) = static_cast<real>(1e-4), bn.running_var(3) = static_cast<real>(1e-9);
  const BatchNorm before = bn;
  const Tensor all = random_tensor(131, 4, "x"), all_y = bn.forward(all, Mode::eval);
  for (const std::size_t N : {4u, 1u, 34u, 131u, 4u}) {
    Tensor x({N, 4}), dy = random_tensor(N, 4, "dy");
    std::copy_n(all.row(131 - N), N * 4, x.row(0));
    const Expected e = oracle(bn, Mode::eval, x, dy);
    const Tensor& y = bn.forward(x, Mode::eval);
    CHECK(column_error(y, e.y) < kClose);
    CHECK(std::equal(y.row(0), y.row(0) + N * 4, all_y.row(131 - N)));
    for (int pass = 0; pass < 2; ++pass) {
      CHECK(column_error(bn.backward(dy, Mode::eval), e.dx) < kClose);
      CHECK((relative_error(bn.gamma_grad, e.dgamma) < kClose && relative_error(bn.beta_grad, e.dbeta) < kClose));
    }
    CHECK(same_state(bn, before));
  }
}

TEST_CASE("a batch of one is refused in training mode, and leaves state, output and backward of the pass before it") {
  BatchNorm bn = layer_of();
  const Tensor x = inputs_of(5), one = inputs_of(1), dy = random_tensor(5, D, "dy");
  CHECK(column_error(bn.forward(one, Mode::eval), oracle(bn, Mode::eval, one, one).y) < kClose);
  const Tensor y = bn.forward(x, Mode::train), dx = bn.backward(dy, Mode::train), dgamma = bn.gamma_grad;
  const Tensor& live = bn.forward(x, Mode::train);
  const BatchNorm before = bn;
  CHECK(contains(error_of([&] { bn.forward(one, Mode::train); }), "more than 1"));
  CHECK(same_state(bn, before));
  CHECK((identical(live, y) && identical(bn.backward(dy, Mode::train), dx) && identical(bn.gamma_grad, dgamma)));
}

// E[x²] - μ², every operation rounded to float (volatile: no multiply-add in between).
static float short_cut(const std::vector<float>& x) {
  volatile float sum = 0, squares = 0;
  for (const float v : x) {
    volatile float square = v * v;
    sum = sum + v;
    squares = squares + square;
  }
  const float N = static_cast<float>(x.size());
  volatile float mean = sum / N, mean_square = squares / N, square_mean = mean * mean;
  return mean_square - square_mean;
}

TEST_CASE(
    "BN.2: far from zero two passes give the variance, where E[x^2] - mu^2 in float gives the chapter's 0, 8, -8") {
  struct {
    std::vector<float> x;
    double variance;
    float wrong;
  } const columns[] = {{{10000.00f, 10000.01f, 10000.02f, 10000.03f}, 0.000127, 0},
                       {{10000.00f, 10000.01f, 10000.02f, 10000.03f, 10000.04f}, 0.000202, 8},
                       {{10110.00f, 10110.01f, 10110.02f, 10110.03f}, 0.000127, -8}};
  for (const auto& c : columns) {
    CHECK(short_cut(c.x) == c.wrong);
    BatchNorm bn(1, {.momentum = 1.0});  // running_var is this batch's
    Tensor x({c.x.size(), 1});
    for (std::size_t n = 0; n < c.x.size(); ++n) x(n, 0) = static_cast<real>(c.x[n]);
    bn.forward(x, Mode::train);
    const double N = static_cast<double>(c.x.size());
    CHECK(std::abs(static_cast<double>(bn.running_var(0)) * (N - 1) / N - c.variance) < 1e-6);
  }
}

TEST_CASE("a refused batch of one is no forward pass: backward still asks for one") {
  BatchNorm bn = layer_of();
  const Tensor one = inputs_of(1), dy = random_tensor(1, D, "dy");
  CHECK(contains(error_of([&] { bn.forward(one, Mode::train); }), "more than 1"));
  CHECK(contains(error_of([&] { bn.backward(dy, Mode::train); }), "needs a forward pass"));
}

TEST_CASE("BN.7 to BN.10: backward agrees with finite differences (gradient check)") {
  check_gradients_of("batchnorm");
}

}  // namespace bnlab::testing::batchnorm_test
