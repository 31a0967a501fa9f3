#include "bnlab/train/model_file.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <set>

namespace bnlab {
namespace {

constexpr const char* kRealType = sizeof(real) == 4 ? "F32" : "F64";
constexpr const char* kCheckpointVersion = "2";
// Its tensors are those of version 2; only what the caller's metadata says of the run differs.
constexpr const char* kOldCheckpointVersion = "1";

// A matrix [in, out] of ours is [out, in] in files; a vector is itself.
std::vector<std::size_t> file_shape(const Tensor& t) {
  return t.rank() == 1 ? std::vector{t.cols()} : std::vector{t.cols(), t.rows()};
}

// Plain numbers as a tensor of that type ("F64", "I64") and shape, as they lie in memory.
template <class Number>
StoredTensor stored_numbers(const char* dtype, std::vector<std::size_t> shape, const std::vector<Number>& numbers) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(numbers.data());
  return {dtype, std::move(shape), Bytes(bytes, bytes + numbers.size() * sizeof(Number))};
}

// The reverse; the type must be the right one for these numbers.
template <class Number>
std::vector<Number> numbers_of(const StoredTensor& stored) {
  std::vector<Number> numbers(stored.bytes.size() / sizeof(Number));
  std::memcpy(numbers.data(), stored.bytes.data(), stored.bytes.size());
  return numbers;
}

StoredTensor to_stored(const Tensor& t) {
  std::vector<real> numbers;
  for (std::size_t n = 0; n < t.size(); ++n) numbers.push_back(t(n % t.rows(), n / t.rows()));
  return stored_numbers(kRealType, file_shape(t), numbers);
}

template <class Number>
void fill(Tensor& t, const std::vector<Number>& numbers) {
  for (std::size_t n = 0; n < t.size(); ++n) t(n % t.rows(), n / t.rows()) = static_cast<real>(numbers[n]);
}

// Adds each tensor under `prefix` and its name, numbers as `real`; counters as I64.
void store(TensorFile& file, const std::string& prefix, const std::vector<Buffer>& state) {
  for (const Buffer& b : state) {
    file.tensors[prefix + b.name] =
        b.values != nullptr ? to_stored(*b.values) : stored_numbers("I64", {}, std::vector{*b.count});
  }
}

// The entry of that name, of that shape and one of those types. Error: what the file has instead.
const StoredTensor& find_tensor(const TensorFile& file, const std::string& path, const std::string& name,
                                const std::vector<std::size_t>& shape, const std::vector<std::string>& types) {
  const auto found = file.tensors.find(name);
  if (found == file.tensors.end()) fail("%s: expected a tensor '%s', there is none", path.c_str(), name.c_str());
  const StoredTensor& stored = found->second;
  if (stored.shape != shape) {
    fail("%s: expected '%s' to have the shape %s, found %s", path.c_str(), name.c_str(),
         StoredTensor{"", shape, {}}.shape_text().c_str(), stored.shape_text().c_str());
  }
  if (std::find(types.begin(), types.end(), stored.dtype) == types.end()) {
    fail("%s: expected '%s' to be %s%s, found %s", path.c_str(), name.c_str(), types[0].c_str(),
         types.size() > 1 ? (" or " + types[1]).c_str() : "", stored.dtype.c_str());
  }
  return stored;
}

void fill_network(const TensorFile& file, const std::string& path, Network& network) {
  const std::vector<Buffer> state = state_dict(network);
  restore(file, path, "", state);
  std::set<std::string> known;
  for (const Buffer& b : state) known.insert(b.name);
  for (const auto& [name, tensor] : file.tensors) {
    const bool of_training = name.starts_with("optimizer.") || name.starts_with("training.");  // in a checkpoint
    if (known.contains(name) || of_training) continue;
    fail("%s: has a tensor '%s' that the network has no place for", path.c_str(), name.c_str());
  }
}

// The number under that key of the metadata, or `standard` where the key is missing. Error: no finite number in
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

// Widths, and whether there is batch normalization, are told by names and shapes; activation and dropout by the file's
// metadata.
Architecture read_architecture(const TensorFile& file, const std::string& path, const std::string& activation) {
  std::vector<std::size_t> widths;  // the inputs, then the outputs of fc1, fc2, …
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
  Architecture a;
  a.inputs = widths.front(), a.classes = widths.back();
  a.hidden.assign(widths.begin() + 1, widths.end() - 1);
  for (const NormKind& kind : norm_kinds()) {
    if (*kind.prefix != '\0' && file.tensors.contains(kind.prefix + std::string("1.weight"))) a.norm = kind.name;
  }
  a.activation = file.said("activation", activation);
  try {
    activation_kind(a.activation);
  } catch (const Error& error) {
    fail("%s: %s", path.c_str(), error.what());
  }
  const std::string dropout = file.said("dropout", "0");
  a.dropout = std::strtod(dropout.c_str(), nullptr);
  if (!(a.dropout >= 0 && a.dropout < 1)) {
    fail("%s: expected a dropout in [0, 1), found '%s'", path.c_str(), dropout.c_str());
  }
  const NormOptions standard;
  a.norm_options.eps = read_positive(file, path, "bn_eps", standard.eps, std::numeric_limits<double>::max());
  a.norm_options.momentum = read_positive(file, path, "bn_momentum", standard.momentum, 1);
  return a;
}

// Of everything in the file but itself. Each text goes in with its length, so that none can pass for two.
std::string checksum(const TensorFile& file) {
  std::uint64_t hash = kFingerprintOfNothing;
  const auto take = [&](std::string_view text) {
    hash = fingerprint(text, fingerprint(std::to_string(text.size()) + ":", hash));
  };
  for (const auto& [key, text] : file.metadata) {
    if (key != "checksum") take(key), take(text);
  }
  for (const auto& [name, tensor] : file.tensors) {
    take(name), take(tensor.dtype), take(tensor.shape_text()), take(text_of(tensor.bytes));
  }
  return format("%016llx", static_cast<unsigned long long>(hash));
}

}  // namespace

