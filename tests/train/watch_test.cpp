// Statistics of layers against plain loops in long double, gradients against differences; and that looking changes
// nothing.
#include "bnlab/train/watch.hpp"

#include <numeric>
#include <set>

#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/dropout.hpp"
#include "bnlab/nn/layernorm.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/nn/relu.hpp"
#include "bnlab/nn/tanh.hpp"
#include "bnlab/optim/adam.hpp"
#include "bnlab/train/architecture.hpp"
#include "bnlab/train/state.hpp"
#include "support.hpp"

namespace bnlab::testing::watch_test {

namespace {

constexpr double kClose = kDouble ? 1e-10 : 2e-5;
constexpr std::size_t D = 6, C = 3, N = 11, H = 4;
using Numbers = std::vector<long double>;
using Rows = std::vector<Numbers>;

Dataset noise(std::size_t count) {
  Dataset data;
  data.height = 2, data.width = 3, data.classes = C;
  Random random(9, "noise");
  for (std::size_t i = 0; i < count * D; ++i) data.pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
  for (std::size_t i = 0; i < count; ++i) data.labels.push_back(static_cast<std::uint8_t>(random.below(C)));
  return data;
}

Batch random_batch() {
  Batch batch;
  batch.images = random_tensor(N, D, "images", -2, 2);
  for (std::size_t n = 0; n < N; ++n) batch.labels.push_back(static_cast<std::uint8_t>(n * 7 % C));
  return batch;
}

bool near(double a, long double b) { return std::fabs(a - b) <= kClose * std::max(1.0L, std::fabs(b)); }

// --- A network fc1, bn1, tanh, fc2 by its definitions ----------------------------------------------------------------

struct Small {
  Rows x, w1, w2;  // w1 [H][D], w2 [C][H]
  Numbers b1, gamma, beta, b2;
  std::vector<std::uint8_t> labels;
  long double eps;

  // y_nj = Σ_i x_ni w_ji + b_j
  static Rows through(const Rows& x, const Rows& w, const Numbers& b) {
    Rows y;
    for (const Numbers& row : x) {
      Numbers sums;
      for (std::size_t j = 0; j < w.size(); ++j) {
        sums.push_back(std::inner_product(row.begin(), row.end(), w[j].begin(), b[j]));
      }
      y.push_back(sums);
    }
    return y;
  }

  // What the activation is given.
  Rows inputs() const {
    Rows a = through(x, w1, b1);
    for (std::size_t j = 0; j < H; ++j) {
      long double mean = 0, var = 0;
      for (const Numbers& row : a) mean += row[j] / N;
      for (const Numbers& row : a) var += (row[j] - mean) * (row[j] - mean) / N;
      for (Numbers& row : a) row[j] = gamma[j] * (row[j] - mean) / std::sqrt(var + eps) + beta[j];
    }
    return a;
  }

