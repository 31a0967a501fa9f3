// What the commands make of a model's file: assumptions are printed as that, contradictions and numbers that are none
// are errors, pixels are scaled as the file says.
#include <sys/resource.h>

#include <functional>

#include "bnlab/train/checkpoint.hpp"
#include "bnlab/train/checksum.hpp"
#include "bnlab/train/model_file.hpp"
#include "bnlab/train/state_file.hpp"
#include "program.hpp"
#include "sealed.hpp"

namespace bnlab::testing::model_info_test {

namespace {

const Architecture kSmall = {.hidden = {8}, .activation = "tanh", .norm = "batch"};

// Each command on that model.
std::vector<Words> commands_on(const std::string& model, const std::string& out) {
  return {{"eval", model},
          {"eval", model, "--statistics", "batch", "--batch", "64"},
          {"eval", model, "--statistics", "population"},
          {"predict", model, "3"},
          {"fold", model, "--save", out},
          {"train", "--init", model, "--limit", "200", "--epochs", "1", "--save", out}};
}

// A model file whose content `change` has changed.
void write_model(const std::string& path, const std::function<void(TensorFile&)>& change) {
  Network network = make_network(kSmall, 1, nullptr);
  save_model(path, network, metadata_of({kSmall, "", 1}));
  TensorFile file = read_safetensors(path);
  change(file);
  write_safetensors(path, file);
}

// All numbers of a tensor, in a type that every build reads.
void fill(TensorFile& file, const std::string& name, double x) {
  StoredTensor& t = file.tensors.at(name);
  const std::size_t count = t.bytes.size() / sizeof(real);
  t = stored_numbers("F64", t.shape, std::vector<double>(count, x));
}

bool has_number_that_is_none(const std::string& text) {
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const std::size_t equals = word.find('=');
    const std::string value = equals == std::string::npos ? word : word.substr(equals + 1);
    if (value.starts_with("nan") || value.starts_with("-nan") || value == "inf" || value == "-inf") return true;
  }
  return false;
}

// Ends with status 1 and one line that has both parts; prints no NaN.
void expect_refused(const Words& words, const std::string& path, const std::string& part) {
  const Outcome outcome = bnlab_program(words);
  CAPTURE(words[0]);
  CAPTURE(outcome.err);
  CHECK(outcome.status == 1);
  CHECK(one_line(outcome.err));
  CHECK(contains(outcome.err, path));
  CHECK(contains(outcome.err, part));
  CHECK_FALSE(has_number_that_is_none(outcome.out));
  for (const std::string& line : outcome.results()) CHECK(contains(line, "diverged_at_step"));
}

}  // namespace

TEST_CASE("model files: what one does not say is printed as assumed, and nothing is where it says all") {
  const TempFolder folder;
  const std::string says = folder / "says", silent = folder / "silent", partly = folder / "partly";
  write_model(says, [](TensorFile&) {});
  write_model(silent, [](TensorFile& f) { f.metadata.clear(); });
  write_model(partly, [](TensorFile& f) { f.metadata.erase("activation"); });
  for (const Words& words : commands_on(says, folder / "out")) {
    const Outcome outcome = bnlab_program(words);
    CHECK(outcome.status == 0);
    CHECK_FALSE(contains(outcome.out, "assumed"));
  }
  for (const Words& words : commands_on(silent, folder / "out")) {
    CHECK(contains(bnlab_program(words).out,
                   "assumed   activation relu (--activation says otherwise), eps 1e-5, normalization before the "
                   "activation, inputs "
                   "(pixel / 255 - 0.5) / 0.5: the file does not say"));
    CHECK(contains(bnlab_program(with(words, {"--activation", "tanh"})).out,
                   "assumed   activation tanh (as --activation says), eps 1e-5"));
  }
  for (const Words& words : commands_on(partly, folder / "out")) {
    CHECK(contains(bnlab_program(words).out, "assumed   activation relu (--activation says otherwise): the file"));
  }
  CHECK(bnlab_program({"eval", silent, "--quiet"}).results().size() == 1);
  CHECK_FALSE(contains(bnlab_program({"eval", silent, "--quiet"}).out, "assumed"));
}

