// SGD against SGD.1 to SGD.4 in long double, over many steps, several tensors and every option.
#include "bnlab/optim/sgd.hpp"

#include <algorithm>

#include "support.hpp"

namespace bnlab::testing::sgd_test {

namespace {

constexpr double kClose = kDouble ? 1e-12 : 1e-5;

// Parameters of different sizes and layouts, their gradients of different magnitudes, from 1 down to 1e-6.
struct Parameters {
  std::vector<Tensor> value, grad;
  std::vector<double> scale = {1, 1e-2, 1e-3, 1e-4, 1e-6};
  Parameters() {
    for (const auto& [rows, cols, layout] : {std::tuple{5, 37, Layout::panels},
                                             {1, 3, Layout::row_major},
                                             {4, 6, Layout::row_major},
                                             {70, 131, Layout::panels},
                                             {1, 1, Layout::row_major}}) {
      const double size = scale[value.size()];
      value.push_back(random_tensor(std::size_t(rows), std::size_t(cols), "value", -size, size, layout));
      grad.push_back(Tensor::zeros_like(value.back()));
    }
  }
  std::vector<Parameter> list() {
    std::vector<Parameter> all;
    for (std::size_t i = 0; i < value.size(); ++i) all.push_back({"p" + std::to_string(i), &value[i], &grad[i]});
    return all;
  }
  // Each step's own gradient, the same for everyone who asks.
  void draw(int step) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      Random random(9, "gradient " + std::to_string(step) + " of " + std::to_string(i));
      for (std::size_t r = 0; r < grad[i].rows(); ++r) {
        for (std::size_t c = 0; c < grad[i].cols(); ++c) {
          const double g = random.uniform(-1, 1.5) * scale[i];
          const bool none = (r + c + static_cast<std::size_t>(step)) % 5 == 0;  // of some there is none, now and then
          grad[i](r, c) = static_cast<real>(none ? 0 : g);
        }
      }
    }
  }
};

// One number's way by the equations.
struct Number {
  long double theta, b = 0;
  void step(long double g, const SgdOptions& o) {
    g += o.weight_decay * theta;
    b = o.momentum * b + g;
    theta -= o.lr * (o.nesterov ? g + o.momentum * b : b);
  }
};

bool padding_is_zero(const Tensor& t) {
  const auto stored = t.stored();
  std::vector<bool> entry(stored.size());
  for (std::size_t i = 0; i < t.rows(); ++i) {
    for (std::size_t j = 0; j < t.cols(); ++j) entry[t.index(i, j)] = true;
  }
  for (std::size_t k = 0; k < stored.size(); ++k) {
    if (!entry[k] && stored[k] != 0) return false;
  }
  return true;
}

const std::vector<SgdOptions> kOptions = {{.lr = 0.1},
                                          {.lr = 0.02, .weight_decay = 0.3},
                                          {.lr = 0.05, .momentum = 0.9},
                                          {.lr = 0.05, .momentum = 0.5, .weight_decay = 0.1},
                                          {.lr = 0.05, .momentum = 0.9, .nesterov = true},
                                          {.lr = 0.03, .momentum = 0.8, .nesterov = true, .weight_decay = 0.2}};

}  // namespace

TEST_CASE("SGD.1 to SGD.4: 25 steps go where the equations go, for every option, tensor and size of gradient") {
  for (const SgdOptions& options : kOptions) {
    CAPTURE(options.momentum);
    CAPTURE(options.nesterov);
    CAPTURE(options.weight_decay);
    Parameters p;
    std::vector<std::vector<Number>> oracle;
    for (const Tensor& t : p.value) {
      oracle.emplace_back();
      for (std::size_t k = 0; k < t.size(); ++k) oracle.back().push_back({t(k / t.cols(), k % t.cols())});
    }
    Sgd sgd(p.list(), options);
    for (int step = 1; step <= 25; ++step) {
      p.draw(step);
      sgd.step();
      for (std::size_t i = 0; i < p.value.size(); ++i) {
        Tensor expected({p.value[i].rows(), p.value[i].cols()});
        for (std::size_t k = 0; k < expected.size(); ++k) {
          Number& number = oracle[i][k];
          number.step(p.grad[i](k / expected.cols(), k % expected.cols()), options);
          expected.stored()[k] = static_cast<real>(number.theta);
        }
        CHECK(relative_error(p.value[i], expected) < kClose);
      }
    }
    for (const Tensor& t : p.value) CHECK(padding_is_zero(t));
    for (const Buffer& b : sgd.buffers()) CHECK((b.values == nullptr || padding_is_zero(*b.values)));
  }
}

