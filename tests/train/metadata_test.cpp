// The metadata of a model means what it says: every key is honoured, or refused where it is out of range or contradicts
// the tensors. What a network's layers say is in its file, whoever saves it.
#include "bnlab/train/metadata.hpp"

#include "bnlab/core/shown.hpp"
#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/dropout.hpp"
#include "bnlab/nn/layernorm.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/nn/relu.hpp"
#include "bnlab/nn/tanh.hpp"
#include "bnlab/train/layers_of.hpp"
#include "bnlab/train/model_file.hpp"
#include "support.hpp"

namespace bnlab::testing::metadata_test {

namespace {

const Architecture kSmall = {.inputs = 6, .hidden = {5, 3}, .classes = 4, .activation = "tanh", .norm = "batch"};

// A model file of that architecture with some keys of the metadata changed; "-" leaves one out.
void write_model(const std::string& path, const Architecture& a, const Metadata& changes) {
  Network network = make_network(a, 1, nullptr);
  save_model(path, network, metadata_of({a, "somewhere", 7}));
  TensorFile file = read_safetensors(path);
  for (const auto& [key, text] : changes) {
    file.metadata[key] = text;
    if (text == "-") file.metadata.erase(key);
  }
  write_safetensors(path, file);
}

// What loading it says; empty: it is loaded.
std::string loading(const std::string& path, const Metadata& changes, const Architecture& a = kSmall) {
  write_model(path, a, changes);
  return error_of([&] { load_model(path, "relu", nullptr); });
}

}  // namespace

TEST_CASE("metadata: a key that contradicts the tensors, is out of range or no value is refused by name and value") {
  const TempFolder folder;
  const std::string path = folder / "model";
  struct {
    const char *key, *text, *expected;
  } const cases[] = {
      {"format", "bnlab 4", "'bnlab 1', 'bnlab 2' or 'bnlab 3'"},
      {"format", "bnlab", "'bnlab 1', 'bnlab 2' or 'bnlab 3'"},
      {"format", "", "'bnlab 1', 'bnlab 2' or 'bnlab 3'"},
      {"format", "bnlab 2 ", "'bnlab 1', 'bnlab 2' or 'bnlab 3'"},
      {"inputs", "7", "'6', as its tensors have it"},
      {"inputs", "6 ", "'6', as its tensors have it"},
      {"inputs", "", "'6', as its tensors have it"},
      {"classes", "10", "'4', as its tensors have it"},
      {"hidden", "5", "'5,3', as its tensors have it"},
      {"hidden", "3,5", "'5,3', as its tensors have it"},
      {"hidden", "6000,6000", "'5,3', as its tensors have it"},
      {"hidden", "", "'5,3', as its tensors have it"},
      {"norm", "none", "'batch', as its tensors have it"},
      {"norm", "layer", "'batch', as its tensors have it"},
      {"activation", "swish", "relu|"},
      {"activation", "", "relu|"},
      {"activation", "Tanh", "relu|"},
      {"dropout", "1", "a number in [0, 1)"},
      {"dropout", "-0.1", "a number in [0, 1)"},
      {"dropout", "nan", "a number in [0, 1)"},
      {"dropout", "0,25", "a number in [0, 1)"},
      {"dropout", "0.25x", "a number in [0, 1)"},
      {"dropout", "", "a number in [0, 1)"},
      {"seed", "-1", "a whole number of 64 bits"},
      {"seed", "1.5", "a whole number of 64 bits"},
      {"seed", "18446744073709551616", "a whole number of 64 bits"},
      {"seed", "", "a whole number of 64 bits"},
      {"bn_eps", "0", "a number > 0"},
      {"bn_eps", "inf", "a number > 0"},
      {"bn_momentum", "1.5", "a number in (0, 1]"},
      {"bn_momentum", "", "a number in (0, 1]"},
      {"pixel_mean", "125.3", "a number in [0, 1], the same for all channels"},
      {"pixel_mean", "-0.5", "a number in [0, 1], the same for all channels"},
      {"pixel_mean", "nan", "a number in [0, 1], the same for all channels"},
      {"pixel_mean", "0.49,0.48,0.45", "a number in [0, 1], the same for all channels"},
      {"pixel_mean", "[0.1307]", "a number in [0, 1], the same for all channels"},
      {"pixel_deviation", "0", "a number > 0, the same for all channels"},
      {"pixel_deviation", "-0.5", "a number > 0, the same for all channels"},
      {"pixel_deviation", "inf", "a number > 0, the same for all channels"},
      {"pixel_deviation", "(0.3081,)", "a number > 0, the same for all channels"},
      {"pixel_deviation", "1e-310", "a number that does not make inputs overflow"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.key);
    CAPTURE(c.text);
    const std::string error = loading(path, {{c.key, c.text}});
    CHECK(contains(error, path + ": metadata: expected " + c.key + " to be "));
    CHECK(contains(error, c.expected));
    CHECK(contains(error, std::string("found '") + c.text + "'"));
  }
  CHECK(contains(loading(path, {{"pixel_mean", "-"}}), "expected pixel_mean beside pixel_deviation, there is none"));
  CHECK(contains(loading(path, {{"pixel_deviation", "-"}}), "expected pixel_deviation beside pixel_mean"));
  Architecture plain = kSmall;
  plain.norm = "none";
  CHECK(contains(loading(path, {{"norm", "batch"}}, plain), "expected norm to be 'none'"));
  CHECK(contains(loading(path, {{"bn_eps", "0.1"}}, plain), "expected bn_eps to be left out"));
  CHECK(contains(loading(path, {{"bn_momentum", "0.1"}}, plain), "expected bn_momentum to be left out"));
}

TEST_CASE("metadata: files of version 1, of PyTorch, with keys of others, and with any of ours left out are read") {
  const TempFolder folder;
  const std::string path = folder / "model";
  for (const char* format : {"bnlab 1", "bnlab 2", "bnlab 3", "pt", "-"})
    CHECK(loading(path, {{"format", format}}) == "");
  for (const char* key : {"inputs", "hidden", "classes", "norm", "activation", "dropout", "dataset", "seed"}) {
    CAPTURE(key);
    CHECK(loading(path, {{key, "-"}}) == "");
  }
  CHECK(loading(path, {{"epochs", "nan"}, {"author", "x\ny"}, {"Hidden", "1"}, {"layer", "1"}}) == "");
}

TEST_CASE("metadata: what is honoured comes back: pixels, dropout, eps, momentum, seed") {
  const TempFolder folder;
  const std::string path = folder / "model";
  write_model(path, kSmall,
              {{"pixel_mean", "0.1307"},
               {"pixel_deviation", "0.3081"},
               {"dropout", "0.125"},
               {"bn_eps", "1e-3"},
               {"bn_momentum", "0.5"},
               {"seed", "18446744073709551615"}});
  const ModelInfo info = load_model(path, "relu", nullptr).info;
  CHECK(info.scale == PixelScale{0.1307, 0.3081});
  CHECK(info.architecture.dropout == 0.125);
  CHECK(info.architecture.norm_options == NormOptions{.eps = 1e-3, .momentum = 0.5});
  CHECK(info.architecture.activation == "tanh");
  CHECK(info.seed == UINT64_MAX);
  const Metadata again = metadata_of(info);
  CHECK(again.at("pixel_mean") == "0.1307");
  CHECK(again.at("pixel_deviation") == "0.3081");
  CHECK(again.at("format") == "bnlab 2");
}

TEST_CASE("metadata: means and deviations of each pixel come back to the last bit, and make a file of version 3") {
  const TempFolder folder;
  const std::string path = folder / "model";
  const PixelScale both = {.means = {0, 1, 0.1, 1.0 / 3, 1e-300, 0.1307},
                           .deviations = {1, 1.0 / 255, 0.1, 1.0 / 3, 1e20, 0.3081}};
  PixelScale means = both, deviations = both;
  means.deviations.clear(), means.deviation = 0.25;
  deviations.means.clear(), deviations.mean = 0.125;
  for (const PixelScale& scale : {both, means, deviations}) {
    Model model = {.info = {.architecture = kSmall, .scale = scale}, .network = make_network(kSmall, 1, nullptr)};
    save_model(path, model);
    const ModelInfo info = load_model(path, "relu", nullptr).info;
    CHECK(info.scale == scale);
    CHECK_FALSE(info.assumed.pixels);
    const Metadata metadata = read_safetensors(path).metadata;
    CHECK(metadata.at("format") == "bnlab 3");
    CHECK(metadata.contains("pixel_mean") == scale.means.empty());
    CHECK(metadata.contains("pixel_means") != scale.means.empty());
    CHECK(metadata.contains("pixel_deviation") == scale.deviations.empty());
    CHECK(metadata.contains("pixel_deviations") != scale.deviations.empty());
  }
}

TEST_CASE("metadata: means and deviations of pixels that are too few, out of range or doubled are refused by number") {
  const TempFolder folder;
  const std::string path = folder / "model";
  struct {
    const char *key, *text, *says;
  } const cases[] = {
      {"pixel_means", "0,0,0,0,0", "to be 6 numbers in [0, 1] with commas between them, found 5"},
      {"pixel_means", "0,0,0,0,0,0,", "found 7"},
      {"pixel_means", "", "found 1"},
      {"pixel_means", "0,0,0,0,,0", "found '' as number 5"},
      {"pixel_means", "0,0,1.5,0,0,0", "found '1.5' as number 3"},
      {"pixel_means", "0,-0.1,0,0,0,0", "found '-0.1' as number 2"},
      {"pixel_means", "nan,0,0,0,0,0", "found 'nan' as number 1"},
      {"pixel_means", "0,0,0, 0,0,0", "found ' 0' as number 4"},
      {"pixel_deviations", "1,1,1,1,1", "to be 6 numbers > 0 with commas between them, found 5"},
      {"pixel_deviations", "1,1,1,1,1,0", "found '0' as number 6"},
      {"pixel_deviations", "1,inf,1,1,1,1", "found 'inf' as number 2"},
      {"pixel_deviations", "1,1,1,1e-310,1,1", "numbers that do not make inputs overflow"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const bool is_mean = c.key == std::string("pixel_means");
    const std::string error = loading(path, {{c.key, c.text}, {is_mean ? "pixel_mean" : "pixel_deviation", "-"}});
    CHECK(contains(error, path + ": metadata: expected " + c.key + " to be "));
    CHECK(contains(error, c.says));
  }
  const std::string means = "0,0,0,0,0,0", deviations = "1,1,1,1,1,1";
  CHECK(loading(path, {{"pixel_mean", "-"}, {"pixel_means", means}}) == "");
  CHECK(contains(loading(path, {{"pixel_means", means}}), "expected pixel_mean to be left out beside pixel_means"));
  CHECK(contains(loading(path, {{"pixel_deviations", deviations}}), "pixel_deviation to be left out beside"));
  CHECK(contains(loading(path, {{"pixel_mean", "-"}, {"pixel_deviation", "-"}, {"pixel_means", means}}),
                 "expected pixel_deviation beside pixel_means, there is none"));
  const std::string many(100'000, ',');
  CHECK(loading(path, {{"pixel_mean", "-"}, {"pixel_means", many}}).size() < 300);
  const std::string long_number = std::string(100'000, '1') + ",0,0,0,0,0";
  CHECK(loading(path, {{"pixel_mean", "-"}, {"pixel_means", long_number}}).size() < 400);
}

TEST_CASE("metadata: place and bias are said where they are not the usual, in files of version 3") {
  Architecture after = kSmall, unbiased = kSmall, plain = kSmall, flat = kSmall;
  after.place = "after";
  unbiased.bias = false;
  plain.norm = "none", plain.place = "after";
  flat.norm = "none", flat.hidden = {}, flat.bias = false;
  for (const Architecture& usual : {kSmall, plain, flat}) {
    const Metadata metadata = metadata_of({usual, "", 1});
    CHECK_FALSE(metadata.contains("place"));
    CHECK_FALSE(metadata.contains("bias"));
    CHECK(metadata.at("format") == "bnlab 2");
  }
  CHECK(metadata_of({after, "", 1}).at("place") == "after");
  CHECK(metadata_of({after, "", 1}).at("format") == "bnlab 3");
  CHECK(metadata_of({unbiased, "", 1}).at("bias") == "off");
  CHECK(metadata_of({unbiased, "", 1}).at("format") == "bnlab 3");
}

TEST_CASE("metadata: a place that is none, or without a norm, and a bias that contradicts the tensors are refused") {
  const TempFolder folder;
  const std::string path = folder / "model";
  Architecture unbiased = kSmall, plain = kSmall;
  unbiased.bias = false;
  plain.norm = "none";
  CHECK(loading(path, {{"place", "before"}, {"bias", "on"}}) == "");
  for (const char* text : {"behind", "", "After"}) {
    const std::string error = loading(path, {{"place", text}});
    CHECK(
        contains(error, path + ": metadata: expected place to be before or after, found '" + std::string(text) + "'"));
  }
  CHECK(contains(loading(path, {{"place", "after"}}, plain), "expected place to be left out"));
  CHECK(contains(loading(path, {{"bias", "off"}}), "expected bias to be 'on', as its tensors have it, found 'off'"));
  CHECK(contains(loading(path, {{"bias", "on"}}, unbiased), "expected bias to be 'off', as its tensors have it"));
}

TEST_CASE(
    "metadata: a state_dict without biases is one; in a file of bnlab's own that does not say so they are missing") {
  const TempFolder folder;
  const std::string path = folder / "model";
  Architecture unbiased = kSmall;
  unbiased.bias = false;
  for (const char* format : {"pt", "-"}) {
    write_model(path, unbiased, {{"format", format}, {"bias", "-"}});
    CHECK(load_model(path, "relu", nullptr).info.architecture == unbiased);
  }
  CHECK(contains(loading(path, {{"format", "bnlab 2"}, {"bias", "-"}}, unbiased), "fc1.bias"));
  // Some have one, some not; or the last one has none.
  for (const char* missing : {"fc1.bias", "fc2.bias", "fc3.bias"}) {
    write_model(path, kSmall, {{"format", "-"}});
    TensorFile file = read_safetensors(path);
    file.tensors.erase(missing);
    write_safetensors(path, file);
    CHECK(contains(error_of([&] { load_model(path, "relu", nullptr); }), missing));
  }
}

TEST_CASE("metadata: what a file does not say is known as assumed") {
  const TempFolder folder;
  const std::string path = folder / "model";
  const auto assumed = [&](const Metadata& changes, const Architecture& a) {
    write_model(path, a, changes);
    const Assumptions made = load_model(path, "relu", nullptr).info.assumed;
    CHECK(made.place == made.eps);  // both are the norm's
    return format("%d%d%d", made.activation, made.eps, made.pixels);
  };
  const Metadata nothing = {{"format", "-"},  {"activation", "-"}, {"dropout", "-"},        {"inputs", "-"},
                            {"hidden", "-"},  {"classes", "-"},    {"norm", "-"},           {"seed", "-"},
                            {"dataset", "-"}, {"pixel_mean", "-"}, {"pixel_deviation", "-"}};
  Architecture plain = kSmall, flat = kSmall;
  plain.norm = "none";
  flat.norm = "none", flat.hidden = {};
  CHECK(assumed({}, kSmall) == "000");
  CHECK(assumed({{"format", "bnlab 1"}}, kSmall) == "000");
  CHECK(assumed({{"activation", "-"}}, kSmall) == "100");
  CHECK(assumed({{"pixel_mean", "-"}, {"pixel_deviation", "-"}}, kSmall) == "001");
  CHECK(assumed(nothing, kSmall) == "111");
  CHECK(assumed(nothing, plain) == "101");
  CHECK(assumed(nothing, flat) == "001");
}

TEST_CASE("metadata: a network that is saved without any says what its layers are, and is loaded as the same network") {
  const TempFolder folder;
  for (const ActivationKind& activation : activation_kinds()) {
    for (const NormKind& norm : norm_kinds()) {
      for (const int variant : {0, 1, 2, 3, 4, 5, 6, 7}) {
        Architecture a = kSmall;
        a.activation = activation.name;
        a.norm = norm.name;
        a.dropout = (variant & 1) != 0 ? 1.0 / 3 : 0;
        a.bias = (variant & 2) == 0;
        if (a.normalised() && (variant & 4) != 0) a.place = "after";
        if (a.normalised()) a.norm_options.eps = 1.0 / 7;
        if (norm.name == std::string("batch")) a.norm_options.momentum = 0.3;
        CAPTURE(a.describe());
        Network network = make_network(a, 3, nullptr);
        CHECK(architecture_of(network) == a);
        save_model(folder / "model", network);
        Model model = load_model(folder / "model", "relu", nullptr);
        CHECK(model.info.architecture == a);
        CHECK_FALSE(model.info.assumed.activation);
        CHECK_FALSE(model.info.assumed.eps);
        const Tensor x = random_tensor(4, 6, "x");
        CHECK(identical(model.network.forward(x, Mode::eval), network.forward(x, Mode::eval)));
      }
    }
  }
  Network flat = make_network({.inputs = 6, .hidden = {}, .classes = 4}, 3, nullptr);
  save_model(folder / "model", flat);
  CHECK(load_model(folder / "model", "relu", nullptr).info.architecture == architecture_of(flat));
}

namespace {

Linear linear(std::size_t in, std::size_t out) { return Linear(in, out, Random(1, "fc")); }

// Networks that make_network does not make; each is filled by what it is given.
std::vector<std::pair<std::string, Network>> other_networks() {
  std::vector<std::pair<std::string, Network>> all;
  const auto add = [&](const std::string& what, const std::function<void(Network&)>& build) {
    Network network;
    build(network);
    all.push_back({what, std::move(network)});
  };
  add("two activations", [](Network& n) {
    n.add("fc1", linear(6, 5)), n.add("act1", Tanh()), n.add("fc2", linear(5, 5)), n.add("act2", ReLU());
    n.add("fc3", linear(5, 4));
  });
  add("no activation", [](Network& n) { n.add("fc1", linear(6, 5)), n.add("fc2", linear(5, 4)); });
  add("an activation at the end", [](Network& n) { n.add("fc1", linear(6, 4)), n.add("act1", Tanh()); });
  add("a norm at the end", [](Network& n) { n.add("fc1", linear(6, 4)), n.add("bn1", BatchNorm(4)); });
  add("a norm before the activation, and one after", [](Network& n) {
    n.add("fc1", linear(6, 5)), n.add("bn1", BatchNorm(5)), n.add("act1", Tanh()), n.add("fc2", linear(5, 5));
    n.add("act2", Tanh()), n.add("bn2", BatchNorm(5)), n.add("fc3", linear(5, 4));
  });
  add("two norms", [](Network& n) {
    n.add("fc1", linear(6, 5)), n.add("bn1", BatchNorm(5)), n.add("act1", Tanh()), n.add("bn1b", BatchNorm(5));
    n.add("fc2", linear(5, 4));
  });
  add("a norm after the dropout", [](Network& n) {
    n.add("fc1", linear(6, 5)), n.add("act1", Tanh()), n.add("drop1", Dropout(0.5, Random(1, "d")));
    n.add("bn1", BatchNorm(5)), n.add("fc2", linear(5, 4));
  });
  add("a bias in one hidden layer of two", [](Network& n) {
    n.add("fc1", linear(6, 5)), n.add("act1", Tanh()), n.add("fc2", Linear(5, 5, Random(1, "fc"), false));
    n.add("act2", Tanh()), n.add("fc3", linear(5, 4));
  });
  add("no bias in the last layer", [](Network& n) {
    n.add("fc1", linear(6, 5)), n.add("act1", Tanh()), n.add("fc2", Linear(5, 4, Random(1, "fc"), false));
  });
  add("dropout before the activation", [](Network& n) {
    n.add("fc1", linear(6, 5)), n.add("drop1", Dropout(0.5, Random(1, "d"))), n.add("act1", Tanh());
    n.add("fc2", linear(5, 4));
  });
  add("a norm in one layer of two", [](Network& n) {
    n.add("fc1", linear(6, 5)), n.add("bn1", BatchNorm(5)), n.add("act1", Tanh()), n.add("fc2", linear(5, 5));
    n.add("act2", Tanh()), n.add("fc3", linear(5, 4));
  });
  add("two values of eps", [](Network& n) {
    n.add("fc1", linear(6, 5)), n.add("bn1", BatchNorm(5, {.eps = 0.1})), n.add("act1", Tanh());
    n.add("fc2", linear(5, 5)), n.add("bn2", BatchNorm(5)), n.add("act2", Tanh()), n.add("fc3", linear(5, 4));
  });
  add("a cumulative average", [](Network& n) {
    n.add("fc1", linear(6, 5)), n.add("bn1", BatchNorm(5, {.momentum = std::nullopt})), n.add("act1", Tanh());
    n.add("fc2", linear(5, 4));
  });
  add("no scale and shift", [](Network& n) {
    n.add("fc1", linear(6, 5)), n.add("bn1", BatchNorm(5, {.affine = false})), n.add("act1", Tanh());
    n.add("fc2", linear(5, 4));
  });
  add("names of its own",
      [](Network& n) { n.add("first", linear(6, 5)), n.add("act1", Tanh()), n.add("second", linear(5, 4)); });
  add("a layer normalization by another's name", [](Network& n) {
    n.add("fc1", linear(6, 5)), n.add("bn1", LayerNorm(5)), n.add("act1", Tanh()), n.add("fc2", linear(5, 4));
  });
  return all;
}

}  // namespace

TEST_CASE("metadata: a network of another form is saved, its weights come back, and no other network is made of it") {
  const TempFolder folder;
  for (auto& [what, network] : other_networks()) {
    const std::string of = what;
    CAPTURE(of);
    CHECK_FALSE(architecture_of(network).has_value());
    save_model(folder / "model", network);
    const std::string error = error_of([&] { load_model(folder / "model", "tanh", nullptr); });
    CHECK(contains(error, "its network is no MLP of bnlab's (" + shown(describe_layers(network)) + ")"));
    CHECK(contains(error, "load_weights"));
    Network again = network;
    for (const Parameter& p : again.parameters()) (*p.value)(0, 0) = 9;
    load_weights(folder / "model", again);
    const Tensor x = random_tensor(4, 6, "x");
    CHECK(identical(again.forward(x, Mode::eval), network.forward(x, Mode::eval)));
  }
}

TEST_CASE("metadata: a caller's metadata that contradicts the layers is not saved") {
  const TempFolder folder;
  Network network = make_network(kSmall, 1, nullptr);
  const auto saving = [&](const Metadata& metadata) {
    return error_of([&] { save_model(folder / "model", network, metadata); });
  };
  CHECK(saving({{"activation", "tanh"}, {"author", "me"}, {"dataset", "mine"}}).empty());
  CHECK(contains(saving({{"activation", "relu"}}), "not saved: expected the metadata's activation to be 'tanh'"));
  CHECK(contains(saving({{"hidden", "5"}}), "hidden to be '5,3'"));
  CHECK(contains(saving({{"dropout", "0.5"}}), "dropout to be '0'"));
  CHECK(contains(saving({{"bn_eps", "0.5"}}), "bn_eps to be the usual"));
  CHECK(contains(saving({{"place", "after"}}), "place to be the usual"));
  CHECK(contains(saving({{"bias", "off"}}), "bias to be the usual"));
  CHECK(read_safetensors(folder / "model").metadata.at("author") == "me");
}

}  // namespace bnlab::testing::metadata_test