TEST_CASE("fold: what its model does not say, the folded one does not say either, unless --activation said it") {
  const TempFolder folder;
  const std::string silent = folder / "silent", folded = folder / "folded";
  write_model(silent, [](TensorFile& f) { f.metadata.clear(); });
  REQUIRE(bnlab_program({"fold", silent, "--save", folded}).status == 0);
  CHECK(
      contains(bnlab_program({"eval", folded}).out, "assumed   activation relu (--activation says otherwise), inputs"));
  CHECK(bnlab_program({"eval", folded, "--activation", "tanh"}).status == 0);
  REQUIRE(bnlab_program({"fold", silent, "--save", folded, "--activation", "tanh"}).status == 0);
  CHECK(contains(bnlab_program({"eval", folded}).out, "assumed   inputs"));
  CHECK(bnlab_program({"eval", folded}).results() == bnlab_program({"eval", folded, "--activation", "tanh"}).results());
}

TEST_CASE("model files: an --activation that contradicts the file's own is an error; the same one is not") {
  const TempFolder folder;
  const std::string model = folder / "model";
  write_model(model, [](TensorFile&) {});
  for (const Words& words : commands_on(model, folder / "out")) {
    expect_refused(with(words, {"--activation", "relu"}), model,
                   "says that the activation is tanh, --activation says relu");
    CHECK(bnlab_program(with(words, {"--activation", "tanh"})).status == 0);
  }
}

TEST_CASE(
    "model files: NaN, negative variances and weights that overflow end every command with status 1 and no result") {
  const TempFolder folder;
  const std::string model = folder / "model", out = folder / "out";
  struct {
    const char* tensor;
    double value;
    const char* says;
  } const cases[] = {
      {"fc1.weight", std::nan(""), "expected finite numbers in 'fc1.weight', found nan at [0, 0]"},
      {"fc2.bias", HUGE_VAL, "expected finite numbers in 'fc2.bias', found inf at [0]"},
      {"bn1.running_var", -1e-12, "expected numbers >= 0 in 'bn1.running_var', found -1e-12 at [0]"},
      {"bn1.running_var", std::nan(""), "expected finite numbers in 'bn1.running_var'"},
  };
  for (const auto& c : cases) {
    write_model(model, [&](TensorFile& f) { fill(f, c.tensor, c.value); });
    for (const Words& words : commands_on(model, out)) expect_refused(words, model, c.says);
  }

  const double huge = kDouble ? 1.7e308 : 3e38;
  const auto overflowing = [huge](TensorFile& f) {
    f.metadata["activation"] = "relu";
    fill(f, "fc2.weight", -huge);
    fill(f, "bn1.bias", 1000);
  };
  write_model(model, overflowing);
  for (const Words& words : commands_on(model, out)) {
    if (words[0] != "train") expect_refused(words, model, "overflow in 'fc2'");
  }
  CHECK_FALSE(std::filesystem::exists(out));
}

TEST_CASE("train --init: weights that overflow before any update are not blamed on the learning rate") {
  const TempFolder folder;
  const std::string model = folder / "model";
  const double huge = kDouble ? 1.7e308 : 3e38;
  write_model(model, [&](TensorFile& f) {
    f.metadata["activation"] = "relu";
    fill(f, "fc2.weight", huge);
    fill(f, "bn1.bias", 1000);
  });
  const Outcome outcome = bnlab_program({"train", "--init", model, "--limit", "200", "--save", folder / "out"});
  CHECK(outcome.status == 1);
  CHECK(one_line(outcome.err));
  CHECK(contains(outcome.err,
                 "at step 1, before any update: the network overflows with the weights that it starts from"));
  CHECK_FALSE(contains(outcome.err, "--lr"));
  CHECK_FALSE(std::filesystem::exists(folder / "out"));
  // Divergence is.
  const Outcome diverged = bnlab_program(
      {"train", "--limit", "200", "--optimizer", "sgd", "--lr", kDouble ? "1e300" : "1e30", "--hidden", "8"});
  CHECK(diverged.status == 1);
  CHECK(contains(diverged.err, "try --lr"));
}

