// The contract of layer.hpp, which every kind of layer keeps.
#include "bnlab/nn/layer.hpp"

#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/dropout.hpp"
#include "bnlab/nn/kinds.hpp"
#include "bnlab/nn/linear.hpp"
#include "support.hpp"

namespace bnlab::testing::layer_test {

namespace {

constexpr std::size_t D = 5;

struct Kind {
  std::string name;
  std::unique_ptr<Layer> layer;
};

// One of each, with as many inputs as outputs, every parameter away from 0 and 1, gamma of both signs.
std::vector<Kind> all_kinds(std::size_t width = D) {
  std::vector<Kind> all;
  all.push_back({"linear", std::make_unique<Linear>(width, width, Random(1, "linear"))});
  all.push_back({"dropout", std::make_unique<Dropout>(0.4, Random(1, "dropout"))});
  for (const ActivationKind& kind : activation_kinds()) all.push_back({kind.name, kind.make()});
  for (const NormKind& kind : norm_kinds()) {
    if (std::unique_ptr<Layer> layer = kind.make(width, {})) all.push_back({kind.name, std::move(layer)});
  }
  for (Kind& kind : all) {
    for (const Parameter& p : kind.layer->parameters()) {
      if (p.value->rank() != 1) continue;
      *p.value = random_vector(width, kind.name + p.name, 0.5, 1.5);
      for (std::size_t d = 0; d < width; d += 2) (*p.value)(d) = -(*p.value)(d);
    }
  }
  return all;
}

// All that is saved of a layer.
std::vector<Tensor> saved(Layer& layer) {
  std::vector<Tensor> all;
  for (const Parameter& p : layer.parameters()) all.push_back(*p.value);
  for (const Buffer& b : layer.buffers()) {
    Tensor count({1});
    if (b.values == nullptr) count(0) = static_cast<real>(*b.count);
    all.push_back(b.values != nullptr ? *b.values : count);
  }
  return all;
}

std::vector<Tensor> gradients(Layer& layer) {
  std::vector<Tensor> all;
  for (const Parameter& p : layer.parameters()) all.push_back(*p.grad);
  return all;
}

bool all_identical(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  bool same = a.size() == b.size();
  for (std::size_t i = 0; same && i < a.size(); ++i) same = identical(a[i], b[i]);
  return same;
}

}  // namespace

TEST_CASE("layers: backward needs a forward pass before it, in the same mode, and a gradient of the output's shape") {
  for (const Kind& kind : all_kinds()) {
    CAPTURE(kind.name);
    Layer& layer = *kind.layer;
    const Tensor x = random_tensor(4, D, "x"), dy = random_tensor(4, D, "dy");
    for (const Mode mode : {Mode::train, Mode::eval}) {
      CHECK(contains(error_of([&] { layer.clone()->backward(dy, mode); }), "backward needs a forward pass before it"));
    }
    layer.forward(x, Mode::train);
    CHECK(contains(error_of([&] { layer.backward(dy, Mode::eval); }), "backward in evaluation mode"));
    const std::string message = error_of([&] { layer.backward(random_tensor(5, D, "dy"), Mode::train); });
    CHECK(contains(message, "[4, 5]"));
    CHECK(contains(message, "[5, 5]"));
    layer.forward(x, Mode::eval);
    CHECK(contains(error_of([&] { layer.backward(dy, Mode::train); }), "it was in evaluation mode"));
    CHECK(error_of([&] { layer.backward(dy, Mode::eval); }).empty());
  }
}

TEST_CASE("layers: after an evaluation, backward in training mode is an error, never the gradient of another pass") {
  for (const Kind& kind : all_kinds()) {
    for (const std::size_t N : {4u, 2u, 9u}) {  // the same number of examples as in training, too
      CAPTURE(kind.name);
      CAPTURE(N);
      const std::unique_ptr<Layer> layer = kind.layer->clone(), undisturbed = kind.layer->clone();
      const Tensor x = random_tensor(4, D, "x"), other = random_tensor(N, D, "other"), dy = random_tensor(4, D, "dy");
      undisturbed->forward(x, Mode::train);
      const Tensor y = undisturbed->forward(x, Mode::train), dx = undisturbed->backward(dy, Mode::train);

      layer->forward(x, Mode::train);
      layer->forward(other, Mode::eval);
      CHECK(contains(error_of([&] { layer->backward(dy, Mode::train); }), "backward in training mode needs"));
      CHECK(identical(layer->forward(x, Mode::train), y));
      CHECK(identical(layer->backward(dy, Mode::train), dx));
      CHECK(all_identical(gradients(*layer), gradients(*undisturbed)));
      CHECK(all_identical(saved(*layer), saved(*undisturbed)));
    }
  }
}

namespace {

struct Pass {
  const Tensor& x;
  Mode mode;
};

// All that a forward and a backward pass leave.
struct Outcome {
  Tensor y, dx;
  std::vector<Tensor> gradients;
};

Outcome outcome_of(Layer& layer, const Pass& pass, const Tensor& dy) {
  Outcome outcome;
  outcome.y = layer.forward(pass.x, pass.mode);
  outcome.dx = layer.backward(dy, pass.mode);
  outcome.gradients = gradients(layer);
  return outcome;
}

// A layer that has had no pass, with all that is saved of one that has, and its random numbers. (A copy of that one
// would have its caches, too.)
std::unique_ptr<Layer> without_history(const Layer& unused, Layer& used) {
  std::unique_ptr<Layer> fresh = unused.clone();
  const std::vector<Buffer> from = used.buffers(), to = fresh->buffers();
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i].values != nullptr) *to[i].values = *from[i].values;
    if (from[i].count != nullptr) *to[i].count = *from[i].count;
  }
  if (used.random_numbers() != nullptr) *fresh->random_numbers() = *used.random_numbers();
  return fresh;
}

