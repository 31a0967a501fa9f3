// What a gradient must not depend on, and that the gradient check notices where it does.
#include "bnlab/lab/consistency.hpp"

#include "bnlab/lab/gradcheck.hpp"
#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/nn/relu.hpp"
#include "support.hpp"

namespace bnlab::testing::consistency_test {

namespace {

enum class Fault { none, returns_early, leaves_bias_out, threads_dx, threads_weight, threads_output };

// A Linear with one of these faults. With threads it is one of the last column only, where columns are divided.
class FaultyLinear : public Linear {
 public:
  explicit FaultyLinear(Fault fault) : Linear(kIn, kOut, Random(1, "fc1")), fault_(fault) {}

  const Tensor& forward(const Tensor& x, Mode mode) override {
    Linear::forward(x, mode);
    if (fault_ == Fault::threads_output && threads_ != nullptr) y_(0, kOut - 1) += real{1};
    return y_;
  }

  const Tensor& backward(const Tensor& dy, Mode mode) override {
    if (skip_dx_ && fault_ == Fault::returns_early) return dx_ = Tensor();
    const Tensor bias_before = bias_grad;
    Linear::backward(dy, mode);
    if (skip_dx_ && fault_ == Fault::leaves_bias_out) bias_grad = bias_before;
    if (fault_ == Fault::threads_dx && threads_ != nullptr) dx_(0, kIn - 1) *= 2;
    if (fault_ == Fault::threads_weight && threads_ != nullptr && threads_->size() > 2) weight_grad(5, 2) = real{0};
    return dx_;
  }

  std::unique_ptr<Layer> clone() const override { return std::make_unique<FaultyLinear>(*this); }

 private:
  static constexpr std::size_t kIn = 7, kOut = 5;
  Fault fault_;
};

// Of weight, bias and input, in a network of one layer or of two.
std::vector<std::string> found(Fault fault, bool first = true) {
  Network network;
  if (!first) network.add("act0", ReLU());
  network.add("fc1", FaultyLinear(fault));
  std::vector<std::string> found;
  for (const GradientCheck& check : check_gradients(network, random_tensor(6, 7, "x"), {}, Mode::train)) {
    CHECK((check.inconsistency.empty() || !check.good(HUGE_VAL)));
    found.push_back(check.inconsistency);
  }
  return found;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("consistency: a right layer depends on neither") { CHECK(found(Fault::none) == Words{"", "", ""}); }

TEST_CASE("consistency: a first layer that returns early, or forgets its bias, where its dx is skipped, is found") {
  const std::string skipped = "differs where dx is skipped";
  CHECK(found(Fault::returns_early) == Words{skipped, skipped, ""});
  CHECK(found(Fault::leaves_bias_out) == Words{"", skipped, ""});
  CHECK(found(Fault::returns_early, false) == Words{"", "", ""});  // only a first layer skips dx
}

TEST_CASE("consistency: what differs with threads is found, with two of them or only with more; an output, too") {
  CHECK(found(Fault::threads_dx) == Words{"", "", "differs with 2 threads"});
  CHECK(found(Fault::threads_weight) == Words{"differs with 5 threads", "", ""});
  CHECK(found(Fault::threads_output) == Words{"", "", "of the output differs with 2 threads"});
}

TEST_CASE("consistency: the function that is looked at is left as it was") {
  Network network;
  network.add("fc1", Linear(7, 5, Random(1, "fc1")));
  BatchNorm& norm = network.add("bn1", BatchNorm(5));
  LossFunction f = {.network = network,
                    .x = random_tensor(6, 7, "x"),
                    .dx = {},
                    .labels = {},
                    .mode = Mode::train,
                    .random = Random(1, "upstream")};
  f.backward();
  const Tensor gradient = *f.tensors()[0].grad, dx = f.dx;
  inconsistencies_of(f);
  CHECK(identical(*f.tensors()[0].grad, gradient));
  CHECK(identical(f.dx, dx));
  CHECK(norm.num_batches_tracked == 0);
}

}  // namespace bnlab::testing::consistency_test