TEST_CASE("train: divergence in the last of all updates is divergence, without validation, too") {
  const TempFolder folder;
  for (const char* stop : {"", "1"}) {
    Words words = {"train",
                   "--limit",
                   "64",
                   "--validation",
                   "0",
                   "--epochs",
                   "1",
                   "--hidden",
                   "8",
                   "--optimizer",
                   "sgd",
                   "--lr",
                   kDouble ? "1e308" : "1e38",
                   "--weight-decay",
                   "1e300",
                   "--save",
                   folder / "model",
                   "--checkpoint",
                   folder / "checkpoint"};
    if (*stop != '\0') words = with(words, {"--max-steps", stop, "--epochs", "2"});
    const Outcome outcome = bnlab_program(words);
    CAPTURE(outcome.err);
    CHECK(outcome.status == 1);
    REQUIRE(outcome.results().size() == 1);
    CHECK(field(outcome.results()[0], "diverged_at_step") == "1");
    CHECK_FALSE(has_number_that_is_none(outcome.out));
    CHECK_FALSE(std::filesystem::exists(folder / "model"));
    CHECK_FALSE(std::filesystem::exists(folder / "checkpoint"));
  }
}

TEST_CASE("fold: logits that are all 0 differ by 0, and that is no NaN") {
  const TempFolder folder;
  write_model(folder / "model", [](TensorFile& f) {
    fill(f, "fc2.weight", 0);
    fill(f, "fc2.bias", 0);
  });
  const Outcome outcome = bnlab_program({"fold", folder / "model", "--save", folder / "out"});
  CHECK(outcome.status == 0);
  CHECK(contains(outcome.out, "differ by 0.0e+00"));
}

