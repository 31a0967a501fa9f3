// The laws of batch normalization, each named after the equation of docs/batchnorm.md that it follows from. They need
// no second implementation: what they state holds for any input. Where numbers are scaled by powers of two, or are few
// enough bits long, nothing is rounded, and the laws hold to the last bit.
#include <algorithm>
#include <array>
#include <numeric>

#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/nn/network.hpp"
#include "support.hpp"

namespace bnlab::testing::laws_test {

namespace {

// Rounding errors of sums of some numbers near 1.
constexpr double kRounding = kDouble ? 1e-13 : 1e-5;

// Nothing at its first value, gamma of both signs.
BatchNorm layer_of(std::size_t features, double eps, const std::string& name = "") {
  BatchNorm bn(features, {.eps = eps});
  bn.gamma = random_vector(features, name + "gamma", 0.5, 2), bn.beta = random_vector(features, name + "beta", -2, 2);
  for (std::size_t d = 0; d < features; d += 3) bn.gamma(d) = -bn.gamma(d);
  bn.running_mean = random_vector(features, name + "mean", -2, 2);
  bn.running_var = random_vector(features, name + "var", 0.1, 3);
  return bn;
}

Tensor scaled(Tensor t, double factor) {
  for (real& value : t.stored()) value *= static_cast<real>(factor);
  return t;
}

// Multiples of 1/256 between -2 and 2: 10 bits, so that shifts of them are exact in float, too, and sums in double.
Tensor coarse_tensor(std::size_t rows, std::size_t cols, std::string_view name) {
  Tensor t = random_tensor(rows, cols, name, -2, 2);
  for (real& value : t.stored()) value = std::round(value * 256) / 256;
  return t;
}

// The columns (or entries) of t in the given order.
Tensor columns_of(const Tensor& t, const std::vector<std::size_t>& order) {
  Tensor result = Tensor::zeros_like(t);
  for (std::size_t i = 0; i < t.rows(); ++i) {
    for (std::size_t d = 0; d < t.cols(); ++d) result(i, d) = t(i, order[d]);
  }
  return result;
}
Tensor column_of(const Tensor& t, std::size_t d) {
  Tensor column({t.rows(), 1});
  for (std::size_t n = 0; n < t.rows(); ++n) column(n, 0) = t(n, d);
  return column;
}
Tensor rows_of(const Tensor& t, const std::vector<std::size_t>& order) {
  Tensor result({order.size(), t.cols()});
  for (std::size_t i = 0; i < order.size(); ++i) std::copy_n(t.row(order[i]), t.cols(), result.row(i));
  return result;
}
std::vector<std::size_t> shuffled(std::size_t count) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random(3, "order").shuffle(order);
  return order;
}

// What a column of t adds up to, weighed by a column of w, in long double.
long double sum(const Tensor& t, std::size_t d) {
  long double s = 0;
  for (std::size_t n = 0; n < t.rows(); ++n) s += t(n, d);
  return s;
}
long double product(const Tensor& t, const Tensor& w, std::size_t d) {
  long double s = 0;
  for (std::size_t n = 0; n < t.rows(); ++n) s += static_cast<long double>(t(n, d)) * static_cast<long double>(w(n, d));
  return s;
}
long double variance(const Tensor& t, std::size_t d) {
  const long double N = static_cast<long double>(t.rows()), mean = sum(t, d) / N;
  long double s = 0;
  for (std::size_t n = 0; n < t.rows(); ++n) s += (t(n, d) - mean) * (t(n, d) - mean);
  return s / N;
}

bool same_state(const BatchNorm& a, const BatchNorm& b) {
  return identical(a.gamma, b.gamma) && identical(a.beta, b.beta) && identical(a.gamma_grad, b.gamma_grad) &&
         identical(a.beta_grad, b.beta_grad) && identical(a.running_mean, b.running_mean) &&
         identical(a.running_var, b.running_var) && a.num_batches_tracked == b.num_batches_tracked;
}

// Batches and widths of all kinds. (In a batch of 2, x^ is 1 and -1 whatever x is.)
constexpr std::pair<std::size_t, std::size_t> kShapes[] = {{3, 1}, {4, 5}, {7, 17}, {64, 33}, {65, 3}};

// x through a Linear and batch normalization, and dy back.
struct LinearAndNorm {
  Linear linear;
  BatchNorm bn;
  LinearAndNorm(std::size_t in, std::size_t out, double eps)
      : linear(in, out, Random(1, "fc1")), bn(layer_of(out, eps)) {}
  Tensor run(const Tensor& x, const Tensor& dy) {
    Tensor y = bn.forward(linear.forward(x, Mode::train), Mode::train);
    dz = bn.backward(dy, Mode::train);
    linear.backward(dz, Mode::train);
    return y;
  }
  Tensor dz;
};

}  // namespace

