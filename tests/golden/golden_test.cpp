// Layers, loss and optimizers beside PyTorch's float64, number for number (README.md in this folder).
#include "golden.hpp"

#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/kinds.hpp"
#include "bnlab/nn/layernorm.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/nn/loss.hpp"
#include "bnlab/nn/relu.hpp"
#include "bnlab/nn/sigmoid.hpp"
#include "bnlab/nn/tanh.hpp"
#include "bnlab/optim/adam.hpp"
#include "bnlab/optim/sgd.hpp"

namespace bnlab::testing::golden_test {

namespace {

constexpr double kClose = kDouble ? 1e-10 : 1e-5;

// For column d of inputs to batch normalization. Column 4 is near 10000 with a deviation of 0.01: in double its mean is
// known to 1e-16 of 10000, which is 1e-10 of the deviation, and a few times that of a gradient.
double close_in(std::size_t d) { return kDouble && d == 4 ? 1e-8 : kClose; }

const Golden& layers() {
  static const Golden golden("layers.safetensors");
  return golden;
}

Tensor part(const Tensor& t, std::size_t column) {
  Tensor result({t.rows()});
  for (std::size_t n = 0; n < t.rows(); ++n) result(n) = t(n, column);
  return result;
}

double norm(const Tensor& t) {
  double sum = 0;
  for (const real value : t.stored()) sum += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(sum);
}

// |a - b| / size; infinite where shapes differ or a NaN is among the numbers.
double error_beside(double size, const Tensor& a, const Tensor& b) {
  Tensor difference = a;
  for (std::size_t i = 0; a.same_shape(b) && i < a.size(); ++i) difference.stored()[i] -= b.stored()[i];
  const double error = a.same_shape(b) ? norm(difference) / size : HUGE_VAL;
  return std::isnan(error) ? HUGE_VAL : error;
}

// The largest relative error of an entry. A variance below 1e-25 is that of a constant column, 0 but for rounding.
double entry_error(const Tensor& a, const Tensor& b) {
  double worst = a.same_shape(b) ? 0 : HUGE_VAL;
  for (std::size_t d = 0; d < b.cols() && a.same_shape(b); ++d) {
    const double x = static_cast<double>(a(d)), y = static_cast<double>(b(d));
    if (std::fabs(x) < 1e-25 && std::fabs(y) < 1e-25) continue;
    const double error = std::fabs(x - y) / std::fabs(y);
    worst = std::max(worst, std::isnan(error) ? HUGE_VAL : error);
  }
  return worst;
}

struct BatchNormCase {
  std::string name;
  BatchNormOptions options;
};

const std::vector<BatchNormCase> kBatchNorms = {{"default", {}},
                                                {"momentum", {.eps = 1e-3, .momentum = 0.3}},
                                                {"average", {.momentum = std::nullopt}},
                                                {"no_affine", {.eps = 1e-3, .affine = false}}};

BatchNorm layer_of(const BatchNormOptions& options) {
  BatchNorm bn(6, options);
  if (options.affine) bn.gamma = layers().tensor("bn.gamma"), bn.beta = layers().tensor("bn.beta");
  return bn;
}

// What an error of column d of dx is measured by: the column's own size. Of two examples' dx, however, BN.9 leaves only
// what eps does not let it take away, down to a billionth of its first term; there it is that term's size.
double dx_size(const BatchNorm& bn, const Tensor& x, const Tensor& dy, const Tensor& dx, std::size_t d) {
  if (x.rows() > 2) return norm(part(dx, d));
  const double half = static_cast<double>(x(0, d) - x(1, d)) / 2;
  return std::fabs(static_cast<double>(bn.gamma(d))) * norm(part(dy, d)) / std::sqrt(half * half + bn.options().eps);
}

}  // namespace

TEST_CASE("BN.1 to BN.5, BN.7 to BN.9: five batches have PyTorch's outputs, gradients and running statistics") {
  for (const auto& [name, options] : kBatchNorms) {
    BatchNorm bn = layer_of(options);
    for (int b = 0; b < 5; ++b) {
      const std::string batch = "bn." + std::to_string(b), result = "bn." + name + "." + std::to_string(b);
      CAPTURE(result);
      const Tensor x = layers().tensor(batch + ".x"), dy = layers().tensor(batch + ".dy");
      const Tensor dx = layers().tensor(result + ".dx");
      CHECK(relative_error(bn.forward(x, Mode::train), layers().tensor(result + ".y")) < kClose);
      const Tensor& our_dx = bn.backward(dy, Mode::train);
      for (std::size_t d = 0; d < 6; ++d) {  // columns of very different sizes: each by itself
        CAPTURE(d);
        CHECK(error_beside(dx_size(bn, x, dy, dx, d), part(our_dx, d), part(dx, d)) < close_in(d));
      }
      if (options.affine) {
        CHECK(relative_error(bn.gamma_grad, layers().tensor(result + ".dgamma")) < kClose);
        CHECK(relative_error(bn.beta_grad, layers().tensor(result + ".dbeta")) < kClose);
      }
      CHECK(entry_error(bn.running_mean, layers().tensor(result + ".running_mean")) < kClose);
      CHECK(entry_error(bn.running_var, layers().tensor(result + ".running_var")) < kClose);
      CHECK(static_cast<double>(bn.num_batches_tracked) == layers().number(result + ".num_batches_tracked"));
    }
  }
}

TEST_CASE("BN.6, BN.10: evaluation has PyTorch's outputs and gradients, for nine examples and for one") {
  for (const auto& [name, options] : kBatchNorms) {
    BatchNorm bn = layer_of(options);
    bn.running_mean = layers().tensor("bn.eval.running_mean");
    bn.running_var = layers().tensor("bn.eval.running_var");
    for (const std::string N : {"9", "1"}) {
      const std::string result = "bn." + name + ".eval." + N;
      CAPTURE(result);
      const Tensor x = layers().tensor("bn.eval." + N + ".x"), dy = layers().tensor("bn.eval." + N + ".dy");
      const Tensor y = layers().tensor(result + ".y"), dx = layers().tensor(result + ".dx");
      const Tensor &our_y = bn.forward(x, Mode::eval), &our_dx = bn.backward(dy, Mode::eval);
      for (std::size_t d = 0; d < 6; ++d) {
        CAPTURE(d);
        CHECK(relative_error(part(our_y, d), part(y, d)) < close_in(d));
        CHECK(relative_error(part(our_dx, d), part(dx, d)) < close_in(d));
      }
      if (options.affine) {
        CHECK(relative_error(bn.gamma_grad, layers().tensor(result + ".dgamma")) < kClose);
        CHECK(relative_error(bn.beta_grad, layers().tensor(result + ".dbeta")) < kClose);
      }
    }
  }
}

TEST_CASE("BN.2: a batch of one cannot be trained on, as in PyTorch, which raises ValueError") {
  for (const auto& [name, options] : kBatchNorms) {
    BatchNorm bn = layer_of(options);
    CHECK(error_of([&] { bn.forward(layers().tensor("bn.eval.1.x"), Mode::train); }) != "");
  }
}

TEST_CASE("LIN.1 to LIN.4: output and gradients are PyTorch's, for shapes that are not square") {
  for (const std::string i : {"linear.0", "linear.1", "linear.2", "linear.3"}) {
    CAPTURE(i);
    const Tensor x = layers().tensor(i + ".x"), dy = layers().tensor(i + ".dy");
    Linear layer(x.cols(), dy.cols(), Random(1, "fc1"));
    layer.weight = layers().parameter(i + ".weight"), layer.bias = layers().parameter(i + ".bias");
    CHECK(relative_error(layer.forward(x, Mode::train), layers().tensor(i + ".y")) < kClose);
    CHECK(relative_error(layer.backward(dy, Mode::train), layers().tensor(i + ".dx")) < kClose);
    CHECK(relative_error(layer.weight_grad, layers().parameter(i + ".dweight")) < kClose);
    CHECK(relative_error(layer.bias_grad, layers().parameter(i + ".dbias")) < kClose);
  }
}

TEST_CASE_TEMPLATE("ACT.1 to ACT.3: outputs and gradients are PyTorch's, for small, moderate and large arguments",
                   Activation, ReLU, Sigmoid, Tanh) {
  const std::string name = std::is_same_v<Activation, ReLU>      ? ".relu"
                           : std::is_same_v<Activation, Sigmoid> ? ".sigmoid"
                                                                 : ".tanh";
  for (const std::string size : {"activation.small", "activation.moderate", "activation.large"}) {
    CAPTURE(size + name);
    const Tensor x = layers().tensor(size + ".x"), dy = layers().tensor(size + ".dy");
    Activation layer;
    CHECK(relative_error(layer.forward(x, Mode::train), layers().tensor(size + name + ".y")) < kClose);
    // Beside dy: where the function is flat, dx is dy times 1 - y, of which rounding y leaves few digits.
    CHECK(error_beside(norm(dy), layer.backward(dy, Mode::train), layers().tensor(size + name + ".dx")) < kClose);
  }
}

TEST_CASE("CE.1 to CE.4: loss and gradient are PyTorch's, for logits of 1000 and around -100000, too") {
  for (const std::string name : {"loss.moderate", "loss.one", "loss.wide", "loss.thousand", "loss.low"}) {
    CAPTURE(name);
    std::vector<std::uint8_t> labels;
    for (const double label : layers().numbers(name + ".labels")) labels.push_back(static_cast<std::uint8_t>(label));
    SoftmaxCrossEntropy criterion;
    const double loss = criterion.forward(layers().tensor(name + ".logits"), labels);
    CHECK(std::fabs(loss / layers().number(name + ".loss") - 1) < kClose);
    CHECK(relative_error(criterion.backward(), layers().tensor(name + ".dlogits")) < kClose);
  }
}

namespace {

// 25 steps with the gradients of the file; the parameters after some of them.
template <class Optimizer, class Options>
void check_steps(const std::string& name, const std::string& initial, const Options& options) {
  CAPTURE(name);
  static const Golden golden("optimizers.safetensors");
  std::vector<Tensor> values, grads;
  for (const std::string i : {"0", "1", "2", "3"}) {
    values.push_back(golden.parameter(initial + "." + i));
    grads.push_back(Tensor::zeros_like(values.back()));
  }
  std::vector<Parameter> parameters;
  for (std::size_t i = 0; i < 4; ++i) parameters.push_back({"p" + std::to_string(i), &values[i], &grads[i]});
  Optimizer optimizer(parameters, options);
  int compared = 0;
  for (std::size_t step = 1; step <= 25; ++step) {
    for (std::size_t i = 0; i < 4; ++i) {  // row `step - 1`: the gradient as PyTorch stores it, [out, in]
      const Tensor all = golden.tensor("grad." + std::to_string(i));
      Tensor& grad = grads[i];
      for (std::size_t k = 0; k < all.cols(); ++k) grad(k % grad.rows(), k / grad.rows()) = all(step - 1, k);
    }
    optimizer.step();
    for (std::size_t i = 0; i < 4; ++i) {
      const std::string result = name + "." + std::to_string(step) + "." + std::to_string(i);
      if (!golden.file.tensors.contains(result)) continue;
      CAPTURE(result);
      CHECK(relative_error(values[i], golden.parameter(result)) < kClose);
      ++compared;
    }
  }
  CHECK(compared == 6 * 4);
}

}  // namespace

TEST_CASE("SGD.1 to SGD.4: the parameters go PyTorch's way over 25 steps, for every option and size of gradient") {
  check_steps<Sgd>("sgd.plain", "sgd", SgdOptions{.lr = 0.1});
  check_steps<Sgd>("sgd.momentum", "sgd", SgdOptions{.lr = 0.05, .momentum = 0.9});
  check_steps<Sgd>("sgd.nesterov", "sgd", SgdOptions{.lr = 0.05, .momentum = 0.9, .nesterov = true});
  check_steps<Sgd>("sgd.decay", "sgd", SgdOptions{.lr = 0.1, .weight_decay = 0.3});
  check_steps<Sgd>("sgd.all", "sgd", SgdOptions{.lr = 0.03, .momentum = 0.8, .nesterov = true, .weight_decay = 0.2});
}

TEST_CASE("ADAM.1 to ADAM.5: Adam and AdamW go PyTorch's way over 25 steps, for every option and size of gradient") {
  check_steps<Adam>("adam.default", "adam", AdamOptions{});
  check_steps<Adam>("adam.betas", "adam", AdamOptions{.lr = 0.002, .beta1 = 0.8, .beta2 = 0.99});
  check_steps<Adam>("adam.eps", "adam", AdamOptions{.eps = 1e-4});
  check_steps<Adam>("adam.decay", "adam", AdamOptions{.weight_decay = 0.3});
  check_steps<Adam>("adamw.default", "adam", AdamOptions{.weight_decay = 0.01, .decoupled = true});
  check_steps<Adam>(
      "adamw.decay", "adam",
      AdamOptions{.lr = 0.002, .beta1 = 0.7, .beta2 = 0.9, .eps = 1e-5, .weight_decay = 20, .decoupled = true});
}

TEST_CASE("ACT.4, ACT.5: leaky ReLU and GELU have PyTorch's outputs and gradients") {
  const Golden golden("more_layers.safetensors");
  const Tensor x = golden.tensor("activation.x"), dy = golden.tensor("activation.dy");
  for (const std::string name : {"leaky-relu", "gelu"}) {
    CAPTURE(name);
    const std::unique_ptr<Layer> layer = activation_kind(name).make();
    CHECK(relative_error(layer->forward(x, Mode::train), golden.tensor("activation." + name + ".y")) < kClose);
    const Tensor dx = golden.tensor("activation." + name + ".dx");
    CHECK(error_beside(norm(dy), layer->backward(dy, Mode::train), dx) < kClose);
  }
}

TEST_CASE("LN.1 to LN.7: layer normalization has PyTorch's outputs and gradients") {
  const Golden golden("more_layers.safetensors");
  for (const std::string number : {"0", "1", "2"}) {
    const std::string key = "ln." + number;
    CAPTURE(key);
    const Tensor x = golden.tensor(key + ".x"), dy = golden.tensor(key + ".dy");
    LayerNorm layer(x.cols(), golden.number(key + ".eps"));
    layer.gamma = golden.tensor(key + ".gamma");
    layer.beta = golden.tensor(key + ".beta");
    CHECK(relative_error(layer.forward(x, Mode::train), golden.tensor(key + ".y")) < kClose);
    CHECK(relative_error(layer.backward(dy, Mode::train), golden.tensor(key + ".dx")) < kClose);
    CHECK(relative_error(layer.gamma_grad, golden.tensor(key + ".dgamma")) < kClose);
    CHECK(relative_error(layer.beta_grad, golden.tensor(key + ".dbeta")) < kClose);
  }
}

}  // namespace bnlab::testing::golden_test