TEST_CASE("pixels: a model for inputs of another mean and deviation is evaluated with these, and keeps them") {
  const TempFolder folder;
  const std::string data = "data/fashion-mnist-sample";
  const std::string usual = folder / "usual", other = folder / "other";
  REQUIRE(bnlab_program({"train", "--quiet", "--data", data, "--hidden", "16", "--norm", "batch", "--limit", "3000",
                         "--epochs", "4", "--save", usual})
              .status == 0);
  // With z = (p - 0.1307) / 0.3081, the usual inputs (p - 0.5) / 0.5 are a z + b.
  const double a = 0.3081 / 0.5, b = (0.1307 - 0.5) / 0.5;
  TensorFile file = read_safetensors(usual);
  std::vector<double> weights, biases;
  for (const real w : numbers_of<real>(file.tensors["fc1.weight"])) weights.push_back(static_cast<double>(w));
  for (const real w : numbers_of<real>(file.tensors["fc1.bias"])) biases.push_back(static_cast<double>(w));
  for (std::size_t i = 0; i < weights.size(); ++i) {
    biases[i / 784] += weights[i] * b;
    weights[i] *= a;
  }
  file.tensors["fc1.weight"] = stored_numbers("F64", {16, 784}, weights);
  file.tensors["fc1.bias"] = stored_numbers("F64", {16}, biases);
  file.metadata["pixel_mean"] = "0.1307";
  file.metadata["pixel_deviation"] = "0.3081";
  write_safetensors(other, file);

  const auto accuracy = [&](const std::string& model) {
    const Outcome outcome = bnlab_program({"eval", model, "--data", data});
    REQUIRE(outcome.results().size() == 1);
    return std::stod(field(outcome.results()[0], "test_accuracy"));
  };
  const double expected = accuracy(usual);
  CHECK(expected > 0.7);
  CHECK(std::abs(accuracy(other) - expected) < 0.0011);  // rounding may decide an image or two
  CHECK(contains(bnlab_program({"eval", other, "--data", data}).out, "inputs    (pixel / 255 - 0.1307) / 0.3081"));
  file.metadata.erase("pixel_mean");
  file.metadata.erase("pixel_deviation");
  write_safetensors(folder / "silent", file);
  CHECK(accuracy(folder / "silent") < expected - 0.02);  // what the file that says nothing comes to

  const auto probability = [&](const std::string& model) {
    const Outcome outcome = bnlab_program({"predict", model, "7", "--quiet", "--data", data});
    REQUIRE(outcome.results().size() == 1);
    return std::stod(field(outcome.results()[0], "probability"));
  };
  CHECK(std::abs(probability(other) - probability(usual)) < 1e-4);

  const auto keeps = [](const std::string& path) {
    const Metadata metadata = read_safetensors(path).metadata;
    CHECK(metadata.at("pixel_mean") == "0.1307");
    CHECK(metadata.at("pixel_deviation") == "0.3081");
  };
  REQUIRE(bnlab_program({"fold", other, "--save", folder / "folded"}).status == 0);
  keeps(folder / "folded");
  CHECK(std::abs(accuracy(folder / "folded") - expected) < 0.0011);

  const Words train = {"train", "--quiet", "--data", data, "--limit", "300", "--checkpoint", folder / "checkpoint",
                       "--save"};
  REQUIRE(bnlab_program(with(train, {folder / "whole", "--init", other, "--epochs", "2"})).status == 0);
  REQUIRE(bnlab_program(with(train, {folder / "half", "--init", other, "--epochs", "1"})).status == 0);
  keeps(folder / "half");
  keeps(folder / "checkpoint");
  REQUIRE(bnlab_program({"train", "--quiet", "--data", data, "--resume", folder / "checkpoint", "--epochs", "2",
                         "--save", folder / "resumed"})
              .status == 0);
  CHECK(read_text(folder / "resumed") == read_text(folder / "whole"));
  CHECK(accuracy(folder / "whole") > 0.65);
}

TEST_CASE(
    "checkpoints: settings, metadata and tensors that contradict each other are refused before anything is made") {
  const TempFolder folder;
  const std::string good_path = folder / "good", bad_path = folder / "bad";
  REQUIRE(bnlab_program({"train", "--quiet", "--hidden", "4", "--limit", "200", "--epochs", "2", "--max-steps", "4",
                         "--checkpoint", good_path})
              .status == 0);
  const TensorFile good = read_safetensors(good_path);
  const auto refused = [&](const std::function<void(TensorFile&)>& spoil, const std::string& says) {
    TensorFile bad = good;
    spoil(bad);
    write_checkpoint(bad_path, bad);
    expect_refused({"train", "--resume", bad_path}, bad_path, says);
  };
  refused([](TensorFile& f) { f.metadata["settings.hidden"] = "5"; },
          "expected the network of its settings, 784-5-10 relu, found tensors and metadata of 784-4-10 relu");
  refused([](TensorFile& f) { f.metadata["settings.hidden"] = "none"; }, "784-10 relu, found");
  refused([](TensorFile& f) { f.metadata["settings.norm"] = "batch"; }, "with batch normalization, found");
  refused([](TensorFile& f) { f.metadata["settings.activation"] = "tanh"; }, "784-4-10 tanh, found");
  refused([](TensorFile& f) { f.metadata["settings.dropout"] = "0.5"; }, "relu dropout 0.5, found");
  refused([](TensorFile& f) { f.metadata["activation"] = "tanh"; }, "metadata of 784-4-10 tanh");
  refused([](TensorFile& f) { f.metadata["hidden"] = "5"; }, "expected hidden to be '4'");
  refused([](TensorFile& f) { f.metadata["seed"] = "2"; }, "the seed of its settings, 1, found 2");
  refused([](TensorFile& f) { f.metadata["format"] = "bnlab 9"; }, "expected format to be");
  refused([](TensorFile& f) { f.metadata["pixel_deviation"] = "0"; }, "expected pixel_deviation to be");
  refused([](TensorFile& f) { f.tensors.erase("optimizer.step"); }, "'optimizer.step', there is none");
  refused([](TensorFile& f) { f.tensors["optimizer.step"] = stored_numbers("I64", {}, std::vector<std::int64_t>{0}); },
          "as many steps of the optimizer as of training, 4, found 0");
  refused([](TensorFile& f) { f.tensors["extra"] = f.tensors["fc1.bias"]; }, "unexpected tensor 'extra'");
  refused(
      [](TensorFile& f) {
        std::vector<double> numbers = numbers_of<double>(f.tensors["training.progress"]);
        numbers[0] = 5.5;
        f.tensors["training.progress"] = stored_numbers("F64", {numbers.size()}, numbers);
      },
      "a whole number of steps in 'training.progress' at [0], found 5.5");
  CHECK(bnlab_program({"train", "--quiet", "--resume", good_path}).status == 0);
}