TEST_CASE("BN.4: a column of y has mean beta and variance gamma^2 var / (var + eps), whatever x was") {
  for (const auto& [N, D] : kShapes) {
    for (const double eps : {0.0, 1e-5, 0.5}) {
      BatchNorm bn = layer_of(D, eps);
      const Tensor x = random_tensor(N, D, "x", -3, 5), y = bn.forward(x, Mode::train);
      for (std::size_t d = 0; d < D; ++d) {
        const long double var = variance(x, d), gamma = bn.gamma(d);
        CHECK(std::fabs(sum(y, d) / static_cast<long double>(N) - bn.beta(d)) < kRounding);
        CHECK(std::fabs(variance(y, d) - gamma * gamma * var / (var + eps)) < kRounding);
      }
    }
  }
}

TEST_CASE("BN.1: adding the same number to a column changes neither y nor any gradient, to the last bit") {
  BatchNorm bn = layer_of(6, 1e-5), shifted = bn;
  const Tensor x = coarse_tensor(8, 6, "x"), dy = random_tensor(8, 6, "dy");
  Tensor moved = x;
  for (std::size_t n = 0; n < 8; ++n) {
    for (std::size_t d = 0; d < 6; ++d) moved(n, d) += static_cast<real>(std::array{0, 1, -3, 100, -5000, 10000}[d]);
  }
  CHECK(identical(shifted.forward(moved, Mode::train), bn.forward(x, Mode::train)));
  CHECK(identical(shifted.backward(dy, Mode::train), bn.backward(dy, Mode::train)));
  CHECK((identical(shifted.gamma_grad, bn.gamma_grad) && identical(shifted.beta_grad, bn.beta_grad)));
}

TEST_CASE("BN.3: a x with a^2 eps gives the same y as x with eps, and dx divided by a, to the last bit") {
  for (const auto& [N, D] : kShapes) {
    for (const double a : {4.0, 0.125}) {
      BatchNorm bn = layer_of(D, 1e-5), stretched = layer_of(D, a * a * 1e-5);
      const Tensor x = random_tensor(N, D, "x"), dy = random_tensor(N, D, "dy");
      CHECK(identical(stretched.forward(scaled(x, a), Mode::train), bn.forward(x, Mode::train)));
      const Tensor ax = scaled(x, a);
      stretched.forward(ax, Mode::train), bn.forward(x, Mode::train);
      CHECK(identical(scaled(stretched.backward(dy, Mode::train), a), bn.backward(dy, Mode::train)));
      CHECK((identical(stretched.gamma_grad, bn.gamma_grad) && identical(stretched.beta_grad, bn.beta_grad)));
    }
  }
}