  long double loss() const {
    Rows h = inputs();
    for (Numbers& row : h) {
      for (long double& v : row) v = std::tanh(v);
    }
    const Rows z = through(h, w2, b2);
    long double sum = 0;
    for (std::size_t n = 0; n < N; ++n) {
      long double exponentials = 0;
      for (const long double logit : z[n]) exponentials += std::exp(logit);
      sum += std::log(exponentials) - z[n][labels[n]];
    }
    return sum / N;
  }
};

// By differences of fourth order.
long double gradient_norm(Small& small, Rows& weight) {
  const long double h = 1e-3L;
  long double squares = 0;
  for (Numbers& row : weight) {
    for (long double& w : row) {
      const long double kept = w;
      const auto at = [&](long double shift) {
        w = kept + shift;
        return small.loss();
      };
      const long double slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      w = kept;
      squares += slope * slope;
    }
  }
  return std::sqrt(squares);
}

Numbers numbers_of(const Tensor& t) {
  Numbers all;
  for (std::size_t j = 0; j < t.cols(); ++j) all.push_back(t(j));
  return all;
}

Rows columns_of(const Tensor& t) {
  Rows columns(t.cols());
  for (std::size_t j = 0; j < t.cols(); ++j) {
    for (std::size_t i = 0; i < t.rows(); ++i) columns[j].push_back(t(i, j));
  }
  return columns;
}

long double mean_of(const Numbers& v) {
  return std::accumulate(v.begin(), v.end(), 0.0L) / static_cast<long double>(v.size());
}

long double deviation_of(const Numbers& v) {
  long double squares = 0;
  for (const long double x : v) squares += (x - mean_of(v)) * (x - mean_of(v));
  return std::sqrt(squares / static_cast<long double>(v.size()));
}

// The whole list in order, and a straight line between neighbours.
long double percentile_of(Numbers v, long double percent) {
  std::sort(v.begin(), v.end());
  for (std::size_t k = 0; k + 1 < v.size(); ++k) {
    const long double from = 100.0L * static_cast<long double>(k) / static_cast<long double>(v.size() - 1);
    const long double to = 100.0L * static_cast<long double>(k + 1) / static_cast<long double>(v.size() - 1);
    if (percent <= to) return v[k] + (v[k + 1] - v[k]) * (percent - from) / (to - from);
  }
  return v.back();
}

void check_none(std::initializer_list<double> values) {
  for (const double value : values) CHECK(std::isnan(value));
}

std::string state_text(Network& network, Optimizer* optimizer = nullptr) {
  std::string text;
  std::vector<Buffer> state = optimizer == nullptr ? state_dict(network) : state_of_run(network, *optimizer);
  for (const Buffer& b : state) {
    if (b.count != nullptr) text += std::to_string(*b.count);
    if (b.values == nullptr) continue;
    text.append(reinterpret_cast<const char*>(b.values->stored().data()), b.values->stored().size_bytes());
  }
  for (const auto& [name, layer] : network.layers()) {
    if (layer->random_numbers() == nullptr) continue;
    for (const std::uint64_t word : layer->random_numbers()->state) text += std::to_string(word) + " ";
  }
  return text;
}

}  // namespace

TEST_CASE("watch: a layer's inputs, scale, shift and gradient are those that the definitions give") {
  Network network;
  const Linear& fc1 = network.add("first", Linear(D, H, Random(1, "fc1")));
  BatchNorm& norm = network.add("bn1", BatchNorm(H, {.eps = 0.02}));
  network.add("act1", Tanh());
  const Linear& fc2 = network.add("last", Linear(H, C, Random(1, "fc2")));
  norm.gamma = random_vector(H, "gamma", 0.5, 2), norm.beta = random_vector(H, "beta");
  norm.running_mean = random_vector(H, "mean", -3, 3);  // of no account in training mode
  const Batch probe = random_batch();

  Rows x;
  for (std::size_t n = 0; n < N; ++n) x.emplace_back(probe.images.row(n), probe.images.row(n) + D);
  Small small{.x = x,
              .w1 = columns_of(fc1.weight),
              .w2 = columns_of(fc2.weight),
              .b1 = numbers_of(fc1.bias),
              .gamma = numbers_of(norm.gamma),
              .beta = numbers_of(norm.beta),
              .b2 = numbers_of(fc2.bias),
              .labels = probe.labels,
              .eps = 0.02L};
  Numbers all, first_unit;
  for (const Numbers& row : small.inputs()) {
    all.insert(all.end(), row.begin(), row.end());
    first_unit.push_back(row[0]);
  }

  const std::vector<LayerStatistics> found = layer_statistics(network, probe);
  REQUIRE(found.size() == 2);
  const LayerStatistics& first = found[0];
  CHECK(first.layer == "first");
  CHECK(near(first.mean, mean_of(all)));
  CHECK(near(first.deviation, deviation_of(all)));
  CHECK(near(first.percentile_15, percentile_of(all, 15)));
  CHECK(near(first.percentile_50, percentile_of(all, 50)));
  CHECK(near(first.percentile_85, percentile_of(all, 85)));
  CHECK(near(first.unit_15, percentile_of(first_unit, 15)));
  CHECK(near(first.unit_50, percentile_of(first_unit, 50)));
  CHECK(near(first.unit_85, percentile_of(first_unit, 85)));
  CHECK(near(first.gamma_mean, mean_of(small.gamma)));
  CHECK(near(first.gamma_deviation, deviation_of(small.gamma)));
  CHECK(near(first.beta_mean, mean_of(small.beta)));
  CHECK(near(first.beta_deviation, deviation_of(small.beta)));
  CHECK(near(first.gradient_norm, gradient_norm(small, small.w1)));

  const LayerStatistics& last = found[1];
  CHECK(last.layer == "last");
  CHECK(near(last.gradient_norm, gradient_norm(small, small.w2)));
  check_none({last.mean, last.deviation, last.percentile_15, last.percentile_50, last.percentile_85, last.unit_15,
              last.unit_50, last.unit_85, last.gamma_mean, last.gamma_deviation, last.beta_mean, last.beta_deviation});
}

TEST_CASE("watch: each layer has its own activation, norm and gradient, wherever the norm stands") {
  const Batch probe = random_batch();
  Network network;
  const Linear& fc1 = network.add("fc1", Linear(D, H, Random(1, "fc1")));
  network.add("act1", ReLU());
  LayerNorm& norm = network.add("ln1", LayerNorm(H));
  network.add("drop1", Dropout(0.3, Random(1, "drop1")));
  network.add("fc2", Linear(H, 5, Random(1, "fc2")));
  network.add("act2", Tanh());
  network.add("act2b", Tanh());  // not what the layer's own activation is given
  network.add("fc3", Linear(5, C, Random(1, "fc3")));
  norm.gamma = random_vector(H, "gamma", 0.5, 2);
  const std::vector<LayerStatistics> found = layer_statistics(network, probe);
  REQUIRE(found.size() == 3);
  CHECK((found[0].layer == "fc1" && found[1].layer == "fc2" && found[2].layer == "fc3"));
  CHECK(near(found[0].gamma_mean, mean_of(numbers_of(norm.gamma))));
  CHECK(found[0].beta_deviation == 0);
  check_none({found[1].gamma_mean, found[1].beta_mean, found[2].mean, found[2].unit_50});

  Rows x;
  for (std::size_t n = 0; n < N; ++n) x.emplace_back(probe.images.row(n), probe.images.row(n) + D);
  Numbers inputs;
  for (const Numbers& row : Small::through(x, columns_of(fc1.weight), numbers_of(fc1.bias))) {
    inputs.insert(inputs.end(), row.begin(), row.end());
  }
  CHECK(near(found[0].mean, mean_of(inputs)));
  CHECK(near(found[0].percentile_15, percentile_of(inputs, 15)));

  // The second layer's, from the layers themselves: what comes out of fc2.
  Network copy = network;
  const Tensor* a = &probe.images;
  for (std::size_t i = 0; i < 5; ++i) a = &copy.layers()[i].layer->forward(*a, Mode::train);
  CHECK(near(found[1].deviation, deviation_of({a->stored().begin(), a->stored().end()})));
  CHECK(layer_statistics(Network(), probe).empty());
}

TEST_CASE("watch: percentiles are those of numpy: on a line between the two nearest values") {
  std::vector<real> values = {8, 1, 4, 2};
  CHECK(std::fabs(percentile(values, 15) - 1.45) < 1e-12);
  CHECK(std::fabs(percentile(values, 50) - 3) < 1e-12);
  CHECK(std::fabs(percentile(values, 85) - 6.2) < 1e-12);
  CHECK(percentile(values, 0) == 1);
  CHECK(percentile(values, 100) == 8);
  std::vector<real> one = {5}, three = {3, 1, 2};
  CHECK(percentile(one, 85) == 5);
  CHECK(percentile(three, 50) == 2);
}

TEST_CASE("watch: where numbers overflow there is none, and nothing else is lost") {
  Network network = make_network({.inputs = D, .hidden = {H, H}, .classes = C, .activation = "relu"}, 1, nullptr);
  auto& fc2 = dynamic_cast<Linear&>(*network.layers()[2].layer);
  for (std::size_t i = 0; i < H; ++i) {
    for (std::size_t j = 0; j < H; ++j) fc2.weight(i, j) = std::numeric_limits<real>::max();
  }
  Batch probe = random_batch();
  for (real& x : probe.images.stored()) x *= 100;
  const std::vector<LayerStatistics> found = layer_statistics(network, probe);
  CHECK(std::isfinite(found[0].deviation));
  CHECK(std::isfinite(found[0].unit_85));
  check_none({found[1].mean, found[1].percentile_50, found[1].unit_15, found[2].gradient_norm});
}

TEST_CASE("watch: a run that is watched at every step computes the same bits as one that is not, with any threads") {
  const Dataset data = noise(70);
  const Split images = {all_images(data), {&data, {}}};
  const Architecture a = {.inputs = D, .hidden = {40, 30}, .classes = C, .norm = "batch", .dropout = 0.3};
  const TrainSettings settings = {.epochs = 3, .batch = 16};
  std::vector<std::vector<LayerStatistics>> looks[3];
  const auto run = [&](std::size_t threads, std::vector<std::vector<LayerStatistics>>* seen) {
    ThreadPool pool(threads);
    Network network = make_network(a, 1, &pool);
    Adam optimizer(network.parameters(), {}, &pool);
    const Watch watch = make_watch(images.train, settings, 1, &pool);
    TrainObserver observer;
    std::vector<double> losses;
    observer.on_step = [&](const StepResult& step) {
      losses.push_back(step.loss);
      if (seen != nullptr) seen->push_back(layer_statistics(network, watch.probe));
    };
    train(network, optimizer, images, settings, &pool, observer);
    std::string text = state_text(network, &optimizer);
    for (const double loss : losses) text += format(" %a", loss);
    return text;
  };
  const std::string expected = run(1, nullptr);
  CHECK(run(1, &looks[0]) == expected);
  CHECK(run(2, &looks[1]) == expected);
  CHECK(run(3, &looks[2]) == expected);
  REQUIRE(looks[0].size() == 15);
  for (std::size_t k = 0; k < looks[0].size(); ++k) {
    for (const auto& other : {looks[1], looks[2]}) {
      CHECK(looks[0][k][1].deviation == other[k][1].deviation);
      CHECK(looks[0][k][0].gradient_norm == other[k][0].gradient_norm);
    }
  }
}

TEST_CASE("watch: looking changes neither the network nor its gradients nor dropout's random numbers") {
  Network network =
      make_network({.inputs = D, .hidden = {H}, .classes = C, .norm = "batch", .dropout = 0.5}, 1, nullptr);
  const Batch probe = random_batch();
  const Tensor x = random_tensor(8, D, "x"), dy = random_tensor(8, C, "dy");
  network.forward(x, Mode::train);
  network.backward(dy);
  const std::string before = state_text(network);
  std::vector<Tensor> gradients;
  for (const Parameter& p : network.parameters()) gradients.push_back(*p.grad);
  const std::vector<LayerStatistics> first = layer_statistics(network, probe);
  CHECK(state_text(network) == before);
  CHECK(layer_statistics(network, probe)[0].gradient_norm == first[0].gradient_norm);
  for (int again = 0; again < 2; ++again) {
    const std::vector<Parameter> parameters = network.parameters();
    for (std::size_t i = 0; i < gradients.size(); ++i) CHECK(identical(*parameters[i].grad, gradients[i]));
    network.backward(dy);  // the network's forward pass is still the last that it had
  }
}

TEST_CASE(
    "watch: the probe is a fixed batch of training images, of all kinds, and a default run is looked at some 100 "
    "times") {
  const Dataset data = noise(400);
  Subset some{&data, {}};
  for (std::uint32_t i = 0; i < 400; i += 2) some.indices.push_back(i);
  const auto probe_of = [&](std::size_t batch, std::uint64_t seed = 1) {
    return make_watch(some, {.epochs = 1, .batch = batch, .seed = seed}, 1, nullptr).probe;
  };
  CHECK(probe_of(8).labels.size() == 64);
  CHECK(probe_of(64).labels.size() == 64);
  CHECK(probe_of(100).labels.size() == 100);
  CHECK(probe_of(1000).labels.size() == 200);
  CHECK(identical(probe_of(64).images, probe_of(64).images));
  CHECK(!identical(probe_of(64).images, probe_of(64, 2).images));

  std::set<std::vector<real>> training;
  Batch all;
  all.load(some, 0, 200, nullptr);
  for (std::size_t n = 0; n < 200; ++n) training.insert({all.images.row(n), all.images.row(n) + D});
  const Batch probe = probe_of(64);
  std::set<std::vector<real>> drawn;
  for (std::size_t n = 0; n < 64; ++n) drawn.insert({probe.images.row(n), probe.images.row(n) + D});
  CHECK(drawn.size() == 64);
  CHECK(std::includes(training.begin(), training.end(), drawn.begin(), drawn.end()));
  CHECK(drawn != std::set<std::vector<real>>(training.begin(), std::next(training.begin(), 64)));

  const auto every = [&](std::size_t epochs, std::size_t batch, std::size_t given) {
    return make_watch(some, {.epochs = epochs, .batch = batch}, given, nullptr).every;
  };
  CHECK(every(10, 10, 0) == 2);  // 200 steps
  CHECK(every(10, 10, 7) == 7);
  CHECK(every(5, 10, 0) == 1);   // 100
  CHECK(every(1, 100, 0) == 1);  // 2
  CHECK(every(99, 3, 0) == 66);  // 67 batches an epoch
  const Watch watch{.every = 5, .probe = {}};
  CHECK((watch.is_due(0) && watch.is_due(10) && !watch.is_due(12)));
}

}  // namespace bnlab::testing::watch_test