bool same_outcome(const Outcome& a, const Outcome& b) {
  return identical(a.y, b.y) && identical(a.dx, b.dx) && all_identical(a.gradients, b.gradients);
}

}  // namespace

TEST_CASE("layers: backward belongs to the last forward pass: what passes there were before makes no difference") {
  const Tensor a = random_tensor(4, D, "a"), b = random_tensor(4, D, "b"), few = random_tensor(2, D, "few");
  const Tensor dy = random_tensor(4, D, "dy"), few_dy = random_tensor(2, D, "few dy");
  const Pass passes[] = {{a, Mode::train}, {b, Mode::train},  {a, Mode::eval},
                         {b, Mode::eval},  {few, Mode::eval}, {few, Mode::train}};
  const auto dy_for = [&](const Pass& pass) -> const Tensor& { return pass.x.rows() == 4 ? dy : few_dy; };
  for (const Kind& kind : all_kinds()) {
    CAPTURE(kind.name);
    for (const Pass& first : passes) {
      for (const Pass& second : passes) {
        for (const Pass& last : passes) {
          for (const bool backward_between : {false, true}) {
            const std::unique_ptr<Layer> layer = kind.layer->clone();
            for (const Pass* pass : {&first, &second}) {
              layer->forward(pass->x, pass->mode);
              if (backward_between) layer->backward(dy_for(*pass), pass->mode);
            }
            const std::unique_ptr<Layer> fresh = without_history(*kind.layer, *layer);
            CHECK(same_outcome(outcome_of(*layer, last, dy_for(last)), outcome_of(*fresh, last, dy_for(last))));
          }
        }
      }
    }
  }
}

TEST_CASE("layers: a layer that may skip dx computes its parameters' gradients all the same") {
  for (const Kind& kind : all_kinds()) {
    CAPTURE(kind.name);
    for (const Mode mode : {Mode::train, Mode::eval}) {
      for (const std::size_t N : {2u, 4u, 70u}) {
        const std::unique_ptr<Layer> layer = kind.layer->clone(), first = kind.layer->clone();
        first->skip_input_gradient(true);
        const Tensor x = random_tensor(N, D, "x"), dy = random_tensor(N, D, "dy");
        CHECK(identical(layer->forward(x, mode), first->forward(x, mode)));
        layer->backward(dy, mode);
        first->backward(dy, mode);
        CHECK(all_identical(gradients(*layer), gradients(*first)));
      }
    }
  }
}

TEST_CASE("layers: any number of threads computes the same bits, where they divide columns, rows or entries") {
  for (const auto& [N, width] : {std::pair<std::size_t, std::size_t>{300, 201}, {33, 1030}, {1030, 35}}) {
    const Tensor x = random_tensor(N, width, "x", -3, 3), dy = random_tensor(N, width, "dy");
    for (const Kind& kind : all_kinds(width)) {
      CAPTURE(kind.name);
      for (const Mode mode : {Mode::train, Mode::eval}) {
        const std::unique_ptr<Layer> alone = kind.layer->clone();
        const Outcome expected = outcome_of(*alone, {x, mode}, dy);
        for (const std::size_t threads : {2u, 3u, 5u}) {
          ThreadPool pool(threads);
          const std::unique_ptr<Layer> layer = kind.layer->clone();
          layer->use_threads(&pool);
          CHECK(same_outcome(outcome_of(*layer, {x, mode}, dy), expected));
          CHECK(all_identical(saved(*layer), saved(*alone)));
        }
      }
    }
  }
}

TEST_CASE("layers: a forward pass in evaluation mode changes nothing that is saved, nor does backward after it") {
  for (const Kind& kind : all_kinds()) {
    CAPTURE(kind.name);
    Layer& layer = *kind.layer;
    const Tensor x = random_tensor(4, D, "x", 3, 5);
    layer.forward(x, Mode::train);
    const std::vector<Tensor> before = saved(layer);
    const Tensor y = layer.forward(x, Mode::eval);
    CHECK(identical(layer.forward(x, Mode::eval), y));
    layer.backward(x, Mode::eval);
    CHECK(all_identical(saved(layer), before));
  }
}