Metadata metadata_of(const ModelInfo& info) {
  const Architecture& a = info.architecture;
  Metadata metadata = {{"format", "bnlab 1"},
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
  const NormOptions standard;
  const NormOptions& options = a.norm_options;
  if (a.normalised() && options.eps != standard.eps) metadata["bn_eps"] = format("%.17g", options.eps);
  if (a.normalised() && options.momentum != standard.momentum) {
    metadata["bn_momentum"] = format("%.17g", options.momentum);
  }
  return metadata;
}

void save_model(const std::string& path, Network& network, const Metadata& metadata) {
  TensorFile file{{}, metadata};
  store(file, "", state_dict(network));
  write_safetensors(path, file);
}

Model load_model(const std::string& path, const std::string& activation, ThreadPool* threads) {
  const TensorFile file = read_safetensors(path);
  const ModelInfo info{read_architecture(file, path, activation), file.said("dataset", ""),
                       std::strtoull(file.said("seed", "0").c_str(), nullptr, 10)};
  Model model{info, make_network(info.architecture, 0, threads)};
  fill_network(file, path, model.network);
  return model;
}

void load_weights(const std::string& path, Network& network) { fill_network(read_safetensors(path), path, network); }

std::vector<Buffer> state_dict(Network& network) {
  std::vector<Buffer> state;
  for (const Parameter& p : network.parameters()) state.push_back({p.name, p.value});
  for (const Buffer& b : network.buffers()) state.push_back(b);
  return state;
}

void restore(const TensorFile& file, const std::string& path, const std::string& prefix,
             const std::vector<Buffer>& state) {
  for (const Buffer& b : state) {
    const std::string name = prefix + b.name;
    if (b.values != nullptr) {
      const StoredTensor& stored = find_tensor(file, path, name, file_shape(*b.values), {"F32", "F64"});
      stored.dtype == "F32" ? fill(*b.values, numbers_of<float>(stored)) : fill(*b.values, numbers_of<double>(stored));
    } else if (file.tensors.contains(name)) {
      *b.count = numbers_of<std::int64_t>(find_tensor(file, path, name, {}, {"I64"}))[0];
    } else {
      *b.count = 0;  // as PyTorch does for a missing num_batches_tracked
    }
  }
}

void save_checkpoint(const std::string& path, Network& network, Optimizer& optimizer, const TrainResult& so_far,
                     const Metadata& metadata) {
  TensorFile file{{}, metadata};
  file.metadata["checkpoint"] = kCheckpointVersion;
  file.metadata["precision"] = kRealType;
  store(file, "", state_dict(network));
  store(file, "optimizer.", optimizer.buffers());
  const EpochResult& sums = so_far.under_way;
  std::vector<double> progress = {static_cast<double>(so_far.step), sums.train_loss, sums.train_accuracy};
  for (const EpochResult& e : so_far.epochs) {
    progress.insert(progress.end(), {e.train_loss, e.train_accuracy, e.validated ? 1.0 : 0.0, e.validation_loss,
                                     e.validation_accuracy});
  }
  file.tensors["training.progress"] = stored_numbers("F64", {progress.size()}, progress);
  for (const auto& [name, layer] : network.layers()) {
    if (const Random* random = layer->random_numbers()) {
      file.tensors["training.random." + name] =
          stored_numbers("I64", {4}, std::vector(random->state.begin(), random->state.end()));
    }
  }
  file.metadata["checksum"] = checksum(file);
  write_safetensors(path, file);
}

TensorFile read_checkpoint(const std::string& path) {
  TensorFile file = read_safetensors(path);
  const auto said = [&](const char* key) { return file.said(key, "nothing"); };
  if (!file.metadata.contains("checkpoint")) {
    fail("%s: expected a checkpoint, found a model without the state of its training; use it with --init",
         path.c_str());
  }
  if (said("checkpoint") != kCheckpointVersion && said("checkpoint") != kOldCheckpointVersion) {
    fail("%s: expected a checkpoint of version %s or %s, found version %s; go on with the bnlab that wrote it",
         path.c_str(), kOldCheckpointVersion, kCheckpointVersion, said("checkpoint").c_str());
  }
  if (said("checksum") != checksum(file)) {
    fail("%s: damaged: its checksum is %s, its contents have %s; use an older copy", path.c_str(),
         said("checksum").c_str(), checksum(file).c_str());
  }
  if (said("precision") != kRealType) {
    fail(
        "%s: expected a checkpoint with numbers of type %s, found %s; go on with the build that wrote it (make "
        "PRECISION=%s)",
        path.c_str(), kRealType, said("precision").c_str(), sizeof(real) == 4 ? "double" : "float");
  }
  return file;
}

TrainResult restore_checkpoint(const TensorFile& checkpoint, const std::string& path, Network& network,
                               Optimizer& optimizer) {
  restore(checkpoint, path, "", state_dict(network));
  restore(checkpoint, path, "optimizer.", optimizer.buffers());
  for (const auto& [name, layer] : network.layers()) {
    if (Random* random = layer->random_numbers()) {
      const auto state =
          numbers_of<std::uint64_t>(find_tensor(checkpoint, path, "training.random." + name, {4}, {"I64"}));
      std::copy(state.begin(), state.end(), random->state.begin());
    }
  }
  const auto found = checkpoint.tensors.find("training.progress");
  const std::size_t count = found == checkpoint.tensors.end() ? 0 : found->second.bytes.size() / sizeof(double);
  const std::size_t epochs = count < 3 ? 0 : (count - 3) / 5;
  const auto& stored = find_tensor(checkpoint, path, "training.progress", {3 + 5 * epochs}, {"F64"});
  const std::vector<double> all = numbers_of<double>(stored);
  TrainResult t;
  t.step = static_cast<std::size_t>(all[0]);
  t.under_way.train_loss = all[1], t.under_way.train_accuracy = all[2];
  for (std::size_t i = 3; i < all.size(); i += 5) {
    t.epochs.push_back({t.epochs.size() + 1, all[i], all[i + 1], all[i + 2] != 0, all[i + 3], all[i + 4], 0});
  }
  return t;
}

}  // namespace bnlab
