// Linear against its four equations, written out one product at a time in long double.
#include "bnlab/nn/linear.hpp"

#include <algorithm>

#include "gradients.hpp"

namespace bnlab::testing::linear_test {

namespace {

constexpr double kClose = kDouble ? 1e-12 : 1e-5;

long double at(const Tensor& t, std::size_t i, std::size_t j) { return static_cast<long double>(t(i, j)); }

struct Expected {
  Tensor y, dw, db, dx;
};

Expected oracle(const Linear& layer, const Tensor& x, const Tensor& dy) {
  const std::size_t N = x.rows(), in = x.cols(), out = dy.cols();
  Expected e{Tensor({N, out}), Tensor({in, out}), Tensor({out}), Tensor({N, in})};
  for (std::size_t j = 0; j < out; ++j) {
    long double db = 0;
    for (std::size_t n = 0; n < N; ++n) {
      long double y = at(layer.bias, 0, j);
      for (std::size_t i = 0; i < in; ++i) y += at(x, n, i) * at(layer.weight, i, j);
      e.y(n, j) = static_cast<real>(y);
      db += at(dy, n, j);
    }
    e.db(j) = static_cast<real>(db);
  }
  for (std::size_t i = 0; i < in; ++i) {
    for (std::size_t j = 0; j < out; ++j) {
      long double dw = 0;
      for (std::size_t n = 0; n < N; ++n) dw += at(x, n, i) * at(dy, n, j);
      e.dw(i, j) = static_cast<real>(dw);
    }
    for (std::size_t n = 0; n < N; ++n) {
      long double dx = 0;
      for (std::size_t j = 0; j < out; ++j) dx += at(dy, n, j) * at(layer.weight, i, j);
      e.dx(n, i) = static_cast<real>(dx);
    }
  }
  return e;
}

struct Moments {
  double mean = 0, variance = 0, largest = 0;
};

Moments moments(const Tensor& t) {
  Moments m;
  const double count = static_cast<double>(t.size());
  for (std::size_t i = 0; i < t.rows(); ++i) {
    for (std::size_t j = 0; j < t.cols(); ++j) {
      const double value = static_cast<double>(t(i, j));
      m.mean += value / count;
      m.variance += value * value / count;
      m.largest = std::max(m.largest, std::fabs(value));
    }
  }
  m.variance -= m.mean * m.mean;
  return m;
}

}  // namespace

TEST_CASE("LIN.1 to LIN.4: output and gradients are those of the definition, for shapes of every kind") {
  const std::size_t shapes[][3] = {{5, 7, 3},     {1, 4, 9},    {6, 1, 2}, {3, 8, 1},
                                   {37, 130, 45}, {17, 33, 66}, {4, 5, 5}, {6, 6, 6}};
  for (const auto& shape : shapes) {
    const std::size_t N = shape[0], in = shape[1], out = shape[2];
    CAPTURE(N);
    CAPTURE(in);
    CAPTURE(out);
    Linear layer(in, out, Random(3, "layer"));
    const Tensor x = random_tensor(N, in, "x"), dy = random_tensor(N, out, "dy");
    const Expected e = oracle(layer, x, dy);
    for (const Mode mode : {Mode::train, Mode::eval}) {
      CHECK(relative_error(layer.forward(x, mode), e.y) < kClose);
      CHECK(relative_error(layer.backward(dy, mode), e.dx) < kClose);
      CHECK(relative_error(layer.weight_grad, e.dw) < kClose);
      CHECK(relative_error(layer.bias_grad, e.db) < kClose);
    }
  }
}

TEST_CASE("LIN.2, LIN.3: backward overwrites gradients, so two passes leave what one leaves") {
  Linear layer(7, 3, Random(3, "layer"));
  const Tensor x = random_tensor(5, 7, "x"), dy = random_tensor(5, 3, "dy"), other = random_tensor(5, 3, "o");
  layer.forward(x, Mode::train);
  layer.backward(dy, Mode::train);
  const Tensor dw = layer.weight_grad, db = layer.bias_grad;
  layer.backward(other, Mode::train);
  CHECK_FALSE(identical(layer.weight_grad, dw));
  layer.backward(dy, Mode::train);
  layer.backward(dy, Mode::train);
  CHECK(identical(layer.weight_grad, dw));
  CHECK(identical(layer.bias_grad, db));
}

TEST_CASE("a layer without input gradient returns an empty tensor, and dW and db are the same") {
  Linear layer(7, 3, Random(3, "layer")), first = layer;
  first.skip_input_gradient(true);
  for (const std::size_t N : {5u, 1u, 2u}) {
    const Tensor x = random_tensor(N, 7, "x"), dy = random_tensor(N, 3, "dy");
    layer.forward(x, Mode::train);
    layer.backward(dy, Mode::train);
    first.forward(x, Mode::train);
    CHECK(first.backward(dy, Mode::train).size() == 0);
    CHECK(identical(first.weight_grad, layer.weight_grad));
    CHECK(identical(first.bias_grad, layer.bias_grad));
  }
}

TEST_CASE("no stale input gradient is returned by a layer told to skip it after one was computed") {
  Linear layer(7, 3, Random(3, "layer"));
  const Tensor x = random_tensor(5, 7, "x"), dy = random_tensor(5, 3, "dy");
  layer.forward(x, Mode::train);
  REQUIRE(layer.backward(dy, Mode::train).size() == 35);
  layer.skip_input_gradient(true);
  CHECK(layer.backward(dy, Mode::train).size() == 0);
  layer.skip_input_gradient(false);
  CHECK(relative_error(layer.backward(dy, Mode::train), oracle(layer, x, dy).dx) < kClose);
}

TEST_CASE("weights and biases are uniform in +-1/sqrt(in): mean 0, variance 1/(3 in)") {
  const std::size_t in = 400, out = 300;
  const Linear layer(in, out, Random(11, "fc1"));
  const double bound = 1 / std::sqrt(400.0), variance = bound * bound / 3;
  const Moments w = moments(layer.weight), b = moments(layer.bias);
  // Five standard errors of 120,000 and of 300 draws.
  CHECK(w.largest <= static_cast<double>(static_cast<real>(bound)));
  CHECK(w.largest > 0.999 * bound);
  CHECK(std::fabs(w.mean) < 5 * std::sqrt(variance / 120000));
  CHECK(std::fabs(w.variance / variance - 1) < 5 * std::sqrt(0.8 / 120000));
  CHECK(b.largest <= static_cast<double>(static_cast<real>(bound)));
  CHECK(std::fabs(b.mean) < 5 * std::sqrt(variance / 300));
  CHECK(std::fabs(b.variance / variance - 1) < 5 * std::sqrt(0.8 / 300));
}

TEST_CASE("no two units, and no two inputs, start with related weights") {
  const std::size_t in = 60, out = 50;
  const Linear layer(in, out, Random(11, "fc1"));
  const auto correlation = [&](bool units, std::size_t a, std::size_t b) {
    const std::size_t terms = units ? in : out;
    double sum = 0;
    for (std::size_t k = 0; k < terms; ++k) {
      sum += static_cast<double>(units ? layer.weight(k, a) * layer.weight(k, b)
                                       : layer.weight(a, k) * layer.weight(b, k));
    }
    return std::fabs(sum) / static_cast<double>(terms) * 3 * static_cast<double>(in);
  };
  double worst = 0;
  for (std::size_t a = 0; a < out; ++a) {
    for (std::size_t b = 0; b < a; ++b) worst = std::max({worst, correlation(true, a, b), correlation(false, a, b)});
  }
  CHECK(worst < 0.8);  // 1 where two are the same; five standard errors are 0.7
}

TEST_CASE("the same seed and name give the same weights, another seed or name gives others") {
  const Linear a(7, 3, Random(3, "fc1")), same(7, 3, Random(3, "fc1"));
  const Linear named(7, 3, Random(3, "fc2")), seeded(7, 3, Random(4, "fc1"));
  CHECK(identical(a.weight, same.weight));
  CHECK(identical(a.bias, same.bias));
  CHECK(relative_error(named.weight, a.weight) > 0.5);
  CHECK(relative_error(seeded.weight, a.weight) > 0.5);
  CHECK(relative_error(named.bias, a.bias) > 0.1);
}

TEST_CASE("an input or a gradient of the wrong shape is an error that names both shapes") {
  Linear layer(7, 3, Random(3, "layer"));
  const Tensor x = random_tensor(5, 7, "x");
  const std::string input = error_of([&] { layer.forward(random_tensor(5, 6, "x"), Mode::train); });
  CHECK(contains(input, "Linear"));
  CHECK(contains(input, "[N, 7]"));
  CHECK(contains(input, "[5, 6]"));
  CHECK(error_of([&] { layer.forward(random_vector(7, "x"), Mode::train); }) != "");
  CHECK(error_of([&] { layer.forward(Tensor({0, 7}), Mode::eval); }) != "");
  layer.forward(x, Mode::train);
  const std::string gradient = error_of([&] { layer.backward(random_tensor(4, 3, "dy"), Mode::train); });
  CHECK(contains(gradient, "[5, 3]"));
  CHECK(contains(gradient, "[4, 3]"));
  CHECK(error_of([&] { layer.backward(random_tensor(5, 7, "dy"), Mode::train); }) != "");
}

TEST_CASE("backward needs a forward pass in the same mode, and a copy has had none") {
  Linear layer(7, 3, Random(3, "layer"));
  const Tensor x = random_tensor(5, 7, "x"), dy = random_tensor(5, 3, "dy");
  CHECK(contains(error_of([&] { layer.backward(dy, Mode::train); }), "forward"));
  layer.forward(x, Mode::train);
  CHECK(contains(error_of([&] { layer.backward(dy, Mode::eval); }), "forward"));
  Linear copy = layer;
  CHECK(contains(error_of([&] { copy.backward(dy, Mode::train); }), "forward"));
  const Tensor kept = layer.weight;
  copy.weight(2, 1) += 1;
  CHECK(identical(layer.weight, kept));
  CHECK(error_of([&] { layer.backward(dy, Mode::train); }) == "");
}

TEST_CASE("the padding of weights and of their gradient is zero") {
  Linear layer(5, kPanelWidth + 3, Random(3, "layer"));
  const Tensor x = random_tensor(4, 5, "x", 0.5, 1), dy = random_tensor(4, kPanelWidth + 3, "dy", 0.5, 1);
  layer.forward(x, Mode::train);
  layer.backward(dy, Mode::train);
  for (const Tensor* t : {&layer.weight, &layer.weight_grad}) {
    CHECK(t->stored().size() > t->size());
    std::size_t filled = 0;
    for (const real value : t->stored()) filled += value != 0;
    CHECK(filled == t->size());
  }
}

TEST_CASE("any number of threads computes the same bits") {
  const Tensor x = random_tensor(300, 129, "x"), dy = random_tensor(300, 201, "dy");  // which threads divide
  Linear alone(129, 201, Random(3, "layer"));
  const Tensor y = alone.forward(x, Mode::train), dx = alone.backward(dy, Mode::train);
  for (std::size_t threads = 1; threads <= 4; ++threads) {
    ThreadPool pool(threads);
    Linear layer(129, 201, Random(3, "layer"));
    layer.use_threads(&pool);
    CHECK(identical(layer.forward(x, Mode::train), y));
    CHECK(identical(layer.backward(dy, Mode::train), dx));
    CHECK(identical(layer.weight_grad, alone.weight_grad));
    CHECK(identical(layer.bias_grad, alone.bias_grad));
  }
}

TEST_CASE("without a bias y = x W: the same W, b is 0 and no parameter, and stays 0") {
  Linear layer(7, 3, Random(3, "fc1"), false), biased(7, 3, Random(3, "fc1"));
  CHECK_FALSE(layer.has_bias());
  CHECK(biased.has_bias());
  CHECK(identical(layer.weight, biased.weight));
  REQUIRE(layer.parameters().size() == 1);
  CHECK(layer.parameters()[0].name == "weight");
  CHECK(biased.parameters().size() == 2);
  biased.bias.fill(0);
  const Tensor x = random_tensor(5, 7, "x"), dy = random_tensor(5, 3, "dy");
  CHECK(identical(layer.forward(x, Mode::train), biased.forward(x, Mode::train)));
  CHECK(identical(layer.backward(dy, Mode::train), biased.backward(dy, Mode::train)));
  CHECK(identical(layer.weight_grad, biased.weight_grad));
  const std::unique_ptr<Layer> copy = layer.clone();
  CHECK(copy->parameters().size() == 1);
  CHECK(identical(copy->forward(x, Mode::eval), layer.forward(x, Mode::eval)));
}

TEST_CASE("LIN.2 to LIN.4: backward agrees with finite differences (gradient check)") { check_gradients_of("linear"); }

}  // namespace bnlab::testing::linear_test
