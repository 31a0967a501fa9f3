// Numbers that are not finite, and variances and counters below 0, are neither loaded nor saved, whatever tensor they
// are in; the message names tensor and entry, and nothing has been changed.
#include <limits>
#include <map>

#include "bnlab/nn/linear.hpp"
#include "bnlab/train/fold.hpp"
#include "bnlab/train/layers_of.hpp"
#include "bnlab/train/model_file.hpp"
#include "bnlab/train/overflow.hpp"
#include "bnlab/train/state_file.hpp"
#include "support.hpp"

namespace bnlab::testing::numbers_test {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

const Architecture kSmall = {.inputs = 6, .hidden = {5, 3}, .classes = 4, .activation = "tanh", .norm = "batch"};

// The file's tensor in numbers of 64 bits, entry n replaced.
void put(TensorFile& file, const std::string& name, std::size_t n, double x) {
  StoredTensor& t = file.tensors.at(name);
  std::vector<double> numbers;
  if (t.dtype == "F32") {
    for (const float value : numbers_of<float>(t)) numbers.push_back(static_cast<double>(value));
  } else {
    numbers = numbers_of<double>(t);
  }
  numbers.at(n) = x;
  t = stored_numbers("F64", t.shape, numbers);
}

void put_float(TensorFile& file, const std::string& name, std::size_t n, float x) {
  StoredTensor& t = file.tensors.at(name);
  std::vector<float> numbers(t.bytes.size() / (t.dtype == "F32" ? 4 : 8));
  numbers.at(n) = x;
  t = stored_numbers("F32", t.shape, numbers);
}

std::vector<Tensor> values(Network& network) {
  std::vector<Tensor> all;
  for (const Buffer& b : state_dict(network)) {
    Tensor count({1});
    if (b.values == nullptr) count(0) = static_cast<real>(*b.count);
    all.push_back(b.values == nullptr ? count : *b.values);
  }
  return all;
}

bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), identical);
}

}  // namespace

TEST_CASE("numbers: NaN and infinity in any tensor are refused on loading, with tensor and entry; nothing is changed") {
  const TempFolder folder;
  Network network = make_network(kSmall, 1, nullptr);
  Network other = make_network(kSmall, 2, nullptr);
  const std::vector<Tensor> before = values(other);
  save_model(folder / "good", network);
  const TensorFile good = read_safetensors(folder / "good");
  for (const auto& [key, tensor] : good.tensors) {
    if (tensor.dtype == "I64") continue;
    const std::string name = key;
    const std::size_t count = tensor.bytes.size() / sizeof(real);
    for (const std::size_t n : {std::size_t{0}, count - 1}) {
      const std::size_t columns = tensor.shape.back();
      const std::string where =
          tensor.shape.size() == 1 ? format("[%zu]", n) : format("[%zu, %zu]", n / columns, n % columns);
      for (const double bad : {std::nan(""), kInfinity, -kInfinity}) {
        CAPTURE(name);
        CAPTURE(bad);
        for (const bool in_float : {false, true}) {
          TensorFile file = good;
          if (in_float) {
            put_float(file, name, n, static_cast<float>(bad));
          } else {
            put(file, name, n, bad);
          }
          write_safetensors(folder / "bad", file);
          const std::string error = error_of([&] { load_model(folder / "bad", "relu", nullptr); });
          CHECK(contains(error, folder / "bad"));
          CHECK(contains(error, "expected finite numbers in '" + name + "', found "));
          CHECK(contains(error, " at " + where));
          CHECK(error_of([&] { load_weights(folder / "bad", other); }) == error);
        }
      }
    }
  }
  CHECK(same(values(other), before));
}

TEST_CASE("numbers: a double that is too large for float is refused there, and one that is large enough is not") {
  const TempFolder folder;
  Network network = make_network(kSmall, 1, nullptr);
  save_model(folder / "model", network);
  TensorFile file = read_safetensors(folder / "model");
  put(file, "fc1.weight", 7, -1e300);
  write_safetensors(folder / "model", file);
  const std::string error = error_of([&] { load_model(folder / "model", "tanh", nullptr); });
  if (kDouble) {
    CHECK(error.empty());
  } else {
    CHECK(contains(error, "in 'fc1.weight', found -1e+300 at [1, 1], too large for float"));
  }
  put(file, "fc1.weight", 7, 3.4e38);
  write_safetensors(folder / "model", file);
  CHECK(error_of([&] { load_model(folder / "model", "tanh", nullptr); }).empty());
}

TEST_CASE("numbers: the limit of a variance is 0, not a small number; a mean may be negative") {
  const TempFolder folder;
  Network network = make_network(kSmall, 1, nullptr);
  save_model(folder / "good", network);
  const TensorFile good = read_safetensors(folder / "good");
  for (const double variance : {0.0, 5e-324, 1e-45, 1e-300, 1e-10, 1e30}) {
    TensorFile file = good;
    put(file, "bn2.running_var", 1, variance);
    put(file, "bn2.running_mean", 1, -3);
    write_safetensors(folder / "model", file);
    Model model = load_model(folder / "model", "tanh", nullptr);
    CHECK(is_finite(model.network.forward(random_tensor(4, 6, "x"), Mode::eval)));
  }
  for (const double variance : {-5e-324, -1e-45, -1e-10, -0.5, -1e30}) {
    TensorFile file = good;
    put(file, "bn2.running_var", 1, variance);
    write_safetensors(folder / "model", file);
    const std::string error = error_of([&] { load_model(folder / "model", "tanh", nullptr); });
    CHECK(contains(error, "expected numbers >= 0 in 'bn2.running_var', found -"));
    CHECK(contains(error, " at [1]"));
  }
}

