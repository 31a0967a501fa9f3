#include "bnlab/train/model_file.hpp"

#include <cstdlib>
#include <cstring>

#include "bnlab/data/batch.hpp"

namespace bnlab {
namespace {

constexpr const char* kRealType = sizeof(real) == 4 ? "F32" : "F64";

// A matrix [in, out] of ours is [out, in] in files; a vector is itself.
StoredTensor to_stored(const Tensor& t) {
  StoredTensor stored{kRealType, {}, Bytes(t.size() * sizeof(real))};
  if (t.rank() == 1) {
    stored.shape = {t.cols()};
  } else {
    stored.shape = {t.cols(), t.rows()};
  }
  std::uint8_t* to = stored.bytes.data();
  for (std::size_t j = 0; j < t.cols(); ++j) {
    for (std::size_t i = 0; i < t.rows(); ++i, to += sizeof(real))
      std::memcpy(to, &t.stored()[t.index(i, j)], sizeof(real));
  }
  return stored;
}

template <class Number>
void convert(const Bytes& bytes, Tensor& t) {
  const std::uint8_t* from = bytes.data();
  for (std::size_t j = 0; j < t.cols(); ++j) {
    for (std::size_t i = 0; i < t.rows(); ++i, from += sizeof(Number)) {
      Number value;
      std::memcpy(&value, from, sizeof value);
      t(i, j) = static_cast<real>(value);
    }
  }
}

// The tensor of that name, of that shape and one of those types.
const StoredTensor& find(const TensorFile& file, const std::string& path, const std::string& name,
                         const std::vector<std::size_t>& shape, bool whole_number) {
  const auto found = file.tensors.find(name);
  if (found == file.tensors.end()) fail("%s: expected a tensor '%s', there is none", path.c_str(), name.c_str());
  const StoredTensor& stored = found->second;
  if (stored.shape != shape) {
    fail("%s: expected '%s' to have the shape %s, found %s", path.c_str(), name.c_str(),
         StoredTensor{"", shape, {}}.shape_text().c_str(), stored.shape_text().c_str());
  }
  const bool good = whole_number ? stored.dtype == "I64" : stored.dtype == "F32" || stored.dtype == "F64";
  if (!good) {
    fail("%s: expected '%s' to be %s, found %s", path.c_str(), name.c_str(), whole_number ? "I64" : "F32 or F64",
         stored.dtype.c_str());
  }
  return stored;
}

void fill(const TensorFile& file, const std::string& path, const std::string& name, Tensor& t) {
  const std::vector<std::size_t> shape = t.rank() == 1 ? std::vector{t.cols()} : std::vector{t.cols(), t.rows()};
  const StoredTensor& stored = find(file, path, name, shape, false);
  stored.dtype == "F32" ? convert<float>(stored.bytes, t) : convert<double>(stored.bytes, t);
}

void fill_network(const TensorFile& file, const std::string& path, Network& network) {
  std::size_t used = 0;
  for (const Parameter& p : network.parameters()) fill(file, path, p.name, *p.value), ++used;
  for (const Buffer& b : network.buffers()) {
    if (b.values != nullptr) {
      fill(file, path, b.name, *b.values), ++used;
    } else if (file.tensors.contains(b.name)) {
      std::memcpy(b.count, find(file, path, b.name, {}, true).bytes.data(), sizeof *b.count), ++used;
    } else {
      *b.count = 0;
    }
  }
  std::size_t others = 0;  // a checkpoint's
  for (const auto& [name, tensor] : file.tensors) others += name.starts_with("optimizer.");
  if (used + others == file.tensors.size()) return;
  Metadata known;
  for (const Parameter& p : network.parameters()) known[p.name];
  for (const Buffer& b : network.buffers()) known[b.name];
  for (const auto& [name, tensor] : file.tensors) {
    if (!known.contains(name) && !name.starts_with("optimizer.")) {
      fail("%s: has a tensor '%s' that the network has no place for", path.c_str(), name.c_str());
    }
  }
}

// The architecture that names and shapes give away: fc1, fc2, … and whether there is a bn1.
Architecture read_architecture(const TensorFile& file, const std::string& path, const std::string& activation) {
  Architecture a;
  a.hidden.clear();
  a.activation = activation;
  a.batch_norm = file.tensors.contains("bn1.weight");
  std::size_t layers = 0;
  for (;; ++layers) {
    const auto weight = file.tensors.find("fc" + std::to_string(layers + 1) + ".weight");
    if (weight == file.tensors.end()) break;
    const StoredTensor& w = weight->second;
    if (w.shape.size() != 2 || w.shape[0] == 0 || w.shape[1] == 0) {
      fail("%s: expected '%s' to have a shape [out, in], found %s", path.c_str(), weight->first.c_str(),
           w.shape_text().c_str());
    }
    if (layers == 0) {
      a.inputs = w.shape[1];
    } else if (w.shape[1] != a.classes) {
      fail("%s: expected '%s' to have the shape [out, %zu], as the layer before has %zu outputs, found %s",
           path.c_str(), weight->first.c_str(), a.classes, a.classes, w.shape_text().c_str());
    } else {
      a.hidden.push_back(a.classes);
    }
    a.classes = w.shape[0];
  }
  if (layers == 0) {
    fail("%s: expected a model with tensors fc1.weight, fc1.bias, …; see 'Models' in the README", path.c_str());
  }
  if (const auto said = file.metadata.find("activation"); said != file.metadata.end()) a.activation = said->second;
  if (a.activation != "relu" && a.activation != "sigmoid" && a.activation != "tanh") {
    fail("%s: expected the activation relu, sigmoid or tanh, found '%s'", path.c_str(), a.activation.c_str());
  }
  if (const auto said = file.metadata.find("dropout"); said != file.metadata.end()) {
    a.dropout = std::strtod(said->second.c_str(), nullptr);
    if (!(a.dropout >= 0 && a.dropout < 1))
      fail("%s: expected a dropout in [0, 1), found '%s'", path.c_str(), said->second.c_str());
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
  for (const Parameter& p : network.parameters()) file.tensors[p.name] = to_stored(*p.value);
  for (const Buffer& b : network.buffers()) {
    if (b.values != nullptr) {
      file.tensors[b.name] = to_stored(*b.values);
    } else {
      StoredTensor count{"I64", {}, Bytes(sizeof *b.count)};
      std::memcpy(count.bytes.data(), b.count, sizeof *b.count);
      file.tensors[b.name] = std::move(count);
    }
  }
  write_safetensors(path, file);
}

Model load_model(const std::string& path, const std::string& activation, ThreadPool* threads) {
  const TensorFile file = read_safetensors(path);
  ModelInfo info;
  info.architecture = read_architecture(file, path, activation);
  if (const auto said = file.metadata.find("dataset"); said != file.metadata.end()) info.dataset = said->second;
  if (const auto said = file.metadata.find("seed"); said != file.metadata.end()) {
    info.seed = std::strtoull(said->second.c_str(), nullptr, 10);
  }
  Model model{info, make_network(info.architecture, 0, threads)};
  fill_network(file, path, model.network);
  return model;
}

void load_weights(const std::string& path, Network& network) { fill_network(read_safetensors(path), path, network); }

}  // namespace bnlab
