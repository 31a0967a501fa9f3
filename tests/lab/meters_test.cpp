// What meters measure, computed once more with plain loops.
#include "bnlab/lab/meters/drift.hpp"
#include "bnlab/lab/meters/smoothness.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/nn/loss.hpp"
#include "small_lab.hpp"

namespace bnlab::testing::meters_test {

namespace {

// A plain 16-5-3 network that can be looked at. All training images are in the meters' probe.
struct Bench {
  DatasetPair data = small_data();
  Split images = split(data.train, 0, 0, 1);
  Trial trial = with_sizes();
  Run run = Run(trial.run, nullptr);
  Workbench bench = {.trial = trial, .images = images, .test = data.test, .run = run, .steps = 100};
  Batch all = whole(images);

  static Trial with_sizes() {
    Trial trial = small_trial();
    trial.run.architecture.inputs = 16;
    trial.run.architecture.classes = 3;
    trial.run.optimizer.lr = 0.7;
    return trial;
  }
  static Batch whole(const Split& images) {
    Batch batch;
    batch.load(images.train, 0, images.train.indices.size(), nullptr);
    return batch;
  }
  Linear& first() { return dynamic_cast<Linear&>(*run.network.layers().front().layer); }
  Measurements after_a_look(Meter& meter, std::size_t step) {
    meter.after_step(bench, step);
    Measurements measured;
    meter.at_end(bench, measured);
    return measured;
  }
};

// Mean and deviation of what unit d of the first layer puts out.
std::pair<double, double> moments(const Linear& layer, const Tensor& x, std::size_t d) {
  double sum = 0, squares = 0;
  for (std::size_t n = 0; n < x.rows(); ++n) {
    double z = static_cast<double>(layer.bias(d));
    for (std::size_t k = 0; k < x.cols(); ++k)
      z += static_cast<double>(x(n, k)) * static_cast<double>(layer.weight(k, d));
    sum += z;
    squares += z * z;
  }
  const double N = static_cast<double>(x.rows()), mean = sum / N;
  return {mean, std::sqrt(squares / N - mean * mean)};
}

double loss_of(Network& network, const Batch& images) {
  SoftmaxCrossEntropy criterion;
  return criterion.forward(network.forward(images.images, Mode::train), images.labels);
}

}  // namespace

TEST_CASE("CS.1: drift is the distance of mean and deviation, in units of the layer's deviation") {
  Bench b;
  const std::unique_ptr<Meter> meter = drift_meter();
  meter->at_start(b.bench);
  const Linear before = b.first();
  b.first().bias(0) += real{0.5};
  for (std::size_t k = 0; k < 16; ++k) b.first().weight(k, 1) *= real{3};
  double distance = 0, deviation = 0;
  for (std::size_t d = 0; d < 5; ++d) {
    const std::pair<double, double> was = moments(before, b.all.images, d);
    const std::pair<double, double> is = moments(b.first(), b.all.images, d);
    distance += std::sqrt(std::pow(is.first - was.first, 2) + std::pow(is.second - was.second, 2));
    deviation += was.second;
  }
  CHECK(b.after_a_look(*meter, 10).values.at("drift") == doctest::Approx(distance / deviation).epsilon(1e-4));
}

TEST_CASE("the loss ranges over half a step down the gradient to four, the gradient changes by its distance") {
  Bench b;
  const std::unique_ptr<Meter> meter = smoothness_meter();
  meter->at_start(b.bench);
  const auto gradient_at = [&](Network& network) {
    SoftmaxCrossEntropy criterion;
    criterion.forward(network.forward(b.all.images, Mode::train), b.all.labels);
    network.backward(criterion.backward());
    std::vector<std::vector<real>> gradient;
    for (const Parameter& p : network.parameters())
      gradient.emplace_back(p.grad->stored().begin(), p.grad->stored().end());
    return gradient;
  };
  Network here = b.run.network;
  const std::vector<std::vector<real>> gradient = gradient_at(here);
  double least = loss_of(here, b.all), most = least, change = 0;
  for (const double steps : {0.5, 1.0, 2.0, 4.0}) {
    Network moved = b.run.network;
    const std::vector<Parameter> parameters = moved.parameters();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      for (std::size_t e = 0; e < gradient[i].size(); ++e) {
        parameters[i].value->stored()[e] -= static_cast<real>(steps * 0.7 * static_cast<double>(gradient[i][e]));
      }
    }
    const double loss = loss_of(moved, b.all);
    least = std::min(least, loss);
    most = std::max(most, loss);
    const std::vector<std::vector<real>> there = gradient_at(moved);
    double squares = 0;
    for (std::size_t i = 0; i < there.size(); ++i) {
      for (std::size_t e = 0; e < there[i].size(); ++e) {
        squares += std::pow(static_cast<double>(there[i][e]) - static_cast<double>(gradient[i][e]), 2);
      }
    }
    change = std::max(change, std::sqrt(squares));
  }
  const Measurements measured = b.after_a_look(*meter, 25);
  CHECK(measured.values.at("loss_range") == doctest::Approx(most - least).epsilon(1e-4));
  CHECK(measured.values.at("gradient_change") == doctest::Approx(change).epsilon(1e-4));
}

}  // namespace bnlab::testing::meters_test
