#include "bnlab/train/checkpoint.hpp"

#include <algorithm>

#include "bnlab/core/fingerprint.hpp"
#include "bnlab/train/state_file.hpp"

namespace bnlab {
namespace {

constexpr const char* kCheckpointVersion = "2";
// Its tensors are those of version 2; only what the caller's metadata says of the run differs.
constexpr const char* kOldCheckpointVersion = "1";

// How many numbers of "training.progress" come before those of the epochs, and how many each epoch has.
constexpr std::size_t kBeforeEpochs = 3;
constexpr std::size_t kPerEpoch = 5;

// A fingerprint of everything in the file but itself. Each string is prefixed with its length, so that the
// concatenation is unambiguous.
std::string checksum(const TensorFile& file) {
  std::uint64_t hash = kFnvOffsetBasis;
  const auto add = [&](std::string_view text) {
    const std::string length = std::to_string(text.size()) + ":";
    hash = fingerprint(text, fingerprint(length, hash));
  };
  for (const auto& [key, text] : file.metadata) {
    if (key == "checksum") continue;
    add(key);
    add(text);
  }
  for (const auto& [name, tensor] : file.tensors) {
    add(name);
    add(tensor.dtype);
    add("[" + joined(tensor.shape, ", ") + "]");
    add(text_of(tensor.bytes));
  }
  return format("%016llx", static_cast<unsigned long long>(hash));
}

// How far training has come, as the numbers of "training.progress".
std::vector<double> progress_numbers(const TrainResult& progress) {
  const EpochResult& sums = progress.epoch_in_progress;
  std::vector<double> numbers = {static_cast<double>(progress.step), sums.train_loss, sums.train_accuracy};
  for (const EpochResult& e : progress.epochs) {
    numbers.insert(numbers.end(),
                   {e.train_loss, e.train_accuracy, e.validated ? 1.0 : 0.0, e.validation_loss, e.validation_accuracy});
  }
  return numbers;
}

TrainResult progress_of(const std::vector<double>& numbers) {
  TrainResult progress;
  progress.step = static_cast<std::size_t>(numbers[0]);
  progress.epoch_in_progress.train_loss = numbers[1];
  progress.epoch_in_progress.train_accuracy = numbers[2];
  for (std::size_t i = kBeforeEpochs; i < numbers.size(); i += kPerEpoch) {
    progress.epochs.push_back({.epoch = progress.epochs.size() + 1,
                               .train_loss = numbers[i],
                               .train_accuracy = numbers[i + 1],
                               .validated = numbers[i + 2] != 0,
                               .validation_loss = numbers[i + 3],
                               .validation_accuracy = numbers[i + 4]});
  }
  return progress;
}

// The numbers of "training.progress". Their count depends on the number of epochs, so it is known only from the file.
std::vector<double> read_progress(const TensorFile& checkpoint, const std::string& path) {
  const auto found = checkpoint.tensors.find("training.progress");
  const std::size_t count = found == checkpoint.tensors.end() ? 0 : found->second.bytes.size() / sizeof(double);
  const std::size_t epochs = count < kBeforeEpochs ? 0 : (count - kBeforeEpochs) / kPerEpoch;
  const std::vector<std::size_t> shape = {kBeforeEpochs + kPerEpoch * epochs};
  return numbers_of<double>(find_tensor(checkpoint, path, "training.progress", shape, {"F64"}));
}

void store_random_numbers(TensorFile& file, const Network& network) {
  for (const auto& [name, layer] : network.layers()) {
    const Random* random = layer->random_numbers();
    if (random == nullptr) continue;
    const std::vector state(random->state.begin(), random->state.end());
    file.tensors["training.random." + name] = stored_numbers("I64", {state.size()}, state);
  }
}

void restore_random_numbers(const TensorFile& checkpoint, const std::string& path, const Network& network) {
  for (const auto& [name, layer] : network.layers()) {
    Random* random = layer->random_numbers();
    if (random == nullptr) continue;
    const StoredTensor& stored =
        find_tensor(checkpoint, path, "training.random." + name, {random->state.size()}, {"I64"});
    const auto state = numbers_of<std::uint64_t>(stored);
    std::copy(state.begin(), state.end(), random->state.begin());
  }
}

}  // namespace

void save_checkpoint(const std::string& path, Network& network, Optimizer& optimizer, const TrainResult& so_far,
                     const Metadata& metadata) {
  TensorFile file = {.tensors = {}, .metadata = metadata};
  file.metadata["checkpoint"] = kCheckpointVersion;
  file.metadata["precision"] = kRealType;
  store(file, "", state_dict(network));
  store(file, "optimizer.", optimizer.buffers());
  const std::vector<double> progress = progress_numbers(so_far);
  file.tensors["training.progress"] = stored_numbers("F64", {progress.size()}, progress);
  store_random_numbers(file, network);
  file.metadata["checksum"] = checksum(file);
  write_safetensors(path, file);
}

TensorFile read_checkpoint(const std::string& path) {
  TensorFile file = read_safetensors(path);
  const auto recorded = [&](const char* key) { return file.metadata_or(key, "nothing"); };
  if (!file.metadata.contains("checkpoint")) {
    fail("%s: expected a checkpoint, found a model without training state; load it with --init", path.c_str());
  }
  if (recorded("checkpoint") != kCheckpointVersion && recorded("checkpoint") != kOldCheckpointVersion) {
    fail(
        "%s: expected a checkpoint of version %s or %s, found version %s; resume with the version of bnlab that wrote "
        "it",
        path.c_str(), kOldCheckpointVersion, kCheckpointVersion, shown(recorded("checkpoint")).c_str());
  }
  if (recorded("checksum") != checksum(file)) {
    fail("%s: corrupt: expected the checksum %s, its contents have %s; use an earlier checkpoint", path.c_str(),
         shown(recorded("checksum")).c_str(), checksum(file).c_str());
  }
  if (recorded("precision") != kRealType) {
    fail(
        "%s: expected a checkpoint with numbers of type %s, found %s; resume with a build of that precision (make "
        "PRECISION=%s)",
        path.c_str(), kRealType, shown(recorded("precision")).c_str(), sizeof(real) == 4 ? "double" : "float");
  }
  return file;
}

TrainResult restore_checkpoint(const TensorFile& checkpoint, const std::string& path, Network& network,
                               Optimizer& optimizer) {
  restore(checkpoint, path, "", state_dict(network));
  restore(checkpoint, path, "optimizer.", optimizer.buffers());
  restore_random_numbers(checkpoint, path, network);
  return progress_of(read_progress(checkpoint, path));
}

}  // namespace bnlab
