#include "bnlab/data/class_names.hpp"

#include <vector>

#include "bnlab/core/text.hpp"

namespace bnlab {
namespace {

// The classes of a set or of a family of sets, whose plain names begin alike.
struct ClassNames {
  std::string beginning;
  std::vector<std::string> names;
};

// "0", "1", …, one class for each character.
std::vector<std::string> one_each(const std::string& characters) {
  std::vector<std::string> names;
  for (const char c : characters) names.emplace_back(1, c);
  return names;
}

// The splits of EMNIST (Cohen, Afshar, Tapson and van Schaik, 2017). Balanced and by merge have one class for those
// letters whose small form looks like the capital.
std::vector<ClassNames> emnist_names() {
  const std::string digits = "0123456789";
  const std::string capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const std::string merged = digits + capitals + "abdefghnqrt";
  std::vector<std::string> letters = one_each(capitals);
  letters.insert(letters.begin(), kNoClass);
  return {{"emnistletters", letters},
          {"emnistbalanced", one_each(merged)},
          {"emnistbymerge", one_each(merged)},
          {"emnistbyclass", one_each(digits + capitals + "abcdefghijklmnopqrstuvwxyz")},
          {"emnistdigits", one_each(digits)},
          {"emnistmnist", one_each(digits)}};
}

std::vector<ClassNames> all_names() {
  std::vector<ClassNames> all = emnist_names();
  all.push_back(
      {"fashion",
       {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"}});
  all.push_back({"cifar", {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}});
  // The hiragana お, き, す, つ, な, は, ま, や, れ and を.
  all.push_back({"kmnist", {"o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"}});
  return all;
}

// The names that belong to the dataset; none if it is not known.
const std::vector<std::string>& names_of(const std::string& dataset) {
  static const std::vector<ClassNames> all = all_names();
  static const std::vector<std::string> none;
  const std::string name = plain_name(dataset);
  for (const ClassNames& names : all) {
    if (name.starts_with(names.beginning) && !name.starts_with("cifar100")) return names.names;
  }
  return none;
}

}  // namespace

std::string class_name(const std::string& dataset, std::size_t label) {
  const std::vector<std::string>& names = names_of(dataset);
  return label < names.size() ? names[label] : std::to_string(label);
}

std::size_t class_count(const std::string& dataset) { return is_emnist(dataset) ? names_of(dataset).size() : 0; }

bool is_mnist(const std::string& dataset) { return plain_name(dataset).starts_with("mnist"); }

bool is_emnist(const std::string& dataset) { return plain_name(dataset).starts_with("emnist"); }

}  // namespace bnlab
