// Well-known datasets, recognised by their labels: a folder may have any name, and hold the first images only.
#pragma once

#include <string>
#include <vector>

#include "bnlab/data/dataset.hpp"

namespace bnlab {

enum class Part { training, test };

struct KnownSet {
  std::string name;                    // "fashion-mnist"
  std::size_t training = 0, test = 0;  // images of the full set
  std::size_t channels = 1, height = 28, width = 28;
  std::size_t classes = 10;

  std::size_t images(Part part) const { return part == Part::training ? training : test; }
};

// What is known of the labels of a part, from its image number `first` on.
struct KnownLabels {
  std::string set;
  Part part = Part::training;
  std::size_t first = 0;
  std::string digits;                 // the labels at its beginning
  std::vector<std::uint32_t> hashes;  // of its first 1,000, 2,000, … labels: their fingerprint, folded

  // How many of so many labels recognise() compares with these: those whose digits or hash are known.
  std::size_t compared(std::size_t labels) const;
};

const std::vector<KnownSet>& known_sets();
const std::vector<KnownLabels>& known_labels();
const KnownSet* find_known_set(const std::string& name);  // null: there is none of that name

inline constexpr std::size_t kFewestLabels = 10;  // that tell a set

// The known labels with which the labels of these images begin, as far as both go; null: there are none, or there are
// too few images to tell. Labels beyond those that are compared may be any.
const KnownLabels* recognise(const Dataset& images);

}  // namespace bnlab