TEST_CASE("BN.3: with the same eps, stretching x by a stretches y - beta by sqrt((var + eps) / (var + eps / a^2))") {
  const double eps = 0.01, a = 3;
  BatchNorm bn = layer_of(5, eps), stretched = bn;
  const Tensor x = random_tensor(9, 5, "x"), y = bn.forward(x, Mode::train);
  const Tensor y_stretched = stretched.forward(scaled(x, a), Mode::train);
  for (std::size_t d = 0; d < 5; ++d) {
    const long double var = variance(x, d), ratio = std::sqrt((var + eps) / (var + eps / (a * a)));
    CHECK(ratio > 1.0001L);
    for (std::size_t n = 0; n < 9; ++n) {
      CHECK(std::fabs(y_stretched(n, d) - bn.beta(d) - ratio * (y(n, d) - bn.beta(d))) < kRounding);
    }
  }
  // Without eps nothing is left of it; a negative factor turns x^ round.
  BatchNorm exact = layer_of(5, 0), turned = exact;
  turned.gamma = scaled(turned.gamma, -1);
  const Tensor y0 = exact.forward(x, Mode::train);
  CHECK(relative_error(exact.forward(scaled(x, a), Mode::train), y0) < kRounding);
  CHECK(identical(turned.forward(scaled(x, -2), Mode::train), y0));
}

TEST_CASE("BN.9: the columns of dx add up to 0") {
  for (const auto& [N, D] : kShapes) {
    BatchNorm bn = layer_of(D, 1e-3);
    const Tensor x = random_tensor(N, D, "x", -1, 2), dy = random_tensor(N, D, "dy", -1, 3);
    bn.forward(x, Mode::train);
    const Tensor dx = bn.backward(dy, Mode::train);
    for (std::size_t d = 0; d < D; ++d) {
      CHECK(std::fabs(sum(dx, d)) < kRounding * static_cast<double>(N));
      CHECK(product(dx, dx, d) > 1e-6L);  // it is no column of zeros
    }
  }
}

TEST_CASE("BN.9: dx is orthogonal to x^ but for eps: sum dx x^ = gamma dgamma eps / (var + eps)^(3/2)") {
  for (const auto& [N, D] : kShapes) {
    for (const double eps : {0.0, 1e-5, 0.3}) {
      BatchNorm bn = layer_of(D, eps), bare(D, {.eps = eps, .affine = false});
      const Tensor x = random_tensor(N, D, "x"), dy = random_tensor(N, D, "dy");
      const Tensor x_hat = bare.forward(x, Mode::train);
      bn.forward(x, Mode::train);
      const Tensor dx = bn.backward(dy, Mode::train);
      for (std::size_t d = 0; d < D; ++d) {
        const long double total = variance(x, d) + eps;
        const long double expected = bn.gamma(d) * bn.gamma_grad(d) * eps / std::pow(total, 1.5L);
        CHECK(std::fabs(product(dx, x_hat, d) - expected) <
              kRounding * static_cast<double>(N) * static_cast<double>(1 / std::sqrt(total)));
      }
    }
  }
}

TEST_CASE("BN.9: the bias of a Linear before batch normalization has no gradient and no effect on y") {
  for (const auto& [N, D] : kShapes) {
    LinearAndNorm pair(6, D, 1e-5), other = pair;
    other.linear.bias = random_vector(D, "bias", -3, 3);
    const Tensor x = random_tensor(N, 6, "x"), dy = random_tensor(N, D, "dy", -1, 2);
    const Tensor y = pair.run(x, dy);
    CHECK(relative_error(other.run(x, dy), y) < 10 * kRounding);
    CHECK(relative_error(other.linear.weight_grad, pair.linear.weight_grad) < 100 * kRounding);
    const double weights = relative_error(pair.linear.weight_grad, Tensor({6, D}));  // beside 0 it is the norm
    CHECK(relative_error(pair.linear.bias_grad, Tensor({D})) < 10 * kRounding * weights);
    CHECK(weights > 1e-3);
  }
}

TEST_CASE("BN.3: scaling the weights before batch normalization by a changes no output and divides dW by a") {
  for (const auto& [N, D] : kShapes) {
    const double a = 8;
    LinearAndNorm pair(6, D, 1e-5), large(6, D, a * a * 1e-5);
    large.linear.weight = scaled(large.linear.weight, a), large.linear.bias = scaled(large.linear.bias, a);
    const Tensor x = random_tensor(N, 6, "x"), dy = random_tensor(N, D, "dy");
    CHECK(identical(large.run(x, dy), pair.run(x, dy)));
    CHECK(identical(scaled(large.linear.weight_grad, a), pair.linear.weight_grad));
  }
}