TEST_CASE("checkpoints and models: a small file that claims a large network is refused within a few megabytes") {
  if (kSanitized) return;
  const TempFolder folder;
  std::filesystem::create_directory(folder / "tiny");
  for (const char* part : {"train", "t10k"}) {
    write_text(folder / "tiny/" + part + "-images-idx3-ubyte",
               std::string("\0\0\x08\x03\0\0\0\4\0\0\0\2\0\0\0\2", 16) + "0123456789abcdef");
    write_text(folder / "tiny/" + part + "-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\4\0\1\2\3", 12));
  }
  const std::string checkpoint = folder / "checkpoint", bad = folder / "bad";
  REQUIRE(bnlab_program({"train", "--quiet", "--data", folder / "tiny", "--validation", "0", "--hidden", "4,4",
                         "--batch", "2", "--max-steps", "2", "--checkpoint", checkpoint})
              .status == 0);
  const TensorFile good = read_safetensors(checkpoint);
  Circumstances circumstances;
  circumstances.in_child = [] {
    const rlimit limit = {24 << 20, 24 << 20};
    ::setrlimit(RLIMIT_DATA, &limit);
  };
  const auto refused = [&](const TensorFile& file, const Words& words, const char* says) {
    write_checkpoint(bad, file);
    CHECK(std::filesystem::file_size(bad) < 8192);
    const Outcome outcome = run_program(program(), words, ".", circumstances);
    CAPTURE(outcome.err);
    CHECK(outcome.status == 1);
    CHECK(contains(outcome.err, says));
  };
  const Words resume = {"train", "--data", folder / "tiny", "--threads", "1", "--resume", bad};
  const Words eval = {"eval", bad, "--data", folder / "tiny", "--threads", "1"};
  {
    write_checkpoint(bad, good);  // the limit is enough for what is right
    CHECK(run_program(program(), with(resume, {"--max-steps", "3"}), ".", circumstances).status == 0);
  }
  TensorFile file = good;
  file.metadata["settings.hidden"] = "6000,6000";
  refused(file, resume,
          "expected the network of its settings, 4-6000-6000-4 relu, found tensors and metadata of 4-4-4-4");
  file.metadata["hidden"] = "6000,6000";
  refused(file, resume, "expected hidden to be '4,4'");
  refused(file, eval, "expected hidden to be '4,4'");
  file = good;
  file.metadata["hidden"] = "65536,65536,65536";
  refused(file, eval, "expected hidden to be '4,4'");
}

}  // namespace bnlab::testing::model_info_test
