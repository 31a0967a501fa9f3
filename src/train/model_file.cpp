#include "bnlab/train/model_file.hpp"

#include <set>

#include "bnlab/train/checksum.hpp"
#include "bnlab/train/read_info.hpp"
#include "bnlab/train/state_file.hpp"

namespace bnlab {
namespace {

void expect_no_others(const TensorFile& file, const std::string& path, const std::vector<Buffer>& state) {
  std::set<std::string> known;
  for (const Buffer& b : state) known.insert(b.name);
  for (const auto& [name, tensor] : file.tensors) {
    const bool is_training_state = name.starts_with("optimizer.") || name.starts_with("training.");  // in a checkpoint
    if (known.contains(name) || is_training_state) continue;
    fail("%s: unexpected tensor '%s'; the network has none of that name", path.c_str(), shown(name).c_str());
  }
}

void fill_network(const TensorFile& file, const std::string& path, Network& network) {
  const std::vector<Buffer> state = state_dict(network);
  check(file, path, "", state, Match::converted);
  expect_no_others(file, path, state);
  restore(file, path, "", state, Match::converted);
}

// A checkpoint's checksum is that of all its tensors.
TensorFile read_model_file(const std::string& path) {
  TensorFile file = read_safetensors(path);
  expect_checksum(file, path);
  return file;
}

void write_model_file(const std::string& path, Network& network, const Metadata& metadata) {
  expect_agreement(metadata, network, path);
  TensorFile file = {.tensors = {}, .metadata = metadata};
  store(file, path, "", state_dict(network));
  write_safetensors(path, file);
}

}  // namespace

void save_model(const std::string& path, Network& network, const Metadata& metadata) {
  Metadata all = metadata;
  all.merge(metadata_of(network));
  write_model_file(path, network, all);
}

void save_model(const std::string& path, Model& model) {
  Metadata metadata = metadata_of(model.info);
  // Of a network that the info cannot describe, such as one whose norms have no γ and β.
  const Metadata of_layers = metadata_of(model.network);
  if (of_layers.contains("bnlab_layers")) metadata["bnlab_layers"] = of_layers.at("bnlab_layers");
  write_model_file(path, model.network, metadata);
}

Model load_model(const std::string& path, const std::string& activation, ThreadPool* threads) {
  const TensorFile file = read_model_file(path);
  const ModelInfo info = read_info(file, path, activation);
  Model model = {.info = info, .network = make_network(info.architecture, 0, threads)};
  fill_network(file, path, model.network);
  return model;
}

void load_weights(const std::string& path, Network& network) { fill_network(read_model_file(path), path, network); }

}  // namespace bnlab
