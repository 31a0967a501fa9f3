#include <cctype>

#include "bnlab/data/dataset.hpp"

namespace bnlab {

bool is_mnist(const std::string& dataset) {
  std::string start = dataset.substr(0, 5);
  for (char& c : start) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return start == "mnist";
}

std::string class_name(const std::string& dataset, std::size_t label) {
  static constexpr const char* fashion[] = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                                            "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
  static constexpr const char* cifar[] = {"airplane", "automobile", "bird",  "cat",  "deer",
                                          "dog",      "frog",       "horse", "ship", "truck"};
  if (label < 10 && dataset.starts_with("fashion")) return fashion[label];
  if (label < 10 && dataset.starts_with("cifar")) return cifar[label];
  return std::to_string(label);
}

}  // namespace bnlab