TEST_CASE("numbers: a counter is from 0 to 2^53") {
  const TempFolder folder;
  Network network = make_network(kSmall, 1, nullptr);
  save_model(folder / "good", network);
  TensorFile file = read_safetensors(folder / "good");
  for (const std::int64_t count : {std::int64_t{0}, std::int64_t{1}, kMostCount}) {
    file.tensors["bn1.num_batches_tracked"] = stored_numbers("I64", {}, std::vector{count});
    write_safetensors(folder / "model", file);
    Model model = load_model(folder / "model", "tanh", nullptr);
    CHECK(*model.network.buffers()[2].count == count);
  }
  for (const std::int64_t count : {std::int64_t{-1}, kMostCount + 1, INT64_MAX, INT64_MIN}) {
    file.tensors["bn1.num_batches_tracked"] = stored_numbers("I64", {}, std::vector{count});
    write_safetensors(folder / "model", file);
    CHECK(contains(
        error_of([&] { load_model(folder / "model", "tanh", nullptr); }),
        "expected a count from 0 to 9007199254740992 in 'bn1.num_batches_tracked', found " + std::to_string(count)));
  }
}

TEST_CASE("numbers: what could not be loaded is not saved, and what was there before stays") {
  const TempFolder folder;
  write_text(folder / "model", "before");
  const Network good = make_network(kSmall, 1, nullptr);
  struct {
    const char* tensor;
    real value;
    const char* says;
  } const cases[] = {
      {"fc1.weight", std::numeric_limits<real>::quiet_NaN(), "expected finite numbers in 'fc1.weight'"},
      {"fc3.bias", std::numeric_limits<real>::infinity(), "expected finite numbers in 'fc3.bias', found inf at [0]"},
      {"bn1.weight", -std::numeric_limits<real>::infinity(), "expected finite numbers in 'bn1.weight'"},
      {"bn2.running_mean", std::numeric_limits<real>::quiet_NaN(), "expected finite numbers in 'bn2.running_mean'"},
      {"bn2.running_var", -1, "expected numbers >= 0 in 'bn2.running_var', found -1 at [0]"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.tensor);
    Network network = good;
    for (const Buffer& b : state_dict(network)) {
      if (b.name == c.tensor) (*b.values)(0, 0) = c.value;
    }
    const std::string error = error_of([&] { save_model(folder / "model", network); });
    CHECK(contains(error, std::string(folder / "model") + ": not saved: " + c.says));
  }
  CHECK(read_text(folder / "model") == "before");

  Network twice;
  twice.add("fc1", Linear(3, 3, Random(1, "a")));
  twice.add("fc1", Linear(3, 3, Random(1, "b")));
  CHECK(contains(error_of([&] { save_model(folder / "model", twice); }), "two tensors are named 'fc1.weight'"));
  CHECK(read_text(folder / "model") == "before");
}

TEST_CASE("numbers: finite weights that overflow are an error that names the layer, in evaluation and in folding") {
  const Architecture a = {.inputs = 4, .hidden = {5}, .classes = 3, .norm = "batch"};
  const double huge = kDouble ? 1e308 : 3e38;
  Dataset data;
  data.height = data.width = 2;
  data.pixels = {255, 255, 255, 255, 255, 0, 0, 9};
  data.labels = {1, 2};
  // What evaluating says of a network some of whose tensors have one value everywhere.
  const auto layer_of = [&](const std::map<std::string, double>& values) {
    Network network = make_network(a, 1, nullptr);
    for (const Buffer& b : state_dict(network)) {
      if (!values.contains(b.name)) continue;
      for (std::size_t k = 0; k < b.values->size(); ++k) {
        (*b.values)(k / b.values->cols(), k % b.values->cols()) = static_cast<real>(values.at(b.name));
      }
    }
    const std::string error = error_of([&] { evaluate_finite("model", network, all_images(data), nullptr); });
    CHECK(evaluate(network, all_images(data), nullptr).finite == error.empty());
    return error;
  };
  CHECK(layer_of({{"fc2.bias", 0.5}}).empty());
  CHECK(contains(layer_of({{"fc1.weight", huge}}), "model: its numbers overflow in 'fc1'"));
  CHECK(contains(layer_of({{"bn1.weight", huge}, {"bn1.running_var", 0}}), "overflow in 'bn1'"));
  CHECK(contains(layer_of({{"fc2.weight", huge}, {"bn1.bias", 9}}), "overflow in 'fc2'"));
  // Minus infinity: the loss alone may be finite.
  CHECK(contains(layer_of({{"fc2.weight", -huge}, {"bn1.bias", 9}}), "overflow in 'fc2'"));
  // Logits that are finite, with a difference that is not.
  const std::string loss = [&] {
    Network network = make_network(a, 1, nullptr);
    for (const Buffer& b : state_dict(network)) {
      if (b.name == "fc2.bias") (*b.values)(0) = static_cast<real>(huge), (*b.values)(1) = static_cast<real>(-huge);
    }
    return error_of([&] { evaluate_finite("model", network, all_images(data), nullptr); });
  }();
  CHECK(contains(loss, "overflow in 'the loss'"));

  Network network = make_network(a, 1, nullptr);
  for (const Buffer& b : state_dict(network)) {
    if (b.name == "bn1.weight") b.values->fill(static_cast<real>(huge));
    if (b.name == "bn1.running_var") b.values->fill(0);
  }
  const Model model = {.info = {.architecture = a}, .network = network};
  CHECK(contains(error_of([&] { fold_batch_norm(model, nullptr); }), "'bn1' folded into 'fc1' overflows"));
}

}  // namespace bnlab::testing::numbers_test
