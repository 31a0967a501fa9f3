// The tables of norms and activations: what their lines promise holds for each kind, whichever there are.
#include "bnlab/nn/kinds.hpp"

#include <set>

#include "gradients.hpp"

namespace bnlab::testing::kinds_test {

TEST_CASE("kinds: the backward pass of every norm agrees with finite differences (gradient check)") {
  for (const NormKind& kind : norm_kinds()) {
    if (kind.make(5, {}) != nullptr) check_gradients_of(kind.model);
  }
}

TEST_CASE("kinds: names, prefixes of tensors and names of models are unique, and the first norm is none") {
  std::set<std::string> norms, prefixes, models, activations;
  for (const NormKind& kind : norm_kinds()) {
    CHECK(norms.insert(kind.name).second);
    CHECK(prefixes.insert(kind.prefix).second);
    CHECK(models.insert(kind.model).second);
    CHECK(&norm_kind(kind.name) == &kind);
  }
  for (const ActivationKind& kind : activation_kinds()) {
    CHECK(activations.insert(kind.name).second);
    CHECK(&activation_kind(kind.name) == &kind);
  }
  CHECK(std::string(norm_kinds()[0].name) == "none");
  CHECK(norm_kinds()[0].make(5, {}) == nullptr);
}

TEST_CASE("kinds: a name that there is not is refused with those that there are") {
  const std::string norm = error_of([] { norm_kind("bacth"); });
  const std::string activation = error_of([] { activation_kind("swish"); });
  for (const char* part : {"norm", "none", "batch", "layer", "bacth"}) CHECK(contains(norm, part));
  for (const char* part : {"activation", "relu", "gelu", "tanh", "swish"}) CHECK(contains(activation, part));
}

TEST_CASE("kinds: an activation's gain is that of PyTorch's calculate_gain, and GELU's that of ReLU") {
  const auto gain = [](const char* name) { return activation_kind(name).gain; };
  CHECK(gain("relu") == doctest::Approx(std::sqrt(2.0)).epsilon(1e-15));
  CHECK(gain("leaky-relu") == doctest::Approx(std::sqrt(2 / (1 + 0.01 * 0.01))).epsilon(1e-15));
  CHECK(gain("gelu") == gain("relu"));
  CHECK(gain("sigmoid") == 1);
  CHECK(gain("tanh") == 5.0 / 3);
}

TEST_CASE("kinds: a norm that has eps uses the one that it is given") {
  const Tensor x = random_tensor(6, 5, "x");
  for (const NormKind& kind : norm_kinds()) {
    const std::unique_ptr<Layer> usual = kind.make(5, {}), large = kind.make(5, {.eps = 0.5});
    if (usual == nullptr) continue;
    CAPTURE(kind.name);
    CHECK(relative_error(usual->forward(x, Mode::train), large->forward(x, Mode::train)) > 1e-2);
  }
}

}  // namespace bnlab::testing::kinds_test
