#include "bnlab/train/model_file.hpp"

#include <algorithm>
#include <cstdlib>

#include "bnlab/data/batch.hpp"
#include "bnlab/train/state.hpp"

namespace bnlab {
namespace {

// What a checkpoint holds beside the network.
bool is_of_training(const std::string& name) { return name.starts_with("optimizer.") || name.starts_with("training."); }

void fill_network(const TensorFile& file, const std::string& path, Network& network) {
  const std::vector<Buffer> state = state_dict(network);
  restore(file, path, "", state);
  for (const auto& [name, tensor] : file.tensors) {
    const bool known =
        std::any_of(state.begin(), state.end(), [&, n = &name](const Buffer& b) { return b.name == *n; });
    if (known || is_of_training(name)) continue;
    fail("%s: has a tensor '%s' that the network has no place for", path.c_str(), name.c_str());
  }
}

// What the metadata says under that key, or `otherwise`.
std::string said(const TensorFile& file, const char* key, const std::string& otherwise) {
  const auto found = file.metadata.find(key);
  return found == file.metadata.end() ? otherwise : found->second;
}

// The architecture that names and shapes give away: fc1, fc2, … and whether there is a bn1.
Architecture read_architecture(const TensorFile& file, const std::string& path, const std::string& activation) {
  Architecture a;
  a.hidden.clear();
  a.batch_norm = file.tensors.contains("bn1.weight");
  std::size_t layers = 0;
  for (;; ++layers) {
    const auto weight = file.tensors.find("fc" + std::to_string(layers + 1) + ".weight");
    if (weight == file.tensors.end()) break;
    const auto& [name, w] = *weight;
    if (w.shape.size() != 2 || w.shape[0] == 0 || w.shape[1] == 0) {
      fail("%s: expected '%s' to have a shape [out, in], found %s", path.c_str(), name.c_str(), w.shape_text().c_str());
    }
    if (layers == 0) {
      a.inputs = w.shape[1];
    } else if (w.shape[1] != a.classes) {
      fail("%s: expected '%s' to have the shape [out, %zu], as the layer before has %zu outputs, found %s",
           path.c_str(), name.c_str(), a.classes, a.classes, w.shape_text().c_str());
    } else {
      a.hidden.push_back(a.classes);
    }
    a.classes = w.shape[0];
  }
  if (layers == 0) {
    fail("%s: expected a model with tensors fc1.weight, fc1.bias, …; see 'Models' in the README", path.c_str());
  }
  a.activation = said(file, "activation", activation);
  if (a.activation != "relu" && a.activation != "sigmoid" && a.activation != "tanh") {
    fail("%s: expected the activation relu, sigmoid or tanh, found '%s'", path.c_str(), a.activation.c_str());
  }
  const std::string dropout = said(file, "dropout", "0");
  a.dropout = std::strtod(dropout.c_str(), nullptr);
  if (!(a.dropout >= 0 && a.dropout < 1)) {
    fail("%s: expected a dropout in [0, 1), found '%s'", path.c_str(), dropout.c_str());
  }
  return a;
}

}  // namespace

Metadata metadata_of(const ModelInfo& info) {
  const Architecture& a = info.architecture;
  std::string hidden;
  for (const std::size_t width : a.hidden) hidden += (hidden.empty() ? "" : ",") + std::to_string(width);
  return {{"format", "bnlab 1"},
          {"inputs", std::to_string(a.inputs)},
          {"hidden", hidden},
          {"classes", std::to_string(a.classes)},
          {"activation", a.activation},
          {"norm", a.batch_norm ? "batch" : "none"},
          {"dropout", format("%.17g", a.dropout)},
          {"dataset", info.dataset},
          {"pixel_mean", format("%g", kPixelMean)},
          {"pixel_deviation", format("%g", kPixelDeviation)},
          {"seed", std::to_string(info.seed)}};
}

void save_model(const std::string& path, Network& network, const Metadata& metadata) {
  TensorFile file;
  file.metadata = metadata;
  store(file, "", state_dict(network));
  write_safetensors(path, file);
}

Model load_model(const std::string& path, const std::string& activation, ThreadPool* threads) {
  const TensorFile file = read_safetensors(path);
  const ModelInfo info{read_architecture(file, path, activation), said(file, "dataset", ""),
                       std::strtoull(said(file, "seed", "0").c_str(), nullptr, 10)};
  Model model{info, make_network(info.architecture, 0, threads)};
  fill_network(file, path, model.network);
  return model;
}

void load_weights(const std::string& path, Network& network) { fill_network(read_safetensors(path), path, network); }

}  // namespace bnlab
