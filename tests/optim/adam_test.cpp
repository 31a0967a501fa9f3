// Adam and AdamW against ADAM.1 to ADAM.5 in long double, over many steps, several tensors and every option.
#include "bnlab/optim/adam.hpp"

#include <algorithm>

#include "support.hpp"

namespace bnlab::testing::adam_test {

namespace {

constexpr double kClose = kDouble ? 1e-12 : 1e-5;

// Parameters of different sizes and layouts, their gradients of different magnitudes, from 1 down to 1e-6.
struct Parameters {
  std::vector<Tensor> value, grad;
  std::vector<double> scale = {1, 1e-2, 1e-4, 1e-5, 1e-6};
  Parameters() {
    for (const auto& [rows, cols, layout] : {std::tuple{5, 37, Layout::panels},
                                             {1, 3, Layout::row_major},
                                             {4, 6, Layout::row_major},
                                             {70, 131, Layout::panels},
                                             {1, 1, Layout::row_major}}) {
      value.push_back(random_tensor(std::size_t(rows), std::size_t(cols), "value", -0.01, 0.01, layout));
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
  long double theta, m = 0, v = 0;
  // The corrections are 1 - beta^t.
  void step(long double correction1, long double correction2, long double g, const AdamOptions& o) {
    if (o.decoupled) {
      theta -= o.lr * o.weight_decay * theta;
    } else {
      g += o.weight_decay * theta;
    }
    m = o.beta1 * m + (1 - static_cast<long double>(o.beta1)) * g;
    v = o.beta2 * v + (1 - static_cast<long double>(o.beta2)) * g * g;
    theta -= o.lr * (m / correction1) / (std::sqrt(v / correction2) + o.eps);
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

const std::vector<AdamOptions> kOptions = {{},
                                           {.lr = 0.02, .beta1 = 0.8, .beta2 = 0.95, .eps = 1e-5},
                                           {.weight_decay = 0.1},
                                           {.lr = 0.01, .weight_decay = 0.5, .decoupled = true},
                                           {.beta1 = 0, .eps = 1e-3, .decoupled = true}};

// Where one step from theta = 1 leads.
double first_step(double gradient, const AdamOptions& options) {
  Tensor theta({1}), grad({1});
  theta(0) = 1, grad(0) = static_cast<real>(gradient);
  Adam({{"theta", &theta, &grad}}, options).step();
  return static_cast<double>(theta(0)) - 1;
}

}  // namespace

TEST_CASE("ADAM.1 to ADAM.5: 25 steps go where the equations go, for every option, tensor and size of gradient") {
  for (const AdamOptions& options : kOptions) {
    CAPTURE(options.eps);
    CAPTURE(options.decoupled);
    CAPTURE(options.weight_decay);
    Parameters p;
    std::vector<std::vector<Number>> oracle;
    for (const Tensor& t : p.value) {
      oracle.emplace_back();
      for (std::size_t k = 0; k < t.size(); ++k) oracle.back().push_back({t(k / t.cols(), k % t.cols())});
    }
    Adam adam(p.list(), options);
    for (int step = 1; step <= 25; ++step) {
      p.draw(step);
      adam.step();
      const long double correction1 = 1 - std::pow(static_cast<long double>(options.beta1), step);
      const long double correction2 = 1 - std::pow(static_cast<long double>(options.beta2), step);
      for (std::size_t i = 0; i < p.value.size(); ++i) {
        const Tensor& value = p.value[i];
        Tensor theta({value.rows(), value.cols()}), m = theta, v = theta;
        for (std::size_t k = 0; k < theta.size(); ++k) {
          Number& number = oracle[i][k];
          number.step(correction1, correction2, p.grad[i](k / theta.cols(), k % theta.cols()), options);
          theta.stored()[k] = static_cast<real>(number.theta);
          m.stored()[k] = static_cast<real>(number.m), v.stored()[k] = static_cast<real>(number.v);
        }
        const auto buffers = adam.buffers();
        CHECK(relative_error(value, theta) < kClose);
        CHECK(relative_error(*buffers[1 + 2 * i].values, m) < kClose);
        CHECK(relative_error(*buffers[2 + 2 * i].values, v) < kClose);
      }
    }
    for (const Tensor& t : p.value) CHECK(padding_is_zero(t));
    for (const Buffer& b : adam.buffers()) CHECK((b.values == nullptr || padding_is_zero(*b.values)));
  }
}

TEST_CASE("ADAM.4, ADAM.5: the first step is lr g / (|g| + eps), so lr long for every gradient well above eps") {
  for (const double g : {1.0, -1.0, 1e-3, -1e-5, 1e-6, 1e-8}) {
    CAPTURE(g);
    const double expected = -0.125 * g / (std::fabs(g) + 1e-8);
    CHECK(std::fabs(first_step(g, {.lr = 0.125}) / expected - 1) < (kDouble ? 1e-12 : 1e-5));
  }
}

TEST_CASE(
    "ADAM.1: where the gradient is 0, AdamW takes the share lr * decay of the weight, Adam takes lr, and no decay 0") {
  CHECK(std::fabs(first_step(0, {.lr = 0.125, .weight_decay = 0.25, .decoupled = true}) + 0.03125) < 1e-7);
  CHECK(std::fabs(first_step(0, {.lr = 0.125, .weight_decay = 0.25}) + 0.125) < 1e-7);
  CHECK(first_step(0, {.lr = 0.125}) == 0);
  CHECK(first_step(0, {.lr = 0.125, .decoupled = true}) == 0);
}

TEST_CASE("the defaults are PyTorch's") {
  const AdamOptions o;
  CHECK((o.lr == 1e-3 && o.beta1 == 0.9 && o.beta2 == 0.999 && o.eps == 1e-8));
  CHECK((o.weight_decay == 0 && !o.decoupled));
}

TEST_CASE("ADAM.4: the step counter counts steps, not tensors; the moments are named after their parameter") {
  Parameters p;
  Adam adam(p.list());
  for (std::int64_t step = 1; step <= 3; ++step) {
    p.draw(1);
    adam.step();
    const auto buffers = adam.buffers();
    REQUIRE(buffers.size() == 11);
    CHECK((buffers[0].name == "step" && *buffers[0].count == step));
    CHECK((buffers[1].name == "p0.exp_avg" && buffers[2].name == "p0.exp_avg_sq" && buffers[9].name == "p4.exp_avg"));
    CHECK(buffers[7].values->layout() == Layout::panels);
  }
}

TEST_CASE("ADAM.2, ADAM.3: moments that nothing renews end at 0, not among the slow numbers below the normal ones") {
  Tensor theta({3}), grad({3});
  Adam adam({{"theta", &theta, &grad}}, {.beta1 = 0.1, .beta2 = 0.2});
  grad.fill(1);
  adam.step();
  grad.fill(0);
  const auto buffers = adam.buffers();
  for (int step = 0; step < 500; ++step) {
    adam.step();
    for (std::size_t i : {1u, 2u}) {
      for (const real value : buffers[i].values->stored()) REQUIRE((value == 0 || std::isnormal(value)));
    }
  }
  CHECK(((*buffers[1].values)(0) == 0 && (*buffers[2].values)(0) == 0));
  grad(1) = static_cast<real>(std::nan(""));
  adam.step();
  CHECK((std::isnan(theta(1)) && !std::isnan(theta(0))));
}

TEST_CASE("the gradient itself is left as it was") {
  Parameters p;
  p.draw(1);
  const auto kept = p.grad;
  Adam adam(p.list(), {.weight_decay = 0.1});
  adam.step();
  for (std::size_t i = 0; i < kept.size(); ++i) CHECK(identical(p.grad[i], kept[i]));
}

TEST_CASE("an optimizer that is given another's memory goes on where that one stood, to the last bit") {
  for (const AdamOptions& options : kOptions) {
    Parameters p;
    Adam adam(p.list(), options);
    for (int step = 1; step <= 3; ++step) p.draw(step), adam.step();
    Parameters q;
    q.value = p.value;
    Adam heir(q.list(), options);
    const auto from = adam.buffers(), to = heir.buffers();
    for (std::size_t i = 0; i < from.size(); ++i) {
      if (from[i].values != nullptr) *to[i].values = *from[i].values;
      if (from[i].count != nullptr) *to[i].count = *from[i].count;
    }
    for (int step = 4; step <= 6; ++step) p.draw(step), adam.step(), q.draw(step), heir.step();
    for (std::size_t i = 0; i < p.value.size(); ++i) CHECK(identical(p.value[i], q.value[i]));
  }
}

TEST_CASE("an entry's steps do not depend on where it stands, among how many, or on the others beside it") {
  ThreadPool pool(3);
  // Gradients and weights of both signs, and 0: 7 of them, again and again.
  const std::vector<double> gradients = {0, 0.5, -2, 1e-6, 0, -1e-3, 3}, weights = {1, 0, -0.5, 2, -3, 0.01, -0.25};
  for (const AdamOptions& options : kOptions) {
    std::vector<real> expected;
    for (std::size_t i = 0; i < 7; ++i) {
      Tensor theta({1}), grad({1});
      theta(0) = static_cast<real>(weights[i]), grad(0) = static_cast<real>(gradients[i]);
      Adam alone({{"theta", &theta, &grad}}, options);
      for (int step = 0; step < 3; ++step) alone.step();
      expected.push_back(theta(0));
    }
    for (const std::size_t size : {2u, 7u, 8u, 15u, 16u, 17u, 33u, 71u, 4095u, 4097u, 20000u}) {
      CAPTURE(size);
      Tensor theta({size}), grad({size});
      for (std::size_t i = 0; i < size; ++i) {
        theta(i) = static_cast<real>(weights[i % 7]), grad(i) = static_cast<real>(gradients[i % 7]);
      }
      Adam all({{"theta", &theta, &grad}}, options, &pool);
      for (int step = 0; step < 3; ++step) all.step();
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < size; ++i) wrong += theta(i) != expected[i % 7];
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE("any number of threads takes the same steps, to the last bit") {
  for (const AdamOptions& options : kOptions) {
    std::vector<Tensor> expected;
    for (std::size_t threads = 1; threads <= 4; ++threads) {
      ThreadPool pool(threads);
      Parameters p;
      Adam adam(p.list(), options, threads == 1 ? nullptr : &pool);
      for (int step = 1; step <= 3; ++step) p.draw(step), adam.step();
      if (threads == 1) expected = p.value;
      for (std::size_t i = 0; i < expected.size(); ++i) CHECK(identical(p.value[i], expected[i]));
    }
  }
}

TEST_CASE(
    "ADAM.4, ADAM.5: the corrections are those of the step's number, after one step and after ten thousand million") {
  const AdamOptions options{.lr = 0.125};
  for (const std::int64_t done : {std::int64_t{1}, std::int64_t{99}, std::int64_t{1999}, std::int64_t{9'999'999'999}}) {
    CAPTURE(done);
    Tensor theta({1}), grad({1});
    grad(0) = real{0.5};
    Adam adam({{"theta", &theta, &grad}}, options);
    const auto memory = adam.buffers();
    *memory[0].count = done, (*memory[1].values)(0) = real{0.25}, (*memory[2].values)(0) = real{0.0625};
    Number number{0, 0.25L, 0.0625L};
    const long double t = static_cast<long double>(done) + 1;
    number.step(1 - std::pow(static_cast<long double>(options.beta1), t),
                1 - std::pow(static_cast<long double>(options.beta2), t), 0.5L, options);
    adam.step();
    CHECK(std::fabs(static_cast<double>(theta(0) / number.theta) - 1) < kClose);
  }
}

TEST_CASE("ADAM.2, ADAM.3: moments of gradients so small that their squares are only just normal numbers are kept") {
  Tensor theta({1}), grad({1});
  Adam adam({{"theta", &theta, &grad}}, {});
  const double g = kDouble ? 1e-150 : 1e-17;  // (1 - beta2) g^2 is 1e-303, or 1e-37
  grad(0) = static_cast<real>(g);
  adam.step();
  const auto buffers = adam.buffers();
  CHECK(std::fabs(static_cast<double>((*buffers[1].values)(0)) / (0.1 * g) - 1) < 1e-5);
  CHECK(std::fabs(static_cast<double>((*buffers[2].values)(0)) / (0.001 * g * g) - 1) < 1e-5);
}

}  // namespace bnlab::testing::adam_test
