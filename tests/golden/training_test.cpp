// Whole training runs beside PyTorch's, loss by loss and weight by weight (README.md in this folder).
#include "bnlab/lab/run.hpp"
#include "bnlab/train/model_file.hpp"
#include "bnlab/train/state_file.hpp"
#include "golden.hpp"

namespace bnlab::testing::training_test {

namespace {

// 200 steps from PyTorch's initial weights: 50 batches of 64, four times, in the file's order.
Run train_as_pytorch_did(const std::string& kind, const OptimizerSettings& optimizer) {
  static const DatasetPair data = load_datasets("data/fashion-mnist-sample");
  const Architecture architecture{.hidden = {16}, .norm = kind == "batchnorm" ? "batch" : "none"};
  Run run({architecture, optimizer, {.epochs = 4, .batch = 64, .shuffle = false}}, nullptr);
  load_weights("tests/golden/" + kind + ".safetensors", run.network);
  run.train(split(data.train, 3200, 0, 1), {});
  return run;
}

// The largest relative difference of the first `steps` losses; infinite where one is missing or no number.
double loss_error(const std::vector<double>& ours, const std::vector<double>& theirs, std::size_t steps) {
  if (ours.size() != 200 || theirs.size() != 200) return HUGE_VAL;
  double worst = 0;
  for (std::size_t i = 0; i < steps; ++i) {
    const double error = std::fabs(ours[i] / theirs[i] - 1);
    worst = std::max(worst, std::isnan(error) ? HUGE_VAL : error);
  }
  return worst;
}

const Golden& golden() {
  static const Golden file("training.safetensors");
  return file;
}

// The tensors to compare. A bias before a batch normalization changes nothing but the mean that is taken away again, so
// its gradient is 0 in theory and rounding noise in practice. It is left out, and taken off running_mean.
std::map<std::string, Tensor> comparable_state(Network& network) {
  std::map<std::string, Tensor> state;
  for (const Buffer& b : state_dict(network)) {
    if (b.values != nullptr) state[b.name] = *b.values;
  }
  if (state.contains("bn1.running_mean")) {
    Tensor& mean = state["bn1.running_mean"];
    for (std::size_t d = 0; d < mean.cols(); ++d) mean(d) -= state["fc1.bias"](d);
    state.erase("fc1.bias");
  }
  return state;
}

struct RunCase {
  std::string kind, optimizer;
  OptimizerSettings settings;
  double weights;  // the bound for the weights at the end in float; in double it is 1e-9
};

const OptimizerSettings kSgd = {.name = "sgd", .lr = 0.1}, kAdam = {.name = "adam", .adam_eps = 1e-4};
const OptimizerSettings kNesterov = {.name = "sgd", .lr = 0.05, .momentum = 0.9, .nesterov = true};

}  // namespace

TEST_CASE("200 steps of training have PyTorch's loss at every step and end with its weights and running statistics") {
  // With batch normalization under Adam the running mean follows a bias that moves by rounding noise, always a little
  // behind it.
  for (const RunCase& c : {RunCase{"plain", "sgd", kSgd, 1e-5},
                           {"plain", "nesterov", kNesterov, 1e-5},
                           {"plain", "adam_eps_1e-4", kAdam, 1e-5},
                           {"batchnorm", "sgd", kSgd, 1e-5},
                           {"batchnorm", "nesterov", kNesterov, 1e-5},
                           {"batchnorm", "adam_eps_1e-4", kAdam, 1e-4}}) {
    const std::string name = c.kind + "." + c.optimizer;
    CAPTURE(name);
    Run run = train_as_pytorch_did(c.kind, c.settings);
    const std::vector<double> exact = golden().numbers(name + ".loss");
    CHECK(loss_error(run.step_losses, exact, 200) < (kDouble ? 1e-10 : 1e-5));
    CHECK(loss_error(golden().numbers(name + ".loss_float32"), exact, 200) <
          1e-5);  // PyTorch's own is held to that, too

    Network expected = run.network;
    restore(golden().file, golden().path, name + ".final.", state_dict(expected));
    const auto ours = comparable_state(run.network), theirs = comparable_state(expected);
    CHECK(ours.size() == (c.kind == "plain" ? 4 : 7));
    for (const auto& entry : theirs) {
      const std::string& tensor = entry.first;
      CAPTURE(tensor);
      CHECK(relative_error(ours.at(tensor), entry.second) < (kDouble ? 1e-9 : c.weights));
    }
    for (const Buffer& b : run.network.buffers()) {
      if (b.count != nullptr) CHECK(*b.count == 200);
    }
  }
}

TEST_CASE("ADAM.5: with the default eps of 1e-8 the first five losses are PyTorch's in float, and all 200 in double") {
  // Gradients that are 0 in theory are rounding noise in practice. Where noise is not far below eps, Adam divides it by
  // its own size, and steps of full size go where the noise points. In double it is far below, in float it is not.
  for (const std::string kind : {"plain", "batchnorm"}) {
    CAPTURE(kind);
    const Run run = train_as_pytorch_did(kind, {.name = "adam"});
    const std::vector<double> exact = golden().numbers(kind + ".adam_eps_1e-8.loss");
    CHECK(loss_error(run.step_losses, exact, kDouble ? 200 : 5) < (kDouble ? 1e-10 : 1e-3));
    CHECK(loss_error(golden().numbers(kind + ".adam_eps_1e-8.loss_float32"), exact, 5) < 1e-3);
  }
}

}  // namespace bnlab::testing::training_test
