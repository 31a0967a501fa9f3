#include "bnlab/train/checkpoint.hpp"

#include <algorithm>

#include "bnlab/core/fingerprint.hpp"

namespace bnlab {
namespace {

constexpr const char* kVersion = "1";

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
    take(name), take(tensor.dtype), take(tensor.shape_text());
    take({reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size()});
  }
  return format("%016llx", static_cast<unsigned long long>(hash));
}

// [3 + 5 E]: the step, the sums of the epoch under way, and five numbers for each of the E epochs completed.
std::vector<double> to_numbers(const TrainResult& t) {
  std::vector<double> all = {static_cast<double>(t.step), t.under_way.train_loss, t.under_way.train_accuracy};
  for (const EpochResult& e : t.epochs) {
    all.insert(all.end(),
               {e.train_loss, e.train_accuracy, e.validated ? 1.0 : 0.0, e.validation_loss, e.validation_accuracy});
  }
  return all;
}

TrainResult from_numbers(const std::vector<double>& all) {
  TrainResult t;
  t.step = static_cast<std::size_t>(all[0]);
  t.under_way.train_loss = all[1], t.under_way.train_accuracy = all[2];
  for (std::size_t i = 3; i < all.size(); i += 5) {
    t.epochs.push_back({t.epochs.size() + 1, all[i], all[i + 1], all[i + 2] != 0, all[i + 3], all[i + 4], 0});
  }
  return t;
}

}  // namespace

void save_checkpoint(const std::string& path, Network& network, Optimizer& optimizer, const TrainResult& so_far,
                     const Metadata& metadata) {
  TensorFile file{{}, metadata};
  file.metadata["checkpoint"] = kVersion;
  file.metadata["precision"] = kRealType;
  store(file, "", state_dict(network));
  store(file, "optimizer.", optimizer.buffers());
  const std::vector<double> progress = to_numbers(so_far);
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
  if (said("checkpoint") != kVersion) {
    fail("%s: expected a checkpoint of version %s, found version %s; go on with the bnlab that wrote it", path.c_str(),
         kVersion, said("checkpoint").c_str());
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
      const auto& stored = find_tensor(checkpoint, path, "training.random." + name, {4}, {"I64"});
      const auto state = numbers_of<std::uint64_t>(stored);
      std::copy(state.begin(), state.end(), random->state.begin());
    }
  }
  const auto found = checkpoint.tensors.find("training.progress");
  const std::size_t count = found == checkpoint.tensors.end() ? 0 : found->second.bytes.size() / sizeof(double);
  const std::size_t epochs = count < 3 ? 0 : (count - 3) / 5;
  const auto& stored = find_tensor(checkpoint, path, "training.progress", {3 + 5 * epochs}, {"F64"});
  return from_numbers(numbers_of<double>(stored));
}

}  // namespace bnlab