TEST_CASE(
    "BN.9: dW before batch normalization is orthogonal to W but for eps: sum W dW = gamma dgamma eps / (var + eps)") {
  for (const double eps : {0.0, 0.3}) {
    LinearAndNorm pair(6, 5, eps);
    const Tensor x = random_tensor(9, 6, "x"), dy = random_tensor(9, 5, "dy");
    pair.run(x, dy);
    const Tensor z = pair.linear.forward(x, Mode::eval);
    for (std::size_t d = 0; d < 5; ++d) {
      const long double total = variance(z, d) + eps;
      const long double expected = pair.bn.gamma(d) * pair.bn.gamma_grad(d) * eps / total;
      CHECK(std::fabs(product(pair.linear.weight, pair.linear.weight_grad, d) - expected) < 10 * kRounding);
    }
  }
}

TEST_CASE("BN.1 to BN.10: columns do not know of each other: reordered, they give the same bits in another order") {
  const std::size_t N = 7, D = 21;
  const std::vector<std::size_t> order = shuffled(D);
  BatchNorm bn = layer_of(D, 1e-5), reordered = bn;
  reordered.gamma = columns_of(bn.gamma, order), reordered.beta = columns_of(bn.beta, order);
  reordered.running_mean = columns_of(bn.running_mean, order);
  reordered.running_var = columns_of(bn.running_var, order);
  const Tensor x = random_tensor(N, D, "x"), dy = random_tensor(N, D, "dy");
  const Tensor x2 = columns_of(x, order), dy2 = columns_of(dy, order);
  for (const Mode mode : {Mode::train, Mode::eval}) {
    CHECK(identical(reordered.forward(x2, mode), columns_of(bn.forward(x, mode), order)));
    CHECK(identical(reordered.backward(dy2, mode), columns_of(bn.backward(dy, mode), order)));
    CHECK(identical(reordered.gamma_grad, columns_of(bn.gamma_grad, order)));
    CHECK(identical(reordered.beta_grad, columns_of(bn.beta_grad, order)));
    CHECK(identical(reordered.running_mean, columns_of(bn.running_mean, order)));
    CHECK(identical(reordered.running_var, columns_of(bn.running_var, order)));
  }
}

TEST_CASE(
    "BN.1 to BN.10: a layer of D features is D layers of one feature, to the last bit, for any D, alone or by "
    "threads") {
  ThreadPool pool(3);
  for (const std::size_t N : {2u, 3u, 40u, 130u}) {
    for (const std::size_t D : {1u, 2u, 7u, 8u, 9u, 15u, 16u, 17u, 31u, 33u, 64u, 65u, 71u, 128u, 530u}) {
      BatchNorm all = layer_of(D, 1e-5);
      all.use_threads(&pool);
      const Tensor x = random_tensor(N, D, "x"), dy = random_tensor(N, D, "dy");
      for (const Mode mode : {Mode::train, Mode::eval}) {
        const BatchNorm before = all;
        const Tensor y = all.forward(x, mode), dx = all.backward(dy, mode);
        for (std::size_t d = 0; d < D; d += 1 + D / 40) {
          BatchNorm one(1, {.eps = 1e-5});
          one.gamma(0) = before.gamma(d), one.beta(0) = before.beta(d);
          one.running_mean(0) = before.running_mean(d), one.running_var(0) = before.running_var(d);
          const Tensor x_d = column_of(x, d), dy_d = column_of(dy, d);
          CHECK(identical(one.forward(x_d, mode), column_of(y, d)));
          CHECK(identical(one.backward(dy_d, mode), column_of(dx, d)));
          CHECK((one.gamma_grad(0) == all.gamma_grad(d) && one.beta_grad(0) == all.beta_grad(d)));
          CHECK((one.running_mean(0) == all.running_mean(d) && one.running_var(0) == all.running_var(d)));
        }
      }
    }
  }
}

