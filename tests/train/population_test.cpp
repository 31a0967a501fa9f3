// Re-estimated statistics against plain loops over the whole set, image by image, in long double.
#include "bnlab/train/population.hpp"

#include <limits>

#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/dropout.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/nn/relu.hpp"
#include "bnlab/nn/tanh.hpp"
#include "bnlab/optim/sgd.hpp"
#include "bnlab/train/architecture.hpp"
#include "bnlab/train/metrics.hpp"
#include "bnlab/train/state.hpp"
#include "bnlab/train/trainer.hpp"
#include "support.hpp"

namespace bnlab::testing::population_test {

namespace {

constexpr double kClose = kDouble ? 1e-12 : 2e-5;
constexpr std::size_t D = 6, C = 3;
using Row = std::vector<long double>;
using Rows = std::vector<Row>;

// Images of three classes, each bright in two pixels of its own.
Dataset pictures(std::size_t count) {
  Dataset data;
  data.height = 2, data.width = 3, data.classes = C;
  Random random(5, "pictures");
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t label = random.below(C);
    data.labels.push_back(static_cast<std::uint8_t>(label));
    for (std::size_t d = 0; d < D; ++d) {
      data.pixels.push_back(static_cast<std::uint8_t>(random.below(120) + (d / 2 == label ? 120 : 0)));
    }
  }
  return data;
}

void set_numbers(BatchNorm& norm, const std::string& name) {
  const std::size_t features = norm.gamma.cols();
  norm.gamma = random_vector(features, name + "gamma", -2, 2);
  norm.beta = random_vector(features, name + "beta");
  norm.running_mean = random_vector(features, name + "mean", -3, 3);  // to be replaced
  norm.running_var = random_vector(features, name + "var", 5, 9);
  norm.num_batches_tracked = 17;
}

// Batch normalization first of all, before an activation, after one, and dropout between.
Network mixed_network() {
  Network network;
  set_numbers(network.add("bn0", BatchNorm(D)), "0");
  network.add("fc1", Linear(D, 5, Random(1, "fc1")));
  set_numbers(network.add("bn1", BatchNorm(5, {.eps = 0.01})), "1");
  network.add("act1", Tanh());
  network.add("drop1", Dropout(0.5, Random(1, "drop1")));
  network.add("fc2", Linear(5, 4, Random(1, "fc2")));
  network.add("act2", ReLU());
  set_numbers(network.add("bn2", BatchNorm(4)), "2");
  network.add("fc3", Linear(4, C, Random(1, "fc3")));
  return network;
}

// --- What the layers compute, by their definitions -----------------------------------------------------------------

long double mean_of(const Rows& x, std::size_t d) {
  long double sum = 0;
  for (const Row& row : x) sum += row[d];
  return sum / static_cast<long double>(x.size());
}

long double unbiased_variance_of(const Rows& x, std::size_t d) {
  const long double mean = mean_of(x, d);
  long double sum = 0;
  for (const Row& row : x) sum += (row[d] - mean) * (row[d] - mean);
  return sum / static_cast<long double>(x.size() - 1);
}

Rows normalized(const Rows& x, const BatchNorm& norm) {
  Rows y = x;
  for (std::size_t d = 0; d < x[0].size(); ++d) {
    const long double mean = mean_of(x, d);
    const long double deviation = std::sqrt(unbiased_variance_of(x, d) + norm.options().eps);
    for (std::size_t n = 0; n < x.size(); ++n) {
      y[n][d] = norm.gamma(d) * (x[n][d] - mean) / deviation + norm.beta(d);
    }
  }
  return y;
}

Rows through(const Rows& x, const Linear& linear) {
  Rows y;
  for (const Row& row : x) {
    Row sums;
    for (std::size_t j = 0; j < linear.weight.cols(); ++j) {
      long double sum = linear.bias(j);
      for (std::size_t i = 0; i < row.size(); ++i) sum += row[i] * linear.weight(i, j);
      sums.push_back(sum);
    }
    y.push_back(sums);
  }
  return y;
}

template <class F>
Rows applied(Rows x, F f) {
  for (Row& row : x) {
    for (long double& value : row) value = f(value);
  }
  return x;
}

Rows inputs_of(const Subset& images) {
  Rows x;
  for (const std::uint32_t i : images.indices) {
    Row row;
    for (std::size_t d = 0; d < D; ++d) row.push_back((images.data->image(i)[d] / 255.0L - 0.5L) / 0.5L);
    x.push_back(row);
  }
  return x;
}

template <class L>
const L& layer(const Network& network, std::size_t i) {
  return dynamic_cast<const L&>(*network.layers()[i].layer);
}

void check_statistics(const BatchNorm& norm, const Rows& inputs) {
  for (std::size_t d = 0; d < inputs[0].size(); ++d) {
    CAPTURE(d);
    CHECK(std::fabs(norm.running_mean(d) - mean_of(inputs, d)) < kClose);
    CHECK(std::fabs(norm.running_var(d) / unbiased_variance_of(inputs, d) - 1) < 10 * kClose);
  }
}

bool same_state(Network& a, Network& b) {
  const std::vector<Buffer> p = state_dict(a), q = state_dict(b);
  bool same = p.size() == q.size();
  for (std::size_t i = 0; same && i < p.size(); ++i) {
    same = p[i].values == nullptr ? *p[i].count == *q[i].count : identical(*p[i].values, *q[i].values);
  }
  return same;
}

}  // namespace

