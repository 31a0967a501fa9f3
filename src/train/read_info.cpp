#include "bnlab/train/read_info.hpp"

#include <algorithm>

#include "bnlab/core/shown.hpp"
#include "bnlab/train/key_reader.hpp"
#include "bnlab/train/metadata.hpp"
#include "bnlab/train/trained_on.hpp"

namespace bnlab {
namespace {

// --- Tensors ---------------------------------------------------------------------------------------------------------

// The shape [out, in] of a Linear's weight.
const std::vector<std::size_t>& weight_shape(const std::string& name, const StoredTensor& w, const std::string& path) {
  if (w.shape.size() != 2 || w.shape[0] == 0 || w.shape[1] == 0) {
    fail("%s: expected '%s' to have a shape [out, in], found %s", path.c_str(), name.c_str(), w.shape_text().c_str());
  }
  if (w.dtype != "F32" && w.dtype != "F64") {
    fail("%s: expected '%s' to be F32 or F64, found %s", path.c_str(), name.c_str(), shown(w.dtype).c_str());
  }
  return w.shape;
}

// The inputs, then the outputs of fc1, fc2, …: the widths of the layers, from the shapes of their weights.
std::vector<std::size_t> read_widths(const TensorFile& file, const std::string& path) {
  std::vector<std::size_t> widths;
  for (std::size_t layer = 1;; ++layer) {
    const auto found = file.tensors.find("fc" + std::to_string(layer) + ".weight");
    if (found == file.tensors.end()) break;
    const auto& [name, w] = *found;
    const std::vector<std::size_t>& shape = weight_shape(name, w, path);
    if (layer == 1) widths.push_back(shape[1]);
    if (shape[1] != widths.back()) {
      fail("%s: expected '%s' to have the shape [out, %zu], as the layer before has %zu outputs, found %s",
           path.c_str(), name.c_str(), widths.back(), widths.back(), w.shape_text().c_str());
    }
    widths.push_back(shape[0]);
  }
  if (widths.empty()) {
    fail("%s: expected a model with tensors fc1.weight, fc1.bias, …; see 'Models' in the README", path.c_str());
  }
  return widths;
}

// Whether a hidden layer has a bias. If only some have, what is missing is found when the tensors are read.
bool has_hidden_bias(const TensorFile& file, std::size_t hidden_layers) {
  for (std::size_t layer = 1; layer <= hidden_layers; ++layer) {
    if (file.tensors.contains("fc" + std::to_string(layer) + ".bias")) return true;
  }
  return hidden_layers == 0;
}

bool has_tensors_of(const TensorFile& file, const std::string& layer) {
  const auto first = file.tensors.lower_bound(layer);
  return first != file.tensors.end() && first->first.starts_with(layer);
}

// What the tensors say of the architecture.
Architecture shapes_of(const TensorFile& file, const std::string& path) {
  const std::vector<std::size_t> widths = read_widths(file, path);
  Architecture a;
  a.inputs = widths.front();
  a.classes = widths.back();
  a.hidden.assign(widths.begin() + 1, widths.end() - 1);
  a.bias = has_hidden_bias(file, a.hidden.size());
  for (const NormKind& kind : norm_kinds()) {
    if (has_tensors_of(file, kind.prefix + std::string("1."))) a.norm = kind.name;
  }
  if (a.hidden.empty() && a.normalised()) {
    fail("%s: expected a hidden layer before the tensors of a normalization, there is none", path.c_str());
  }
  return a;
}

// --- Keys ------------------------------------------------------------------------------------------------------------

// Other programs write here which of them it was: "pt" for PyTorch.
void expect_format(const KeyReader& keys) {
  static constexpr const char* known[] = {kNewModelFormat, kModelFormat, kOldModelFormat, "pt", "tf", "np",
                                          "flax",          "mlx"};
  if (!keys.has("format") || std::find(std::begin(known), std::end(known), keys.text("format")) != std::end(known)) {
    return;
  }
  keys.refuse("format",
              format("'%s', '%s' or '%s', which this bnlab knows", kOldModelFormat, kModelFormat, kNewModelFormat));
}

void expect_mlp(const KeyReader& keys, const std::string& path) {
  if (!keys.has("bnlab_layers")) return;
  fail("%s: its network is no MLP of bnlab's (%s); load it with load_weights into one that is built alike",
       path.c_str(), shown(keys.text("bnlab_layers")).c_str());
}

void read_activation(const KeyReader& keys, const std::string& otherwise, ModelInfo& info) {
  const bool says = keys.has("activation");
  const std::string name = says ? keys.text("activation") : activation_kind(otherwise).name;
  const auto kinds = activation_kinds();
  const auto is_it = [&](const ActivationKind& kind) { return name == kind.name; };
  if (std::none_of(kinds.begin(), kinds.end(), is_it)) keys.refuse("activation", activation_names());
  info.architecture.activation = name;
  info.assumed.activation = !says && !info.architecture.hidden.empty();
}

// bnlab's own files say what is not the usual.
bool is_own(const KeyReader& keys) { return keys.has("format") && keys.text("format").starts_with("bnlab "); }

// By the tensors; but where a file of bnlab's own does not say that there are none, biases are missing.
void read_bias(const KeyReader& keys, Architecture& a) {
  if (is_own(keys) && !keys.has("bias")) a.bias = true;
  keys.expect("bias", a.bias ? "on" : "off");
}

void read_place(const KeyReader& keys, ModelInfo& info) {
  Architecture& a = info.architecture;
  const bool says = keys.has("place");
  if (says && !a.normalised()) keys.refuse("place", "left out, as its tensors have no normalization");
  if (says) a.place = keys.text("place");
  if (a.place != "before" && a.place != "after") keys.refuse("place", "before or after");
  info.assumed.place = a.normalised() && !is_own(keys) && !says;
}

void read_norm_options(const KeyReader& keys, ModelInfo& info) {
  Architecture& a = info.architecture;
  for (const char* key : {"bn_eps", "bn_momentum"}) {
    if (keys.has(key) && !a.normalised()) keys.refuse(key, "left out, as its tensors have no normalization");
  }
  const NormOptions usual;
  a.norm_options.eps = keys.number("bn_eps", usual.eps, "a number > 0", [](double x) { return x > 0; });
  a.norm_options.momentum =
      keys.number("bn_momentum", usual.momentum, "a number in (0, 1]", [](double x) { return x > 0 && x <= 1; });
  info.assumed.eps = a.normalised() && !is_own(keys) && !keys.has("bn_eps");
}

// The key of the means, or of the deviations: `one` for all pixels, or `many`, one for each. Empty: there is neither.
std::string key_of(const KeyReader& keys, const char* one, const char* many) {
  if (keys.has(one) && keys.has(many)) keys.refuse(one, std::string("left out beside ") + many);
  if (keys.has(many)) return many;
  return keys.has(one) ? one : "";
}

bool is_mean(double x) { return x >= 0 && x <= 1; }
bool is_deviation(double x) { return x > 0; }

void read_scale(const KeyReader& keys, const std::string& path, ModelInfo& info) {
  const std::string mean = key_of(keys, "pixel_mean", "pixel_means");
  const std::string deviation = key_of(keys, "pixel_deviation", "pixel_deviations");
  info.assumed.pixels = mean.empty() && deviation.empty();
  if (info.assumed.pixels) return;
  const auto expect = [&](const char* key, const std::string& found, const std::string& other) {
    if (found.empty()) fail("%s: metadata: expected %s beside %s, there is none", path.c_str(), key, other.c_str());
  };
  expect("pixel_mean", mean, deviation);
  expect("pixel_deviation", deviation, mean);
  const std::string for_all = ", the same for all channels";
  const std::size_t inputs = info.architecture.inputs;
  PixelScale& scale = info.scale;
  scale.mean = keys.number("pixel_mean", scale.mean, "a number in [0, 1]" + for_all, is_mean);
  scale.means = keys.numbers("pixel_means", inputs, "numbers in [0, 1]", is_mean);
  scale.deviation = keys.number("pixel_deviation", scale.deviation, "a number > 0" + for_all, is_deviation);
  scale.deviations = keys.numbers("pixel_deviations", inputs, "numbers > 0", is_deviation);
  const char* number = scale.deviations.empty() ? "a number that does" : "numbers that do";
  if (!scale.valid()) keys.refuse(deviation.c_str(), std::string(number) + " not make inputs overflow");
}

}  // namespace

ModelInfo read_info(const TensorFile& file, const std::string& path, const std::string& activation) {
  const KeyReader keys(file.metadata, path);
  expect_format(keys);
  expect_mlp(keys, path);
  ModelInfo info = {.architecture = shapes_of(file, path), .seed = keys.whole_number("seed")};
  for (const auto& [key, text] : metadata_of_shapes(info.architecture)) keys.expect(key.c_str(), text);
  read_bias(keys, info.architecture);
  read_activation(keys, activation, info);
  info.architecture.dropout = keys.number("dropout", 0, "a number in [0, 1)", [](double x) { return x >= 0 && x < 1; });
  read_norm_options(keys, info);
  read_place(keys, info);
  read_scale(keys, path, info);
  read_trained_on(file.metadata, path, info);
  return info;
}

}  // namespace bnlab