TEST_CASE("BN.1 to BN.9: examples have no order: reordered, each gets the same output and gradient") {
  for (const auto& [N, D] : kShapes) {
    const std::vector<std::size_t> order = shuffled(N);
    BatchNorm bn = layer_of(D, 1e-5), reordered = bn;
    const Tensor x = random_tensor(N, D, "x"), dy = random_tensor(N, D, "dy");
    const Tensor x2 = rows_of(x, order), dy2 = rows_of(dy, order);
    CHECK(relative_error(reordered.forward(x2, Mode::train), rows_of(bn.forward(x, Mode::train), order)) < kRounding);
    CHECK(relative_error(reordered.backward(dy2, Mode::train), rows_of(bn.backward(dy, Mode::train), order)) <
          10 * kRounding);
    CHECK(relative_error(reordered.running_var, bn.running_var) < kRounding);
  }
}

TEST_CASE("BN.1, BN.2, BN.9: a batch seen twice over has the statistics, outputs and dx of the batch seen once") {
  BatchNorm once = layer_of(5, 1e-5), twice = once;
  const Tensor x = random_tensor(6, 5, "x"), dy = random_tensor(6, 5, "dy");
  const std::vector<std::size_t> doubled = {0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5};
  const Tensor x2 = rows_of(x, doubled), dy2 = rows_of(dy, doubled);
  CHECK(relative_error(twice.forward(x2, Mode::train), rows_of(once.forward(x, Mode::train), doubled)) < kRounding);
  CHECK(relative_error(twice.backward(dy2, Mode::train), rows_of(once.backward(dy, Mode::train), doubled)) <
        10 * kRounding);
  CHECK(relative_error(twice.gamma_grad, scaled(once.gamma_grad, 2)) < 10 * kRounding);  // sums, not means
  CHECK(relative_error(twice.beta_grad, scaled(once.beta_grad, 2)) < 10 * kRounding);
}

TEST_CASE("BN.7 to BN.9: backward is linear in dy: twice dy gives twice every gradient, to the last bit") {
  for (const Mode mode : {Mode::train, Mode::eval}) {
    BatchNorm bn = layer_of(5, 1e-5);
    const Tensor x = random_tensor(6, 5, "x"), dy = random_tensor(6, 5, "dy");
    bn.forward(x, mode);
    const Tensor dx = bn.backward(dy, mode), dgamma = bn.gamma_grad, dbeta = bn.beta_grad;
    CHECK(identical(bn.backward(scaled(dy, 2), mode), scaled(dx, 2)));
    CHECK((identical(bn.gamma_grad, scaled(dgamma, 2)) && identical(bn.beta_grad, scaled(dbeta, 2))));
  }
}

TEST_CASE("BN.5: momentum 1 keeps nothing of the record, momentum 0 all of it, and the average forgets no batch") {
  const Tensor a = random_tensor(5, 4, "a"), b = random_tensor(5, 4, "b", 3, 9);
  const BatchNorm start = layer_of(4, 1e-5);
  const auto after = [&](std::optional<double> momentum, std::initializer_list<const Tensor*> batches) {
    BatchNorm bn(4, {.momentum = momentum});
    bn.running_mean = start.running_mean, bn.running_var = start.running_var;
    for (const Tensor* x : batches) bn.forward(*x, Mode::train);
    return bn;
  };
  CHECK(identical(after(1.0, {&a, &b}).running_mean, after(1.0, {&b}).running_mean));
  CHECK(identical(after(1.0, {&a, &b}).running_var, after(1.0, {&b}).running_var));
  CHECK(identical(after(0.0, {&a, &b}).running_mean, start.running_mean));
  CHECK(identical(after(0.0, {&a, &b}).running_var, start.running_var));
  CHECK(relative_error(after(std::nullopt, {&a, &b}).running_mean, after(std::nullopt, {&b, &a}).running_mean) <
        kRounding);
  CHECK(relative_error(after(std::nullopt, {&a, &b}).running_var, after(std::nullopt, {&b, &a}).running_var) <
        kRounding);
}

