#include "bnlab/data/dataset_files.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <optional>
#include <set>

#include "bnlab/core/error.hpp"
#include "bnlab/core/shown.hpp"
#include "bnlab/data/cifar10.hpp"
#include "bnlab/data/path.hpp"

namespace bnlab {
namespace {

// How to get a dataset whose folder is missing: the full sets have a command that fetches them.
std::string how_to_get(const std::string& folder) {
  const std::string name = last_name(folder);
  for (const char* set : {"mnist", "fashion-mnist", "cifar10"}) {
    if (name == set) return format("; to fetch it into data/%s, run: make %s", set, set);
  }
  if (folder_of(without_final_slash(folder)) == "data")
    return "; the sets to fetch are mnist, fashion-mnist and cifar10";
  return path_exists("data") ? "" : "; run bnlab from the project's top folder, or name another with --data";
}

// Of a folder that may be entered but not listed: the usual names that are there.
std::vector<std::string> usual_names_in(const std::string& folder) {
  static constexpr const char* usual[] = {
      "data_batch_1.bin", "data_batch_2.bin",        "data_batch_3.bin",        "data_batch_4.bin",
      "data_batch_5.bin", "train-images-idx3-ubyte", "train-images.idx3-ubyte",
  };
  std::vector<std::string> names;
  for (const char* name : usual) {
    if (path_exists(folder + "/" + name)) names.push_back(name);
  }
  return names;
}

// As is_folder, but what cannot be looked at is none, and no error: it is only asked for advice, or before the folder
// is read, which then says what is wrong.
bool seems_a_folder(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

// The names of its files, sorted; none where it cannot be read.
std::vector<std::string> file_names(const std::string& folder) {
  for (const auto look : {names_in_folder, usual_names_in}) {
    try {
      return look(folder);
    } catch (const Error&) {
      continue;
    }
  }
  return {};
}

// --- CIFAR-10 --------------------------------------------------------------------------------------------------------

// data_batch_1.bin, data_batch_2.bin, … in the order of their names.
std::vector<std::string> cifar_batches(const std::string& folder) {
  std::vector<std::string> paths;
  for (const std::string& name : file_names(folder)) {
    if (name.starts_with("data_batch_") && name.ends_with(".bin")) paths.push_back(folder + "/" + name);
  }
  return paths;
}

// --- IDX -------------------------------------------------------------------------------------------------------------

// "emnist-letters-" of emnist-letters-train-images-idx3-ubyte: what stands before "train-images" in the name of a file
// of training images; no value: the file is something else. Hidden files do not count (macOS writes "._" and the name
// beside a file).
std::optional<std::string> idx_prefix(const std::string& name) {
  for (const char* end : {"train-images-idx3-ubyte", "train-images.idx3-ubyte", "train-images-idx3-ubyte.gz",
                          "train-images.idx3-ubyte.gz"}) {
    if (name.starts_with(".") || !name.ends_with(end)) continue;
    const std::string prefix = name.substr(0, name.size() - std::strlen(end));
    if (prefix.empty() || prefix.ends_with("-")) return prefix;
  }
  return {};
}

std::set<std::string> idx_prefixes(const std::string& folder) {
  std::set<std::string> prefixes;
  for (const std::string& name : file_names(folder)) {
    if (const std::optional<std::string> prefix = idx_prefix(name)) prefixes.insert(*prefix);
  }
  return prefixes;
}

// "emnist-digits, emnist-letters": those of the first sets, without the hyphen.
std::string list_of_sets(const std::set<std::string>& prefixes) {
  constexpr std::size_t kMost = 10;
  std::string text;
  std::size_t listed = 0;
  for (const std::string& prefix : prefixes) {
    if (prefix.empty()) continue;
    if (listed == kMost) return text + ", …";
    text += (listed == 0 ? "" : ", ") + shown(prefix.substr(0, prefix.size() - 1));
    ++listed;
  }
  return text;
}

// "train-images" and 3 axes -> train-images-idx3-ubyte; some programs unpack it as train-images.idx3-ubyte. Empty:
// there is neither.
std::string find_idx(const std::string& folder, const std::string& stem, std::size_t axes) {
  const std::string usual = folder + format("/%s-idx%zu-ubyte", stem.c_str(), axes);
  const std::string dotted = folder + format("/%s.idx%zu-ubyte", stem.c_str(), axes);
  if (path_exists(usual)) return usual;
  if (path_exists(dotted)) return dotted;
  for (const std::string& path : {usual + ".gz", dotted + ".gz"}) {
    if (path_exists(path)) fail("%s: expected it unpacked; run: gunzip %s", path.c_str(), path.c_str());
  }
  return "";
}

// "; there is one in its folder raw", if a folder below holds a dataset, as that of torchvision does; the first of them
// if there are many.
std::string note_of_folders_below(const std::string& folder) {
  constexpr std::size_t kMost = 5;
  std::vector<std::string> found;
  for (const std::string& name : file_names(folder)) {
    const std::string below = folder + "/" + name;
    if (!seems_a_folder(below)) continue;
    if (!idx_prefixes(below).empty() || !cifar_batches(below).empty()) found.push_back(shown(name));
  }
  if (found.empty()) return "";
  if (found.size() == 1) return "; there is one in its folder " + found[0];
  const bool has_more = found.size() > kMost;
  if (has_more) found.resize(kMost);
  std::string names = found[0];
  for (std::size_t i = 1; i < found.size(); ++i) names += ", " + found[i];
  return "; there are several in its folders: " + names + (has_more ? ", …" : "");
}

std::string require_idx(const std::string& folder, const std::string& stem, std::size_t axes) {
  const std::string path = find_idx(folder, stem, axes);
  if (!path.empty()) return path;
  fail(
      "%s/%s-idx%zu-ubyte: no such file (nor train-images.idx3-ubyte and so on); a dataset folder holds "
      "train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, or "
      "CIFAR-10's data_batch_1.bin … and test_batch.bin%s%s",
      folder.c_str(), stem.c_str(), axes, note_of_folders_below(folder).c_str(), how_to_get(folder).c_str());
}

// The files whose names begin with the prefix. The test images are called t10k in MNIST, test in EMNIST.
DatasetFiles idx_files(const std::string& folder, const std::string& prefix) {
  DatasetFiles files;
  if (!prefix.empty()) files.name = prefix.substr(0, prefix.size() - 1);
  files.train = {require_idx(folder, prefix + "train-images", 3), require_idx(folder, prefix + "train-labels", 1)};
  const std::string usual = prefix + (prefix.empty() ? "t10k" : "test");
  const std::string other = prefix + (prefix.empty() ? "test" : "t10k");
  const bool is_other =
      find_idx(folder, usual + "-images", 3).empty() && !find_idx(folder, other + "-images", 3).empty();
  const std::string& test = is_other ? other : usual;
  files.test = {require_idx(folder, test + "-images", 3), require_idx(folder, test + "-labels", 1)};
  return files;
}

DatasetFiles idx_files_of_folder(const std::string& folder) {
  const std::set<std::string> prefixes = idx_prefixes(folder);
  if (prefixes.empty() || prefixes.contains("")) {
    DatasetFiles files = idx_files(folder, "");
    const std::string others = list_of_sets(prefixes);
    if (!others.empty())
      files.others = "the folder also holds " + others + ": the files without such a name were taken";
    return files;
  }
  if (prefixes.size() == 1) return idx_files(folder, *prefixes.begin());
  fail("%s: expected one dataset, found several: %s; name one, as in --data %s/%s", folder.c_str(),
       list_of_sets(prefixes).c_str(), folder.c_str(),
       prefixes.begin()->substr(0, prefixes.begin()->size() - 1).c_str());
}

[[noreturn]] void fail_without_folder(const std::string& path, const std::set<std::string>& sets_beside) {
  const std::string beside = sets_beside.empty() ? "" : "; beside it are the sets " + list_of_sets(sets_beside);
  fail("%s: expected a dataset folder, found %s%s%s", path.c_str(),
       path_exists(path) ? "a file" : "nothing of that name", beside.c_str(), how_to_get(path).c_str());
}

// "folder/emnist-letters": files in "folder" whose names begin with "emnist-letters-".
struct FolderAndPrefix {
  explicit FolderAndPrefix(const std::string& path)
      : folder(folder_of(without_final_slash(path))), prefix(last_name(path) + "-"), beside(idx_prefixes(folder)) {}
  bool is_there() const { return beside.contains(prefix); }

  std::string folder;
  std::string prefix;
  std::set<std::string> beside;  // of all files in the folder
};

}  // namespace

DatasetFiles find_dataset_files(const std::string& folder) {
  if (!is_folder(folder)) {
    const FolderAndPrefix parts(folder);
    if (!parts.is_there()) fail_without_folder(folder, parts.beside);
    return idx_files(parts.folder, parts.prefix);
  }
  if (file_names(folder).empty()) names_in_folder(folder);  // Error: it cannot be read
  const std::vector<std::string> batches = cifar_batches(folder);
  const std::string test_batch = folder + "/test_batch.bin";
  if (batches.empty() && !path_exists(test_batch)) return idx_files_of_folder(folder);
  if (batches.empty()) fail("%s: expected data_batch_1.bin … beside test_batch.bin, found none", folder.c_str());
  const bool has_idx = !idx_prefixes(folder).empty();
  return {.name = "",
          .is_cifar10 = true,
          .train = batches,
          .test = {test_batch},
          .others = has_idx ? "the folder also holds IDX files: the batches of CIFAR-10 were taken" : ""};
}

bool is_dataset(const std::string& folder) { return seems_a_folder(folder) || FolderAndPrefix(folder).is_there(); }

bool has_all_files(const std::string& folder) {
  try {
    find_dataset_files(folder);
    return true;
  } catch (const Error&) {
    return false;
  }
}

LabelPlace place_of_label(const DatasetFiles& files, const std::vector<std::string>& paths, std::size_t label) {
  if (!files.is_cifar10) return {.path = paths.back(), .image = label};
  for (const std::string& path : paths) {
    const std::size_t count = cifar10_image_count(path);
    if (label < count) return {.path = path, .image = label};
    label -= count;
  }
  return {.path = paths.back(), .image = label};
}

}  // namespace bnlab