TEST_CASE("SGD.2: the first step of momentum is a plain one, and Nesterov's is 1 + momentum times as long") {
  for (const auto& [options, length] : {std::pair{SgdOptions{.lr = 0.5}, 0.5},
                                        {SgdOptions{.lr = 0.5, .momentum = 0.75}, 0.5},
                                        {SgdOptions{.lr = 0.5, .momentum = 0.75, .nesterov = true}, 0.875}}) {
    Tensor theta = random_vector(5, "theta"), before = theta, grad({5});
    grad.fill(-2);
    Sgd({{"theta", &theta, &grad}}, options).step();
    for (std::size_t i = 0; i < 5; ++i) {
      CHECK(std::fabs(static_cast<double>(theta(i) - before(i)) - 2 * length) < 1e-6);
    }
  }
}

TEST_CASE("SGD.1: where the gradient is 0, weight decay takes the share lr * decay of the weight") {
  Tensor theta = random_vector(5, "theta"), expected = theta, grad({5});
  Sgd sgd({{"theta", &theta, &grad}}, {.lr = 0.5, .weight_decay = 0.25});
  sgd.step();
  for (real& value : expected.stored()) value *= static_cast<real>(0.875);
  CHECK(relative_error(theta, expected) < (kDouble ? 1e-15 : 1e-6));
}

TEST_CASE("SGD.2: a velocity that nothing renews ends at 0, not among the slow numbers below the smallest normal one") {
  Tensor theta({3}), grad({3});
  Sgd sgd({{"theta", &theta, &grad}}, {.lr = 0.1, .momentum = 0.1});
  grad.fill(1);
  sgd.step();
  grad.fill(0);
  for (int step = 0; step < 400; ++step) {
    sgd.step();
    for (const real b : sgd.buffers()[1].values->stored()) REQUIRE((b == 0 || std::isnormal(b)));
  }
  CHECK((*sgd.buffers()[1].values)(0) == 0.0);
  grad(1) = static_cast<real>(std::nan(""));
  sgd.step();
  CHECK((std::isnan(theta(1)) && !std::isnan(theta(0))));
}

TEST_CASE("the gradient itself is left as it was") {
  Parameters p;
  p.draw(1);
  const auto kept = p.grad;
  Sgd sgd(p.list(), {.momentum = 0.9, .nesterov = true, .weight_decay = 0.1});
  sgd.step();
  for (std::size_t i = 0; i < kept.size(); ++i) CHECK(identical(p.grad[i], kept[i]));
}

TEST_CASE("Nesterov's step without momentum is an error") {
  Parameters p;
  CHECK(contains(error_of([&] { Sgd(p.list(), {.lr = 0.1, .nesterov = true}); }), "momentum"));
  CHECK(error_of([&] { Sgd(p.list(), {.lr = 0.1, .momentum = 0.1, .nesterov = true}); }) == "");
}

TEST_CASE("the step counter counts steps, not tensors; what is remembered is named after its parameter") {
  for (const double momentum : {0.0, 0.9}) {
    Parameters p;
    Sgd sgd(p.list(), {.lr = 0.1, .momentum = momentum});
    for (std::int64_t step = 1; step <= 3; ++step) {
      p.draw(1);
      sgd.step();
      CHECK(*sgd.buffers().at(0).count == step);
    }
    std::string names;
    for (const Buffer& b : sgd.buffers()) names += b.name + " ";
    if (momentum == 0) {
      CHECK(names == "step ");
    } else {
      CHECK(names ==
            "step p0.momentum_buffer p1.momentum_buffer p2.momentum_buffer p3.momentum_buffer p4.momentum_buffer ");
      CHECK(sgd.buffers()[4].values->layout() == Layout::panels);
    }
  }
}