TEST_CASE("BN.6: in evaluation mode a row's output is the same to the last bit whichever rows stand beside it") {
  const std::size_t N = 9, D = 19;
  BatchNorm bn = layer_of(D, 1e-5);
  const Tensor x = random_tensor(N, D, "x"), all = bn.forward(x, Mode::eval);
  for (std::size_t n = 0; n < N; ++n) {
    CHECK(identical(bn.forward(rows_of(x, {n}), Mode::eval), rows_of(all, {n})));
    CHECK(identical(bn.forward(rows_of(x, {n, 0, n, 8}), Mode::eval), rows_of(all, {n, 0, n, 8})));
  }
}

TEST_CASE("BN.6: evaluation changes no state, and its backward pass nothing but the gradients; twice is the same") {
  BatchNorm bn = layer_of(5, 1e-5);
  bn.forward(random_tensor(6, 5, "x"), Mode::train);
  const BatchNorm before = bn;
  const Tensor x = random_tensor(3, 5, "other", 5, 9), y = bn.forward(x, Mode::eval);
  CHECK(same_state(bn, before));
  CHECK(identical(bn.forward(x, Mode::eval), y));
  bn.backward(y, Mode::eval);
  BatchNorm but_gradients = bn;
  but_gradients.gamma_grad = before.gamma_grad, but_gradients.beta_grad = before.beta_grad;
  CHECK(same_state(but_gradients, before));
}

TEST_CASE("BN.5: several layers keep their statistics apart: each ends as if it had been alone with its input") {
  Network network;
  BatchNorm& bn1 = network.add("bn1", layer_of(4, 1e-5, "1"));
  Linear& fc = network.add("fc1", Linear(4, 4, Random(1, "fc1")));
  BatchNorm& bn2 = network.add("bn2", layer_of(4, 1e-5, "2"));
  BatchNorm alone1 = bn1, alone2 = bn2;
  Linear alone_fc = fc;
  for (const char* name : {"a", "b", "c"}) {
    const Tensor x = random_tensor(7, 4, name, 1, 4), dy = random_tensor(7, 4, "dy");
    network.forward(x, Mode::train);
    network.backward(dy);
    const Tensor z = alone_fc.forward(alone1.forward(x, Mode::train), Mode::train);
    alone2.forward(z, Mode::train);
    alone1.backward(alone_fc.backward(alone2.backward(dy, Mode::train), Mode::train), Mode::train);
  }
  CHECK((same_state(bn1, alone1) && same_state(bn2, alone2)));
  CHECK_FALSE(identical(bn1.running_mean, bn2.running_mean));
}

TEST_CASE("BN.5: copies and moves are independent: what one learns the other does not") {
  const Tensor x = random_tensor(6, 5, "x", 2, 3), dy = random_tensor(6, 5, "dy");
  BatchNorm original = layer_of(5, 1e-5);
  const BatchNorm kept = original;
  BatchNorm copy = original, assigned(5);
  assigned = original;
  const std::unique_ptr<Layer> clone = original.clone();
  copy.forward(x, Mode::train), assigned.forward(x, Mode::train), clone->forward(x, Mode::train);
  CHECK(same_state(original, kept));
  copy.backward(dy, Mode::train);
  CHECK(same_state(original, kept));
  original.forward(x, Mode::train), original.backward(dy, Mode::train);
  CHECK(same_state(original, copy));
  CHECK_FALSE(same_state(original, kept));

  BatchNorm moved = std::move(original);
  CHECK(same_state(moved, copy));
  moved.forward(x, Mode::train), copy.forward(x, Mode::train);
  CHECK(identical(moved.backward(dy, Mode::train), copy.backward(dy, Mode::train)));
  CHECK(same_state(moved, copy));
}

