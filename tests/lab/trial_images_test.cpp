// What a run is trained and tested on: inputs computed here by hand, and the three kinds of statistics.
#include "bnlab/lab/trials/probe.hpp"
#include "bnlab/lab/trials/trial.hpp"
#include "small_lab.hpp"

namespace bnlab::testing::trial_images_test {

namespace {

// Keeps what a run works on.
class Spy : public Meter {
 public:
  void at_start(const Workbench& bench) override {
    first_images = probe_batch(bench, 1000).images;
    indices = bench.images.train.indices;
    steps = bench.steps;
    weights_at_start = weights(bench.run.network);
    Batch batch;
    batch.load(all_images(bench.test), 0, bench.test.count(), nullptr);
    test_images = batch.images;
  }
  void after_step(const Workbench&, std::size_t step) override { seen_steps.push_back(step); }
  void at_end(const Workbench& bench, Measurements& measured) override {
    network = std::make_unique<Network>(bench.run.network);
    measured.values["mine"] = 7;
  }

  static std::vector<real> weights(Network copy) {
    const auto stored = copy.parameters().front().value->stored();
    return {stored.begin(), stored.end()};
  }

  Tensor first_images, test_images;
  std::vector<std::uint32_t> indices;
  std::size_t steps = 0;
  std::vector<std::size_t> seen_steps;
  std::vector<real> weights_at_start;
  std::unique_ptr<Network> network;
};

double half_scaled(std::uint8_t pixel) { return (pixel / 255.0 - 0.5) / 0.5; }

// The accuracy of a network Linear, BatchNorm, ReLU, Linear, whose BatchNorm has the statistics of `of` (rows of its
// inputs), with variances divided by N - ddof.
double accuracy_with_statistics_of(const Network& trained, const Tensor& of, double ddof, const Tensor& x,
                                   const Bytes& labels) {
  Network network = trained;
  const auto& layers = network.layers();
  REQUIRE(layers.size() == 4);
  const auto hidden = [&](const Tensor& images) { return Tensor(layers[0].layer->forward(images, Mode::eval)); };
  const Tensor reference = hidden(of);
  Tensor h = hidden(x);
  const Tensor& gamma = *layers[1].layer->parameters()[0].value;
  const Tensor& beta = *layers[1].layer->parameters()[1].value;
  const double N = static_cast<double>(reference.rows());
  for (std::size_t d = 0; d < h.cols(); ++d) {
    double mean = 0, squares = 0;
    for (std::size_t n = 0; n < reference.rows(); ++n) mean += static_cast<double>(reference(n, d)) / N;
    for (std::size_t n = 0; n < reference.rows(); ++n) {
      squares += std::pow(static_cast<double>(reference(n, d)) - mean, 2);
    }
    const double deviation = std::sqrt(squares / (N - ddof) + 1e-5);
    for (std::size_t n = 0; n < h.rows(); ++n) {
      const double normalised = (static_cast<double>(h(n, d)) - mean) / deviation;
      const double y = static_cast<double>(gamma(d)) * normalised + static_cast<double>(beta(d));
      h(n, d) = static_cast<real>(std::max(y, 0.0));
    }
  }
  const Tensor& logits = layers[3].layer->forward(h, Mode::eval);
  double right = 0;
  for (std::size_t n = 0; n < logits.rows(); ++n) {
    std::size_t best = 0;
    for (std::size_t c = 1; c < logits.cols(); ++c) best = logits(n, c) > logits(n, best) ? c : best;
    right += best == labels[n] ? 1 : 0;
  }
  return right / static_cast<double>(logits.rows());
}

Tensor rows_of(const Tensor& x, std::size_t begin, std::size_t end) {
  Tensor rows({end - begin, x.cols()});
  for (std::size_t n = begin; n < end; ++n) {
    for (std::size_t d = 0; d < x.cols(); ++d) rows(n - begin, d) = x(n, d);
  }
  return rows;
}

}  // namespace

TEST_CASE("changed inputs are factor x + shift, of training and test images alike") {
  const DatasetPair data = small_data();
  Trial trial = small_trial();
  trial.inputs = {.factor = 3, .shift = 10, .middle_factor = 100};
  for (const char* pixels : {"half", "centred"}) {
    CAPTURE(pixels);
    trial.pixels = pixels;
    Spy spy;
    run_to_the_end(trial, data, &spy);
    for (const std::size_t d : {0u, 5u, 10u, 15u}) {  // pixel 10 is the one in row 2 and column 2
      double mean = 0.5;
      if (trial.pixels == "centred") {
        mean = 0;
        for (std::size_t i = 0; i < 61; ++i) mean += data.train.image(i)[d] / 255.0 / 61;
      }
      const double factor = d == 10 ? 300 : 3;
      for (const std::size_t i : {0u, 30u}) {
        const double training = (data.train.image(i)[d] / 255.0 - mean) / 0.5 * factor + 10;
        const double test = (data.test.image(i)[d] / 255.0 - mean) / 0.5 * factor + 10;
        CHECK(static_cast<double>(spy.first_images(i, d)) == doctest::Approx(training).epsilon(1e-4));
        CHECK(static_cast<double>(spy.test_images(i, d)) == doctest::Approx(test).epsilon(1e-4));
      }
    }
  }
}

TEST_CASE("without a change the inputs are the pixels in their usual scale") {
  const DatasetPair data = small_data();
  Spy spy;
  run_to_the_end(small_trial(), data, &spy);
  for (std::size_t d = 0; d < 16; ++d) {
    CHECK(static_cast<double>(spy.test_images(7, d)) == doctest::Approx(half_scaled(data.test.image(7)[d])));
  }
}

TEST_CASE("only the first images, and those that are not held out, are trained on") {
  const DatasetPair data = small_data();
  Trial trial = small_trial();
  trial.images = 40;
  trial.validation = 0.25;
  Spy spy;
  const Measurements measured = *run_to_the_end(trial, data, &spy);
  CHECK(spy.indices.size() == 30);
  CHECK(std::is_sorted(spy.indices.begin(), spy.indices.end()));
  CHECK(spy.indices.back() < 40);
  CHECK(measured.values.contains("validation_loss"));
  CHECK(!run_to_the_end(small_trial(), data)->values.contains("validation_loss"));
}

TEST_CASE("by class, every batch is of the images in the order of their labels") {
  const DatasetPair data = small_data();
  Trial trial = small_trial();
  trial.by_class = true;
  Spy spy;
  const Measurements sorted = *run_to_the_end(trial, data, &spy);
  REQUIRE(spy.indices.size() == 61);
  for (std::size_t i = 1; i < 61; ++i) {
    const auto before = std::pair(data.train.labels[spy.indices[i - 1]], spy.indices[i - 1]);
    CHECK(before < std::pair(data.train.labels[spy.indices[i]], spy.indices[i]));
  }
  // The seed decides the weights alone: no order is drawn. So the same images, sorted in the file, give the same.
  DatasetPair in_order = data;
  in_order.train.pixels.clear();
  in_order.train.labels.clear();
  for (const std::uint32_t i : spy.indices) {
    in_order.train.pixels.insert(in_order.train.pixels.end(), data.train.image(i), data.train.image(i) + 16);
    in_order.train.labels.push_back(data.train.labels[i]);
  }
  trial.by_class = false;
  trial.run.training.shuffle = false;
  CHECK(run_to_the_end(trial, in_order)->values.at("loss") == sorted.values.at("loss"));
}

TEST_CASE("a meter sees each step once, and adds what it measured") {
  const DatasetPair data = small_data();
  Trial trial = small_trial();
  trial.steps = 8;
  Spy spy;
  const Measurements measured = *run_to_the_end(trial, data, &spy);
  CHECK(spy.seen_steps == std::vector<std::size_t>{1, 2, 3, 4, 5, 6, 7, 8});
  CHECK(spy.steps == 8);
  CHECK(measured.values.at("mine") == 7);
}

TEST_CASE("arms with the same seed start from the same weights") {
  const DatasetPair data = small_data();
  std::vector<std::vector<real>> starts;
  for (const char* norm : {"none", "batch", "layer"}) {
    Trial trial = small_trial();
    trial.run.architecture.norm = norm;
    Spy spy;
    run_to_the_end(trial, data, &spy);
    starts.push_back(spy.weights_at_start);
  }
  CHECK(starts[0] == starts[1]);
  CHECK(starts[0] == starts[2]);
}

TEST_CASE("accuracy with running, re-estimated and the test batch's own statistics") {
  const DatasetPair data = small_data();
  Trial trial = small_trial();
  trial.run.architecture.norm = "batch";
  trial.run.training.batch = 16;
  trial.steps = 5;
  trial.inputs.shift = 3;  // so that the running statistics, which start at 0 and 1, are behind
  trial.all_statistics = true;
  Spy spy;
  const auto values = run_to_the_end(trial, data, &spy)->values;
  const Bytes& labels = data.test.labels;
  const double population = accuracy_with_statistics_of(*spy.network, spy.first_images, 1, spy.test_images, labels);
  CHECK(values.at("accuracy_population") == doctest::Approx(population));
  // Test batches of 16 and 15 images.
  const Tensor first = rows_of(spy.test_images, 0, 16), second = rows_of(spy.test_images, 16, 31);
  const Bytes first_labels(labels.begin(), labels.begin() + 16), second_labels(labels.begin() + 16, labels.end());
  const double own = (16 * accuracy_with_statistics_of(*spy.network, first, 0, first, first_labels) +
                      15 * accuracy_with_statistics_of(*spy.network, second, 0, second, second_labels)) /
                     31;
  CHECK(values.at("accuracy_batch") == doctest::Approx(own));
  // None of the three is another by chance.
  CHECK(values.at("accuracy") != values.at("accuracy_population"));
  CHECK(values.at("accuracy_batch") != values.at("accuracy_population"));
  CHECK(values.at("accuracy") != values.at("accuracy_batch"));
  // To measure them changes nothing else.
  trial.all_statistics = false;
  const auto without = run_to_the_end(trial, data)->values;
  CHECK(without.at("accuracy") == values.at("accuracy"));
  CHECK(!without.contains("accuracy_batch"));
}

TEST_CASE("a network without batch normalization has the same accuracy three times") {
  const DatasetPair data = small_data();
  Trial trial = small_trial();
  trial.run.architecture.norm = "layer";
  trial.all_statistics = true;
  const auto values = run_to_the_end(trial, data)->values;
  CHECK(values.at("accuracy_population") == values.at("accuracy"));
  CHECK(values.at("accuracy_batch") == values.at("accuracy"));
}

}  // namespace bnlab::testing::trial_images_test