TEST_CASE("an optimizer that is given another's memory goes on where that one stood, to the last bit") {
  const SgdOptions options = {.lr = 0.05, .momentum = 0.9, .nesterov = true, .weight_decay = 0.01};
  Parameters p;
  Sgd sgd(p.list(), options);
  for (int step = 1; step <= 3; ++step) p.draw(step), sgd.step();
  Parameters q;
  q.value = p.value;
  Sgd heir(q.list(), options);
  const auto from = sgd.buffers(), to = heir.buffers();
  REQUIRE(from.size() == to.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i].values != nullptr) *to[i].values = *from[i].values;
    if (from[i].count != nullptr) *to[i].count = *from[i].count;
  }
  for (int step = 4; step <= 6; ++step) p.draw(step), sgd.step(), q.draw(step), heir.step();
  for (std::size_t i = 0; i < p.value.size(); ++i) CHECK(identical(p.value[i], q.value[i]));
}

TEST_CASE("an entry's steps do not depend on where it stands, among how many, or on the others beside it") {
  ThreadPool pool(3);
  // Gradients and weights of both signs, and 0: 7 of them, again and again.
  const std::vector<double> gradients = {0, 0.5, -2, 1e-6, 0, -1e-3, 3}, weights = {1, 0, -0.5, 2, -3, 0.01, -0.25};
  for (const SgdOptions& options : kOptions) {
    std::vector<real> expected;
    for (std::size_t i = 0; i < 7; ++i) {
      Tensor theta({1}), grad({1});
      theta(0) = static_cast<real>(weights[i]), grad(0) = static_cast<real>(gradients[i]);
      Sgd alone({{"theta", &theta, &grad}}, options);
      for (int step = 0; step < 3; ++step) alone.step();
      expected.push_back(theta(0));
    }
    for (const std::size_t size : {2u, 7u, 8u, 15u, 16u, 17u, 33u, 71u, 4095u, 4097u, 20000u}) {
      CAPTURE(size);
      Tensor theta({size}), grad({size});
      for (std::size_t i = 0; i < size; ++i) {
        theta(i) = static_cast<real>(weights[i % 7]), grad(i) = static_cast<real>(gradients[i % 7]);
      }
      Sgd all({{"theta", &theta, &grad}}, options, &pool);
      for (int step = 0; step < 3; ++step) all.step();
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < size; ++i) wrong += theta(i) != expected[i % 7];
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE("any number of threads takes the same steps, to the last bit") {
  for (const SgdOptions& options : kOptions) {
    std::vector<Tensor> expected;
    for (std::size_t threads = 1; threads <= 4; ++threads) {
      ThreadPool pool(threads);
      Parameters p;
      Sgd sgd(p.list(), options, threads == 1 ? nullptr : &pool);
      for (int step = 1; step <= 3; ++step) p.draw(step), sgd.step();
      if (threads == 1) expected = p.value;
      for (std::size_t i = 0; i < expected.size(); ++i) CHECK(identical(p.value[i], expected[i]));
    }
  }
}

TEST_CASE("SGD.4: the learning rate stays outside b, so who inherits b acts on all of it with a rate of its own") {
  for (const SgdOptions& options : kOptions) {
    if (options.momentum == 0) continue;
    Tensor theta = random_vector(7, "theta"), grad({7});
    std::vector<Number> oracle;
    for (std::size_t k = 0; k < theta.size(); ++k) oracle.push_back({theta(k)});
    Tensor b({7});
    for (const double lr : {0.1, 0.003, 0.4}) {
      SgdOptions own = options;
      own.lr = lr;
      Sgd heir({{"theta", &theta, &grad}}, own);
      *heir.buffers().at(1).values = b;
      for (int step = 1; step <= 3; ++step) {
        grad = random_vector(7, "gradient " + std::to_string(step));
        heir.step();
        for (std::size_t k = 0; k < theta.size(); ++k) oracle[k].step(grad(k), own);
      }
      Tensor expected({7});
      for (std::size_t k = 0; k < theta.size(); ++k) expected(k) = static_cast<real>(oracle[k].theta);
      CHECK(relative_error(theta, expected) < kClose);
      b = *heir.buffers().at(1).values;
    }
  }
}

}  // namespace bnlab::testing::sgd_test