TEST_CASE(
    "population: each layer has the mean and the unbiased variance of its inputs over all images, as loops find") {
  const Dataset data = pictures(83);
  Subset some = all_images(data);
  some.indices.erase(some.indices.begin() + 3, some.indices.begin() + 9);
  Network network = mixed_network();
  estimate_population_statistics(network, some, nullptr, 16);

  const Rows x = inputs_of(some);
  check_statistics(layer<BatchNorm>(network, 0), x);
  const Rows a = through(normalized(x, layer<BatchNorm>(network, 0)), layer<Linear>(network, 1));
  check_statistics(layer<BatchNorm>(network, 2), a);
  const Rows b = applied(normalized(a, layer<BatchNorm>(network, 2)), [](long double v) { return std::tanh(v); });
  const Rows c = applied(through(b, layer<Linear>(network, 5)), [](long double v) { return std::max(v, 0.0L); });
  check_statistics(layer<BatchNorm>(network, 7), c);
}

TEST_CASE("population: of the first layer's inputs they are what one batch of all images records with momentum 1") {
  const Dataset data = pictures(70);
  Network estimated, recorded;
  for (Network* network : {&estimated, &recorded}) {
    network->add("fc1", Linear(D, 5, Random(1, "fc1")));
    network->add("bn1", BatchNorm(5, {.momentum = 1}));
  }
  estimate_population_statistics(estimated, all_images(data), nullptr, 32);
  Batch whole;
  whole.load(all_images(data), 0, 70, nullptr);
  recorded.forward(whole.images, Mode::train);
  const auto &found = layer<BatchNorm>(estimated, 1), &expected = layer<BatchNorm>(recorded, 1);
  CHECK(relative_error(found.running_mean, expected.running_mean) < kClose);
  CHECK(relative_error(found.running_var, expected.running_var) < kClose);
}

TEST_CASE("population: any batch size and any number of threads give the same bits; repeated, nothing changes") {
  const Dataset data = pictures(65);
  Network expected = mixed_network();
  estimate_population_statistics(expected, all_images(data), nullptr);
  for (const std::size_t batch : {1u, 2u, 7u, 64u, 65u, 1000u}) {
    CAPTURE(batch);
    Network network = mixed_network();
    estimate_population_statistics(network, all_images(data), nullptr, batch);
    CHECK(same_state(network, expected));
    estimate_population_statistics(network, all_images(data), nullptr, batch);
    CHECK(same_state(network, expected));
  }
  const Architecture wide = {.inputs = D, .hidden = {100, 70}, .classes = C, .norm = "batch"};
  Network alone = make_network(wide, 1, nullptr);
  estimate_population_statistics(alone, all_images(data), nullptr);
  for (std::size_t threads = 1; threads <= 4; ++threads) {
    ThreadPool pool(threads);
    Network network = make_network(wide, 1, &pool);
    estimate_population_statistics(network, all_images(data), &pool);
    CHECK(same_state(network, alone));
  }
}

TEST_CASE("population: only the statistics change, and without batch normalization nothing does") {
  const Dataset data = pictures(40);
  Network network = mixed_network(), before = mixed_network();
  estimate_population_statistics(network, all_images(data), nullptr);
  const std::vector<Parameter> p = network.parameters(), q = before.parameters();
  for (std::size_t i = 0; i < p.size(); ++i) CHECK(identical(*p[i].value, *q[i].value));
  for (const std::size_t i : {0u, 2u, 7u}) CHECK(layer<BatchNorm>(network, i).num_batches_tracked == 17);
  CHECK(network.layers()[4].layer->random_numbers()->state == before.layers()[4].layer->random_numbers()->state);

  for (const char* norm : {"none", "layer"}) {
    const Architecture a = {.inputs = D, .hidden = {5, 4}, .classes = C, .norm = norm, .dropout = 0.3};
    Network other = make_network(a, 1, nullptr), unchanged = make_network(a, 1, nullptr);
    estimate_population_statistics(other, all_images(data), nullptr);
    CHECK(same_state(other, unchanged));
  }
}

TEST_CASE("population: where all inputs have shifted, running statistics are stale, and re-estimated ones are right") {
  Dataset data = pictures(300);
  Network network = make_network({.inputs = D, .hidden = {12, 12}, .classes = C, .norm = "batch"}, 1, nullptr);
  Sgd optimizer(network.parameters(), {.lr = 0.1});
  train(network, optimizer, {all_images(data), {&data, {}}}, {.epochs = 10, .batch = 30}, nullptr);
  const double trained = evaluate(network, all_images(data), nullptr).accuracy;
  REQUIRE(trained > 0.95);
  data.scale.mean = -9.5;  // all inputs are greater by 20
  CHECK(evaluate(network, all_images(data), nullptr).accuracy < 0.6);
  estimate_population_statistics(network, all_images(data), nullptr);
  CHECK(evaluate(network, all_images(data), nullptr).accuracy > trained - 0.03);
}

TEST_CASE("population: one image has no variance; numbers that overflow are an error that names the layer") {
  const Dataset data = pictures(10);
  Network network = mixed_network(), before = mixed_network();
  CHECK(error_of([&] {
          estimate_population_statistics(network, {&data, {4}}, nullptr);
        }) == "expected at least 2 images to estimate batch normalization's statistics from, found 1");
  CHECK(same_state(network, before));

  Network large;
  Linear& linear = large.add("fc1", Linear(D, 2, Random(1, "fc1")));
  const BatchNorm& norm = large.add("bn1", BatchNorm(2));
  for (std::size_t i = 0; i < D; ++i) linear.weight(i, 0) = std::numeric_limits<real>::max();
  const std::string message = error_of([&] { estimate_population_statistics(large, all_images(data), nullptr); });
  CHECK(contains(message, "bn1: expected inputs with a finite mean and variance over all 10 images"));
  CHECK(norm.running_mean(0) == real{0});
  CHECK(norm.running_var(0) == real{1});
}

}  // namespace bnlab::testing::population_test
