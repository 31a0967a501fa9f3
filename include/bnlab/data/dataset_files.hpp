// The files of a dataset folder.
#pragma once

#include <string>
#include <vector>

#include "bnlab/data/dataset.hpp"

namespace bnlab {

struct DatasetFiles {
  std::string name;                // of the set, as the names of the files have it; empty: they have none
  bool is_cifar10 = false;         // each file holds labels and images; of IDX there are two files, images and labels
  std::vector<std::string> train;  // paths
  std::vector<std::string> test;
  std::string others = {};  // a remark on another set in the same folder; empty: there is none
};

// Finds them by their names, in the folder of that name, or, where there is none, those of its parent folder that begin
// with its last part. Error: one line that says what a dataset folder should hold.
DatasetFiles find_dataset_files(const std::string& folder);

// Whether there is a folder of that name, or files in its parent folder whose names begin with its last part.
bool is_dataset(const std::string& folder);

// Whether find_dataset_files finds them all.
bool has_all_files(const std::string& folder);

// Where a label stands: in which of a part's files, and which of its images it belongs to.
struct LabelPlace {
  std::string path;
  std::size_t image = 0;
};
LabelPlace place_of_label(const DatasetFiles& files, const std::vector<std::string>& paths, std::size_t label);

}  // namespace bnlab
