// The options of normalization in model files: eps and momentum are written where they are not the usual ones, come
// back to the last bit, and are checked like everything that comes from a file.
#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/train/fold.hpp"
#include "bnlab/train/layers_of.hpp"
#include "bnlab/train/model_file.hpp"
#include "support.hpp"

namespace bnlab::testing::norm_options_test {

namespace {

Architecture small(const NormOptions& options, const std::string& norm = "batch") {
  return {.inputs = 6, .hidden = {5}, .classes = 4, .activation = "tanh", .norm = norm, .norm_options = options};
}

void save(const std::string& path, const Architecture& a, const Metadata& more = {}) {
  Network network = make_network(a, 1, nullptr);
  Metadata metadata = metadata_of({a, "", 1});
  save_model(path, network, metadata);
  TensorFile file = read_safetensors(path);
  for (const auto& [key, text] : more) file.metadata[key] = text;
  write_safetensors(path, file);
}

}  // namespace

TEST_CASE("eps and momentum come back to the last bit, in the architecture and in the layer") {
  TempFolder folder;
  const Architecture a = small({.eps = 1.0 / 3, .momentum = 0.7});
  save(folder / "model", a);
  Model model = load_model(folder / "model", "relu", nullptr);
  CHECK(model.info.architecture == a);
  const auto* layer = dynamic_cast<const BatchNorm*>(model.network.layers()[1].layer.get());
  REQUIRE(layer != nullptr);
  CHECK(layer->options().eps == 1.0 / 3);
  CHECK(layer->options().momentum == 0.7);
}

TEST_CASE("the usual eps and momentum leave no trace in a file or a description, nor do those of no normalization") {
  for (const Architecture& a : {small({}), small({.eps = 0.1, .momentum = 1}, "none")}) {
    const Metadata metadata = metadata_of({a, "", 1});
    CHECK_FALSE(metadata.contains("bn_eps"));
    CHECK_FALSE(metadata.contains("bn_momentum"));
    CHECK_FALSE(contains(a.describe(), "eps"));
    CHECK_FALSE(contains(a.describe(), "momentum"));
  }
  CHECK(contains(small({.eps = 0.001, .momentum = 0.25}).describe(), "eps 0.001, momentum 0.25"));
  CHECK(metadata_of({small({.momentum = 0.25}), "", 1}).at("bn_momentum") == "0.25");
}

TEST_CASE("a file's eps or momentum that is out of range, or no number, is an error that names file and key") {
  TempFolder folder;
  for (const auto& [name, texts] : {std::pair{"bn_eps", std::vector<std::string>{"0", "-1", "nan", "inf", "", "1x"}},
                                    {"bn_momentum", {"0", "1.5", "-0.1", "nan", "", "0.1 "}}}) {
    const std::string key = name;
    for (const std::string& text : texts) {
      CAPTURE(key);
      CAPTURE(text);
      save(folder / "model", small({}), {{key, text}});
      const std::string error = error_of([&] { load_model(folder / "model", "relu", nullptr); });
      CHECK(contains(error, folder / "model"));
      CHECK(contains(error, "metadata: expected " + key + " to be a number"));
      CHECK(contains(error, "found '" + text + "'"));
    }
  }
}

TEST_CASE("without scale and shift there are statistics and no parameters, and the network is saved as no MLP") {
  TempFolder folder;
  const Architecture a = small({.affine = false});
  CHECK(contains(a.describe(), "with batch normalization without scale and shift"));
  CHECK(a != small({}));
  CHECK(a.parameter_count() == small({}, "none").parameter_count());
  Model model = {.info = {.architecture = a}, .network = make_network(a, 1, nullptr)};
  CHECK(model.network.parameters().size() == 4);
  CHECK(model.network.buffers().size() == 3);
  // As with γ = 1 and β = 0.
  Network affine = make_network(small({}), 1, nullptr);
  const Tensor x = random_tensor(9, 6, "x");
  CHECK(identical(model.network.forward(x, Mode::train), affine.forward(x, Mode::train)));
  CHECK_FALSE(architecture_of(model.network).has_value());
  save_model(folder / "model", model);
  CHECK(contains(error_of([&] { load_model(folder / "model", "relu", nullptr); }), "its network is no MLP"));
  Network again = make_network(a, 2, nullptr);
  load_weights(folder / "model", again);
  CHECK(identical(again.forward(x, Mode::eval), model.network.forward(x, Mode::eval)));
}

TEST_CASE("folding honours a file's eps") {
  TempFolder folder;
  save(folder / "model", small({.eps = 0.5}));
  Model model = load_model(folder / "model", "relu", nullptr);
  Model plain = fold_batch_norm(model, nullptr);
  const Tensor x = random_tensor(9, 6, "x");
  CHECK(relative_error(plain.network.forward(x, Mode::eval), model.network.forward(x, Mode::eval)) < 1e-5);
  CHECK_FALSE(metadata_of(plain.info).contains("bn_eps"));
}

}  // namespace bnlab::testing::norm_options_test