TEST_CASE("BN.1 to BN.9: a batch of many thousands is treated like one of five, alone and by threads") {
  ThreadPool pool(2);
  const Tensor x = random_tensor(5, 3, "x"), dy = random_tensor(5, 3, "dy");
  for (const std::size_t N : {16380u, 16385u, 40000u}) {
    CAPTURE(N);
    std::vector<std::size_t> again(N);
    for (std::size_t n = 0; n < N; ++n) again[n] = n % 5;
    for (ThreadPool* threads : {static_cast<ThreadPool*>(nullptr), &pool}) {
      BatchNorm few = layer_of(3, 1e-5), many = few;
      many.use_threads(threads);
      const Tensor x2 = rows_of(x, again), dy2 = rows_of(dy, again);
      for (const Mode mode : {Mode::train, Mode::eval}) {
        CHECK(relative_error(many.forward(x2, mode), rows_of(few.forward(x, mode), again)) < 10 * kRounding);
        CHECK(relative_error(many.backward(dy2, mode), rows_of(few.backward(dy, mode), again)) < 100 * kRounding);
        many.running_mean = few.running_mean, many.running_var = few.running_var;  // BN.5's N / (N - 1) differs
      }
    }
  }
}

TEST_CASE("BN.1, BN.2, BN.7, BN.8: sums over a batch of many thousands lose no digits of the numbers summed") {
  constexpr std::size_t N = 40000;
  constexpr double kSums = kDouble ? 1e-12 : 2e-7;  // rounded once, at the end
  const Tensor x = random_tensor(N, 1, "x", 1, 2), noise = random_tensor(N, 1, "noise", 0, 0.5);
  Tensor dy = x;
  for (std::size_t n = 0; n < N; ++n) dy(n, 0) += noise(n, 0);  // goes with x, so that no sum cancels
  BatchNorm bn(1, {.momentum = 1.0});                           // the record is this batch's
  bn.forward(x, Mode::train);
  bn.backward(dy, Mode::train);
  const long double mean = sum(x, 0) / N, var = variance(x, 0);
  long double dgamma = 0;
  for (std::size_t n = 0; n < N; ++n) dgamma += dy(n, 0) * (x(n, 0) - mean) / std::sqrt(var + 1e-5L);
  CHECK(std::fabs(static_cast<double>(bn.running_mean(0) / mean - 1)) < kSums);
  CHECK(std::fabs(static_cast<double>(bn.running_var(0) / (var * N / (N - 1)) - 1)) < kSums);
  CHECK(std::fabs(static_cast<double>(bn.beta_grad(0) / sum(dy, 0) - 1)) < kSums);
  CHECK(std::fabs(static_cast<double>(bn.gamma_grad(0) / dgamma - 1)) < kSums);
}

TEST_CASE("BN.5: the average goes on from the statistics and the counter that are put into a layer") {
  BatchNorm first(4, {.momentum = std::nullopt}), second(4, {.momentum = std::nullopt});
  for (const char* name : {"a", "b", "c"}) first.forward(random_tensor(5, 4, name, -1, 3), Mode::train);
  second.running_mean = first.running_mean, second.running_var = first.running_var;
  second.num_batches_tracked = first.num_batches_tracked;
  const Tensor next = random_tensor(6, 4, "d", 2, 5);
  first.forward(next, Mode::train), second.forward(next, Mode::train);
  CHECK(same_state(first, second));
}

TEST_CASE("BN.7, BN.8: the gradients of gamma and beta depend on neither, to the last bit, also where gamma is 0") {
  for (const Mode mode : {Mode::train, Mode::eval}) {
    BatchNorm bn = layer_of(5, 1e-5), other = bn;
    other.gamma = random_vector(5, "other gamma", -3, 3), other.beta = random_vector(5, "other beta", 100, 200);
    other.gamma(1) = 0;
    const Tensor x = random_tensor(6, 5, "x"), dy = random_tensor(6, 5, "dy");
    bn.forward(x, mode), other.forward(x, mode);
    bn.backward(dy, mode);
    const Tensor& dx = other.backward(dy, mode);
    CHECK((identical(other.gamma_grad, bn.gamma_grad) && identical(other.beta_grad, bn.beta_grad)));
    for (std::size_t n = 0; n < 6; ++n) CHECK(dx(n, 1) == real{0});
  }
}

}  // namespace bnlab::testing::laws_test
