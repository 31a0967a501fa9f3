#include "bnlab/train/checkpoint.hpp"

#include <algorithm>
#include <set>

#include "bnlab/core/shown.hpp"
#include "bnlab/train/checksum.hpp"
#include "bnlab/train/metadata.hpp"
#include "bnlab/train/progress_file.hpp"
#include "bnlab/train/state_file.hpp"

namespace bnlab {
namespace {

constexpr const char* kCheckpointVersion = "2";
// Its tensors are those of version 2; only what the caller's metadata says of the run differs.
constexpr const char* kOldCheckpointVersion = "1";

void store_random_numbers(TensorFile& file, const Network& network) {
  for (const auto& [name, layer] : network.layers()) {
    const Random* random = layer->random_numbers();
    if (random == nullptr) continue;
    const std::vector state(random->state.begin(), random->state.end());
    file.tensors["training.random." + name] = stored_numbers("I64", {state.size()}, state);
  }
}

// The generator state of a layer in the file.
std::vector<std::uint64_t> read_random_numbers(const TensorFile& checkpoint, const std::string& path,
                                               const std::string& layer, const Random& random) {
  const std::string name = "training.random." + layer;
  const StoredTensor& stored = find_tensor(checkpoint, path, name, {random.state.size()}, {"I64"});
  std::vector<std::uint64_t> state = numbers_of<std::uint64_t>(stored);
  if (std::all_of(state.begin(), state.end(), [](std::uint64_t word) { return word == 0; })) {
    fail("%s: corrupt: expected the state of a generator in '%s', found zeros", path.c_str(), name.c_str());
  }
  return state;
}

void check_random_numbers(const TensorFile& checkpoint, const std::string& path, const Network& network) {
  for (const auto& [name, layer] : network.layers()) {
    const Random* random = layer->random_numbers();
    if (random != nullptr) read_random_numbers(checkpoint, path, name, *random);
  }
}

void restore_random_numbers(const TensorFile& checkpoint, const std::string& path, const Network& network) {
  for (const auto& [name, layer] : network.layers()) {
    Random* random = layer->random_numbers();
    if (random == nullptr) continue;
    const std::vector<std::uint64_t> state = read_random_numbers(checkpoint, path, name, *random);
    std::copy(state.begin(), state.end(), random->state.begin());
  }
}

// Error: a tensor that is not one of this run's.
void expect_no_others(const TensorFile& checkpoint, const std::string& path, Network& network, Optimizer& optimizer) {
  std::set<std::string> known = {"training.progress"};
  for (const Buffer& b : state_dict(network)) known.insert(b.name);
  for (const Buffer& b : optimizer.buffers()) known.insert("optimizer." + b.name);
  for (const auto& [name, layer] : network.layers()) {
    if (layer->random_numbers() != nullptr) known.insert("training.random." + name);
  }
  for (const auto& [name, tensor] : checkpoint.tensors) {
    if (known.contains(name)) continue;
    fail("%s: unexpected tensor '%s'; the run has none of that name", path.c_str(), shown(name).c_str());
  }
}

}  // namespace

void save_checkpoint(const std::string& path, Network& network, Optimizer& optimizer, const TrainResult& so_far,
                     const Metadata& metadata) {
  expect_agreement(metadata, network, path);
  TensorFile file = {.tensors = {}, .metadata = metadata};
  file.metadata.merge(metadata_of(network));
  file.metadata["checkpoint"] = kCheckpointVersion;
  file.metadata["precision"] = kRealType;
  store(file, path, "", state_dict(network));
  store(file, path, "optimizer.", optimizer.buffers());
  store_progress(file, so_far);
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
  expect_checksum(file, path);
  if (recorded("precision") != kRealType) {
    fail(
        "%s: expected a checkpoint with numbers of type %s, found %s; resume with a build of that precision (make "
        "PRECISION=%s)",
        path.c_str(), kRealType, shown(recorded("precision")).c_str(), sizeof(real) == 4 ? "double" : "float");
  }
  return file;
}

void expect_possible_progress(const TensorFile& checkpoint, const std::string& path, const BatchPlan& plan) {
  const TrainResult progress = read_progress(checkpoint, path);
  const auto updates = numbers_of<std::int64_t>(find_tensor(checkpoint, path, "optimizer.step", {}, {"I64"}))[0];
  if (updates < 0 || static_cast<std::size_t>(updates) != progress.step) {
    fail("%s: corrupt: expected as many steps of the optimizer as of training, %zu, found %lld", path.c_str(),
         progress.step, static_cast<long long>(updates));
  }
  if (progress.step / plan.count() != progress.epochs.size()) {
    fail("%s: corrupt: expected %zu epochs done at step %zu, found %zu", path.c_str(), progress.step / plan.count(),
         progress.step, progress.epochs.size());
  }
  const std::size_t seen = plan.begin(progress.step % plan.count());  // images of the epoch in progress
  const EpochResult& sums = progress.epoch_in_progress;
  if (sums.train_accuracy > static_cast<double>(seen) || (seen == 0 && sums.train_loss != 0)) {
    fail("%s: corrupt: expected sums over the %zu images of the epoch in progress, found %g right and a loss of %g",
         path.c_str(), seen, sums.train_accuracy, sums.train_loss);
  }
}

TrainResult restore_checkpoint(const TensorFile& checkpoint, const std::string& path, Network& network,
                               Optimizer& optimizer) {
  // All is checked before anything is changed.
  const std::vector<Buffer> network_state = state_dict(network);
  const std::vector<Buffer> optimizer_state = optimizer.buffers();
  check(checkpoint, path, "", network_state, Match::exact);
  check(checkpoint, path, "optimizer.", optimizer_state, Match::exact);
  check_random_numbers(checkpoint, path, network);
  expect_no_others(checkpoint, path, network, optimizer);
  const TrainResult progress = read_progress(checkpoint, path);

  restore(checkpoint, path, "", network_state, Match::exact);
  restore(checkpoint, path, "optimizer.", optimizer_state, Match::exact);
  restore_random_numbers(checkpoint, path, network);
  return progress;
}

}  // namespace bnlab
