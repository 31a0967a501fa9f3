#include "bnlab/train/trained_on.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "bnlab/core/number.hpp"
#include "bnlab/core/shown.hpp"
#include "bnlab/data/identify.hpp"
#include "bnlab/train/key_reader.hpp"

namespace bnlab {
namespace {

// Earlier versions called a set by its folder, also these two, which are parts of known sets.
std::string name_now(const std::string& name) {
  constexpr std::string_view kSample = "-sample";
  if (!name.ends_with(kSample)) return name;
  const std::string set = name.substr(0, name.size() - kSample.size());
  return find_known_set(set) != nullptr ? set : name;
}

// "1,28,28" as numbers; no numbers: it is something else.
std::vector<std::size_t> read_numbers(const std::string& text) {
  std::vector<std::size_t> numbers;
  for (const std::string& part : split_text(text, ',')) {
    const std::optional<std::uint64_t> number = parse_whole_number(part);
    if (!number) return {};
    numbers.push_back(*number);
  }
  return numbers;
}

std::vector<std::size_t> read_shape(const KeyReader& keys, std::size_t inputs) {
  if (!keys.has("image")) return {};
  const std::vector<std::size_t> shape = read_numbers(keys.text("image"));
  std::size_t size = 1;
  bool overflows = false;
  for (const std::size_t length : shape) overflows |= __builtin_mul_overflow(size, length, &size);
  const bool has_colours = shape.size() == 3 && (shape[0] == 1 || shape[0] == 3);
  if (has_colours && !overflows && size == inputs) return shape;
  keys.refuse("image", format("channels, height and width with 1 or 3 channels and a product of %zu, as fc1.weight has "
                              "inputs",
                              inputs));
}

bool is_hash(const std::string& text) {
  return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// The entries that are written together. Error: one is missing or malformed.
void read_fingerprint(const KeyReader& keys, TrainedOn& images) {
  const char* const together[] = {"dataset_labels", "dataset_images", "dataset_first_images", "dataset_known_by"};
  if (std::none_of(std::begin(together), std::end(together), [&](const char* key) { return keys.has(key); })) return;
  for (const char* key : {"dataset_labels", "dataset_first_images"}) {
    if (!is_hash(keys.text(key))) keys.refuse(key, "16 hexadecimal digits");
  }
  images.fingerprint.labels = keys.text("dataset_labels");
  images.fingerprint.first_images = keys.text("dataset_first_images");
  images.fingerprint.images = parse_whole_number(keys.text("dataset_images")).value_or(0);
  if (images.fingerprint.images == 0) keys.refuse("dataset_images", "a whole number > 0");
  const std::string known_by = keys.text("dataset_known_by");
  if (known_by != "labels" && known_by != "name") keys.refuse("dataset_known_by", "labels or name");
  images.recognised = known_by == "labels";
}

std::string read_transpose(const KeyReader& keys, const ModelInfo& info) {
  const std::string text = keys.text("transpose");
  if (keys.has("transpose") && text != "on" && text != "off") keys.refuse("transpose", "on or off");
  // Before there was a choice, images were seen as they are stored.
  const bool is_old = info.trained_on.fingerprint.labels.empty();
  return is_old && text.empty() && is_stored_transposed(info.dataset) ? "off" : text;
}

// --- Other images ----------------------------------------------------------------------------------------------------

bool is_of_first_version(const ModelInfo& info) { return info.trained_on.fingerprint.labels.empty(); }

// The known set that the model was trained on; empty: none, or the file does not say.
std::string known_set_of(const ModelInfo& info) {
  if (info.trained_on.recognised) return info.dataset;
  const KnownSet* said = is_of_first_version(info) ? set_of_folder_name(info.dataset) : nullptr;
  return said == nullptr ? "" : said->name;
}

// Names of folders: equal ones are taken for one set, others need not be two.
SameSet compare_names(const ModelInfo& info, const DatasetPair& data) {
  const std::string trained_on = known_set_of(info);
  const KnownSet* said = set_of_folder_name(data.name);
  const bool same = info.dataset == data.name || (said != nullptr && said->name == trained_on);
  return same ? SameSet::yes : SameSet::unsure;
}

// Of one known set. Other first images with the same labels are another version of it, such as a noisy one.
SameSet compare_versions(const SetFingerprint& trained, const DatasetPair& data) {
  const bool same_beginning = trained.first_images == data.fingerprint.first_images;
  if (same_beginning || !data.origin.from_the_first) return SameSet::yes;
  if (data.train.count() < trained.images) return SameSet::unsure;
  return labels_fingerprint(data.train, trained.images) == trained.labels ? SameSet::no : SameSet::yes;
}

SameSet compare_training_images(const ModelInfo& info, const DatasetPair& data) {
  if (is_of_first_version(info)) return compare_names(info, data);
  const SetFingerprint& trained = info.trained_on.fingerprint;
  const bool both_recognised = info.trained_on.recognised && info.dataset == data.origin.training_set;
  if (both_recognised) return compare_versions(trained, data);
  if (trained.first_images != data.fingerprint.first_images) return SameSet::no;
  // One of them may be a prefix of the other.
  const bool has_fewer = data.train.count() < trained.images;
  return has_fewer || labels_fingerprint(data.train, trained.images) == trained.labels ? SameSet::yes : SameSet::no;
}

}  // namespace

ModelInfo describe_model(const Architecture& architecture, const DatasetPair& data, std::uint64_t seed) {
  TrainedOn images{.recognised = data.origin.by == KnownBy::labels,
                   .fingerprint = data.fingerprint,
                   .shape = {data.train.channels, data.train.height, data.train.width}};
  if (data.transposed) images.transpose = "on";
  if (data.stored_transposed && !data.transposed) images.transpose = "off";
  return {.architecture = architecture,
          .dataset = data.name,
          .seed = seed,
          .scale = data.train.scale,
          .trained_on = images};
}

Metadata trained_on_metadata(const TrainedOn& images) {
  Metadata metadata;
  if (!images.fingerprint.labels.empty()) {
    metadata["dataset_labels"] = images.fingerprint.labels;
    metadata["dataset_images"] = std::to_string(images.fingerprint.images);
    metadata["dataset_first_images"] = images.fingerprint.first_images;
    metadata["dataset_known_by"] = images.recognised ? "labels" : "name";
  }
  if (!images.shape.empty()) metadata["image"] = joined(images.shape, ",");
  if (!images.transpose.empty()) metadata["transpose"] = images.transpose;
  return metadata;
}

void read_trained_on(const Metadata& metadata, const std::string& path, ModelInfo& info) {
  const KeyReader keys(metadata, path);
  TrainedOn& images = info.trained_on;
  read_fingerprint(keys, images);
  const bool is_old = images.fingerprint.labels.empty();
  info.dataset = shown(keys.text("dataset"));
  if (is_old) info.dataset = name_now(info.dataset);
  images.shape = read_shape(keys, info.architecture.inputs);
  images.transpose = read_transpose(keys, info);
}

SameSet is_same_set(const ModelInfo& info, const DatasetPair& data, const std::string& part) {
  const bool is_training = part == "train";
  const std::string trained_on = known_set_of(info);
  const std::string& found = is_training ? data.origin.training_set : data.origin.test_set;
  const bool both_known = !trained_on.empty() && !found.empty();
  if (both_known && trained_on != found) return SameSet::no;
  if (is_training || data.origin.parts_agree) return compare_training_images(info, data);
  return both_known ? SameSet::yes : SameSet::unsure;
}

void turn_as_trained(const ModelInfo& info, DatasetPair& data) {
  const std::string& its_own = info.trained_on.transpose;
  const bool is_known = is_same_set(info, data, "train") == SameSet::yes && !its_own.empty();
  const bool sees_transposed = its_own == "off";
  const bool wanted = is_known ? its_own == "on" : data.stored_transposed != sees_transposed;
  if (wanted != data.transposed) transpose(data);
}

}  // namespace bnlab
