#include "bnlab/train/model_file.hpp"

#include <cstdlib>
#include <limits>
#include <set>

#include "bnlab/data/batch.hpp"
#include "bnlab/train/state_file.hpp"
#include "bnlab/train/trained_on.hpp"

namespace bnlab {
namespace {

void fill_network(const TensorFile& file, const std::string& path, Network& network) {
  const std::vector<Buffer> state = state_dict(network);
  restore(file, path, "", state);
  std::set<std::string> known;
  for (const Buffer& b : state) known.insert(b.name);
  for (const auto& [name, tensor] : file.tensors) {
    const bool is_training_state = name.starts_with("optimizer.") || name.starts_with("training.");  // in a checkpoint
    if (known.contains(name) || is_training_state) continue;
    fail("%s: unexpected tensor '%s'; the network has none of that name", path.c_str(), name.c_str());
  }
}

// The number under that key of the metadata, or `standard` where the key is missing. Error: not a number in
// (0, most].
double read_positive(const TensorFile& file, const std::string& path, const char* key, double standard, double most) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end()) return standard;
  char* end = nullptr;
  const double value = std::strtod(found->second.c_str(), &end);
  if (end == found->second.c_str() || *end != '\0' || !(value > 0 && value <= most)) {
    fail("%s: expected a %s in (0, %g], found '%s'", path.c_str(), key, most, found->second.c_str());
  }
  return value;
}

// The inputs, then the outputs of fc1, fc2, …: the widths of the layers, from the shapes of their weights.
std::vector<std::size_t> read_widths(const TensorFile& file, const std::string& path) {
  std::vector<std::size_t> widths;
  for (std::size_t layer = 1;; ++layer) {
    const auto found = file.tensors.find("fc" + std::to_string(layer) + ".weight");
    if (found == file.tensors.end()) break;
    const auto& [name, w] = *found;
    if (w.shape.size() != 2 || w.shape[0] == 0 || w.shape[1] == 0) {
      fail("%s: expected '%s' to have a shape [out, in], found %s", path.c_str(), name.c_str(), w.shape_text().c_str());
    }
    if (layer == 1) widths.push_back(w.shape[1]);
    if (w.shape[1] != widths.back()) {
      fail("%s: expected '%s' to have the shape [out, %zu], as the layer before has %zu outputs, found %s",
           path.c_str(), name.c_str(), widths.back(), widths.back(), w.shape_text().c_str());
    }
    widths.push_back(w.shape[0]);
  }
  if (widths.empty()) {
    fail("%s: expected a model with tensors fc1.weight, fc1.bias, …; see 'Models' in the README", path.c_str());
  }
  return widths;
}

// Layer widths and the norm are inferred from names and shapes; activation and dropout by the file's metadata.
Architecture read_architecture(const TensorFile& file, const std::string& path, const std::string& activation) {
  const std::vector<std::size_t> widths = read_widths(file, path);
  Architecture a;
  a.inputs = widths.front();
  a.classes = widths.back();
  a.hidden.assign(widths.begin() + 1, widths.end() - 1);
  for (const NormKind& kind : norm_kinds()) {
    if (*kind.prefix != '\0' && file.tensors.contains(kind.prefix + std::string("1.weight"))) a.norm = kind.name;
  }
  a.activation = file.metadata_or("activation", activation);
  try {
    activation_kind(a.activation);
  } catch (const Error& error) {
    fail("%s: %s", path.c_str(), error.what());
  }
  const std::string dropout = file.metadata_or("dropout", "0");
  a.dropout = std::strtod(dropout.c_str(), nullptr);
  if (!(a.dropout >= 0 && a.dropout < 1)) {
    fail("%s: expected a dropout in [0, 1), found '%s'", path.c_str(), dropout.c_str());
  }
  const NormOptions defaults;
  a.norm_options.eps = read_positive(file, path, "bn_eps", defaults.eps, std::numeric_limits<double>::max());
  a.norm_options.momentum = read_positive(file, path, "bn_momentum", defaults.momentum, 1);
  return a;
}

}  // namespace

Metadata metadata_of(const ModelInfo& info) {
  const Architecture& a = info.architecture;
  Metadata metadata = {{"format", "bnlab 2"},
                       {"inputs", std::to_string(a.inputs)},
                       {"hidden", joined(a.hidden, ",")},
                       {"classes", std::to_string(a.classes)},
                       {"activation", a.activation},
                       {"norm", a.norm},
                       {"dropout", format("%.17g", a.dropout)},
                       {"dataset", info.dataset},
                       {"pixel_mean", format("%g", kPixelMean)},
                       {"pixel_deviation", format("%g", kPixelDeviation)},
                       {"seed", std::to_string(info.seed)}};
  metadata.merge(trained_on_metadata(info.trained_on));
  const NormOptions defaults;
  const NormOptions& options = a.norm_options;
  if (a.normalised() && options.eps != defaults.eps) metadata["bn_eps"] = format("%.17g", options.eps);
  if (a.normalised() && options.momentum != defaults.momentum) {
    metadata["bn_momentum"] = format("%.17g", options.momentum);
  }
  return metadata;
}

void save_model(const std::string& path, Network& network, const Metadata& metadata) {
  TensorFile file = {.tensors = {}, .metadata = metadata};
  store(file, "", state_dict(network));
  write_safetensors(path, file);
}

Model load_model(const std::string& path, const std::string& activation, ThreadPool* threads) {
  const TensorFile file = read_safetensors(path);
  ModelInfo info = {.architecture = read_architecture(file, path, activation),
                    .dataset = "",
                    .seed = std::strtoull(file.metadata_or("seed", "0").c_str(), nullptr, 10)};
  read_trained_on(file.metadata, path, info);
  Model model = {.info = info, .network = make_network(info.architecture, 0, threads)};
  fill_network(file, path, model.network);
  return model;
}

void load_weights(const std::string& path, Network& network) { fill_network(read_safetensors(path), path, network); }

}  // namespace bnlab