TEST_CASE("layers: backward overwrites gradients, twice gives the same, and neither pass changes what it is given") {
  for (const Kind& kind : all_kinds()) {
    for (const Mode mode : {Mode::train, Mode::eval}) {
      CAPTURE(kind.name);
      Layer& layer = *kind.layer;
      const Tensor x = random_tensor(4, D, "x"), dy = random_tensor(4, D, "dy"), other = random_tensor(4, D, "other");
      const Tensor same_x = x, same_dy = dy;
      layer.forward(x, mode);
      const Tensor dx = layer.backward(dy, mode);
      const std::vector<Tensor> first = gradients(layer);
      layer.backward(other, mode);
      CHECK(identical(layer.backward(dy, mode), dx));
      CHECK(all_identical(gradients(layer), first));
      CHECK(identical(x, same_x));
      CHECK(identical(dy, same_dy));
    }
  }
}

TEST_CASE("layers: a copy computes the same and is independent, and has no forward pass to go back through") {
  for (const Kind& kind : all_kinds()) {
    CAPTURE(kind.name);
    Layer& layer = *kind.layer;
    const Tensor x = random_tensor(4, D, "x"), dy = random_tensor(4, D, "dy");
    layer.forward(x, Mode::train);
    const std::unique_ptr<Layer> copy = layer.clone();
    CHECK(contains(error_of([&] { copy->backward(dy, Mode::train); }), "forward pass before it"));
    const Tensor y = copy->forward(x, Mode::train), dx = copy->backward(dy, Mode::train);
    CHECK(identical(layer.forward(x, Mode::train), y));
    CHECK(identical(layer.backward(dy, Mode::train), dx));
    CHECK(all_identical(saved(layer), saved(*copy)));
  }
}

TEST_CASE("layers: an input of the wrong width is refused, and the pass before it stays the last one") {
  for (const Kind& kind : all_kinds()) {
    if (kind.layer->parameters().empty()) continue;  // works with any width
    CAPTURE(kind.name);
    Layer& layer = *kind.layer;
    const Tensor x = random_tensor(4, D, "x"), dy = random_tensor(4, D, "dy");
    layer.forward(x, Mode::train);
    const Tensor dx = layer.backward(dy, Mode::train);
    CHECK(contains(error_of([&] { layer.forward(random_tensor(4, D + 1, "x"), Mode::train); }), "[N, 5]"));
    CHECK(contains(error_of([&] { layer.forward(Tensor({D}), Mode::eval); }), "[N, 5]"));
    CHECK(contains(error_of([&] { layer.forward(Tensor({0, D}), Mode::train); }), "N >= 1"));
    CHECK(identical(layer.backward(dy, Mode::train), dx));
  }
}

TEST_CASE("layers: one of no features, or with an eps that makes no variance, is not made") {
  const Random random(1, "none");
  CHECK(contains(error_of([&] { Linear(0, 3, random); }), "Linear: expected at least 1 feature, got 0"));
  CHECK(contains(error_of([&] { Linear(3, 0, random); }), "Linear: expected at least 1 feature, got 0"));
  CHECK(contains(error_of([] { BatchNorm(0); }), "BatchNorm: expected at least 1 feature, got 0"));
  for (const NormKind& kind : norm_kinds()) {
    if (kind.make(D, {}) == nullptr) continue;
    CAPTURE(kind.name);
    CHECK(contains(error_of([&] { kind.make(0, {}); }), "expected at least 1 feature, got 0"));
    for (const double eps : {-1e-5, -1.0, std::nan(""), HUGE_VAL}) {
      CHECK(contains(error_of([&] { kind.make(D, {.eps = eps}); }), "expected a finite eps >= 0"));
    }
    CHECK(error_of([&] { kind.make(D, {.eps = 0}); }).empty());
  }
}

TEST_CASE("layers: a layer's own output or gradient is no input for it, and its own dx no gradient; others' are") {
  for (const Kind& kind : all_kinds()) {
    CAPTURE(kind.name);
    Layer& layer = *kind.layer;
    const Tensor x = random_tensor(4, D, "x"), dy = random_tensor(4, D, "dy");
    for (const Mode mode : {Mode::train, Mode::eval}) {
      const Tensor& y = layer.forward(x, mode);
      const Tensor before = y;
      CHECK(contains(error_of([&] { layer.forward(y, mode); }), "expected an input of its own"));
      CHECK(identical(y, before));
      const Tensor& dx = layer.backward(dy, mode);
      const Tensor gradient = dx;
      CHECK(contains(error_of([&] { layer.backward(dx, mode); }), "expected a gradient of its own"));
      CHECK(contains(error_of([&] { layer.forward(dx, mode); }), "expected an input of its own"));
      CHECK(identical(dx, gradient));
      CHECK(error_of([&] { layer.clone()->forward(y, mode); }).empty());
    }
  }
}

}  // namespace bnlab::testing::layer_test
