// Loss and accuracy against sums over single images, and that looking at a network leaves it as it was.
#include "bnlab/train/metrics.hpp"

#include <limits>

#include "bnlab/nn/linear.hpp"
#include "bnlab/train/architecture.hpp"
#include "support.hpp"

namespace bnlab::testing::metrics_test {

namespace {

constexpr double kClose = kDouble ? 1e-12 : 1e-6;
constexpr std::size_t D = 6, C = 5;

Dataset noise(std::size_t count) {
  Dataset data;
  data.height = 2, data.width = 3, data.classes = C;
  Random random(2, "noise");
  for (std::size_t i = 0; i < count * D; ++i) data.pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
  for (std::size_t i = 0; i < count; ++i) data.labels.push_back(static_cast<std::uint8_t>(random.below(C)));
  return data;
}

// With running statistics and scales that are not those of a new network, and wide logits: losses differ between
// images.
Network used_network(double dropout = 0) {
  const Architecture a = {.inputs = D, .hidden = {7}, .classes = C, .norm = "batch", .dropout = dropout};
  Network network = make_network(a, 1, nullptr);
  for (int batch = 0; batch < 5; ++batch) network.forward(random_tensor(9, D, "warm-up"), Mode::train);
  for (const Parameter& p : network.parameters()) {
    if (p.name == "fc2.weight") *p.value = random_tensor(7, C, "wide", -4, 4, Layout::panels);
  }
  return network;
}

struct Single {
  long double loss;
  bool correct;
};

// One image, by the definitions.
Single single(Network& network, const Dataset& data, std::size_t i) {
  Tensor x({1, D});
  for (std::size_t d = 0; d < D; ++d) x(0, d) = static_cast<real>((data.image(i)[d] / 255.0 - 0.5) / 0.5);
  const Tensor& z = network.forward(x, Mode::eval);
  long double sum = 0;
  std::size_t best = 0;
  for (std::size_t c = 0; c < C; ++c) {
    sum += std::exp(static_cast<long double>(z(0, c)));
    if (z(0, c) > z(0, best)) best = c;
  }
  const std::size_t label = data.labels[i];
  return {std::log(sum) - static_cast<long double>(z(0, label)), best == label};
}

}  // namespace

TEST_CASE("loss and accuracy are means over the images, however the batches fall") {
  const Dataset data = noise(700);
  Network network = used_network();
  for (const std::size_t count : {1u, 2u, 255u, 256u, 257u, 600u}) {
    CAPTURE(count);
    Subset some{&data, {}};
    for (std::size_t i = 0; i < count; ++i) some.indices.push_back(static_cast<std::uint32_t>(i * 37 % 700));
    long double loss = 0;
    std::vector<std::uint8_t> correct;
    std::size_t right = 0;
    for (const std::size_t i : some.indices) {
      const Single s = single(network, data, i);
      loss += s.loss, correct.push_back(s.correct), right += s.correct;
    }
    const Evaluation found = evaluate(network, some, nullptr);
    CHECK(found.count == count);
    CHECK(std::fabs(found.loss / static_cast<double>(loss / static_cast<long double>(count)) - 1) < kClose);
    CHECK(found.accuracy == static_cast<double>(right) / static_cast<double>(count));
    CHECK(found.correct == correct);
    if (count == 600) CHECK((right > 0 && right < count));
  }
}

TEST_CASE("evaluation changes neither the network's state nor what its next training step computes") {
  const Dataset data = noise(300);
  Network network = used_network(0.5), other = network;
  const Tensor x = random_tensor(8, D, "x"), dy = random_tensor(8, C, "dy");
  for (int step = 0; step < 2; ++step) {
    evaluate(network, all_images(data), nullptr);
    const Tensor y = network.forward(x, Mode::train);
    network.backward(dy);
    CHECK(identical(other.forward(x, Mode::train), y));
    other.backward(dy);
    const auto a = network.parameters(), b = other.parameters();
    for (std::size_t i = 0; i < a.size(); ++i) {
      CHECK((identical(*a[i].value, *b[i].value) && identical(*a[i].grad, *b[i].grad)));
    }
    const auto p = network.buffers(), q = other.buffers();
    for (std::size_t i = 0; i < p.size(); ++i) {
      CHECK((p[i].values == nullptr || identical(*p[i].values, *q[i].values)));
      CHECK((p[i].count == nullptr || *p[i].count == *q[i].count));
    }
  }
}

TEST_CASE("dropout and batch statistics take no part in an evaluation, which is the same every time") {
  const Dataset data = noise(300);
  Network with = used_network(0.5), without = used_network();
  const Evaluation first = evaluate(with, all_images(data), nullptr),
                   second = evaluate(with, all_images(data), nullptr);
  CHECK(first.loss == second.loss);
  CHECK(first.loss == evaluate(without, all_images(data), nullptr).loss);
}

TEST_CASE("any number of threads evaluates to the same bits") {
  const Dataset data = noise(300);
  Network alone = used_network();
  const Evaluation expected = evaluate(alone, all_images(data), nullptr);
  for (std::size_t threads = 1; threads <= 4; ++threads) {
    ThreadPool pool(threads);
    Network network = used_network();
    for (const auto& [name, layer] : network.layers()) layer->use_threads(&pool);
    const Evaluation found = evaluate(network, all_images(data), &pool);
    CHECK(found.loss == expected.loss);
    CHECK(found.correct == expected.correct);
  }
}

TEST_CASE("the error of an accuracy is the binomial's") {
  CHECK(std::fabs(accuracy_error(0.5, 100) - 0.05) < 1e-15);
  CHECK(std::fabs(accuracy_error(0.9, 2000) - 0.00670820393249937) < 1e-15);
  CHECK(accuracy_error(1, 50) == 0);
  CHECK(accuracy_error(0, 50) == 0);
}

TEST_CASE("the logits of an evaluation are those of each image by itself, in the images' order, however batches fall") {
  const Dataset data = noise(45);
  Network network = used_network();
  Tensor alone, together;
  evaluate(network, all_images(data), nullptr, &alone, Mode::eval, 1);
  REQUIRE((alone.rows() == 45 && alone.cols() == C));
  for (const std::size_t batch : {2u, 7u, 44u, 45u, 256u}) {
    evaluate(network, all_images(data), nullptr, &together, Mode::eval, batch);
    CHECK(identical(together, alone));
  }
}

TEST_CASE("an evaluation is finite only if every logit is, whatever the loss") {
  Dataset data = noise(20);
  for (std::uint8_t& label : data.labels) label = static_cast<std::uint8_t>(label % 2);  // no image is of class 2
  for (const real bad : {-std::numeric_limits<real>::infinity(), std::numeric_limits<real>::infinity(),
                         std::numeric_limits<real>::quiet_NaN(), real{-3}}) {
    CAPTURE(bad);
    Network network;
    network.add("fc1", Linear(D, C, Random(1, "fc1"))).bias(2) = bad;
    const Evaluation result = evaluate(network, all_images(data), nullptr);
    CHECK(result.finite == std::isfinite(bad));
    if (bad < 0) CHECK(std::isfinite(result.loss));
  }
}

TEST_CASE("to evaluate a network on no images is an error, not a division by zero") {
  const Dataset data = noise(3);
  Network network = used_network();
  CHECK(contains(error_of([&] { evaluate(network, {.data = &data, .indices = {}}, nullptr); }), "at least one image"));
  CHECK(contains(error_of([&] { evaluate(network, all_images(data), nullptr, nullptr, Mode::eval, 0); }), "found 0"));
}

}  // namespace bnlab::testing::metrics_test
