#include "bnlab/data/class_names.hpp"

#include <strings.h>

namespace bnlab {

std::string class_name(const std::string& dataset, std::size_t label) {
  static constexpr const char* fashion[] = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                                            "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
  static constexpr const char* cifar[] = {"airplane", "automobile", "bird",  "cat",  "deer",
                                          "dog",      "frog",       "horse", "ship", "truck"};
  if (label < 10 && dataset.starts_with("fashion")) return fashion[label];
  if (label < 10 && dataset.starts_with("cifar")) return cifar[label];
  return std::to_string(label);
}

bool is_mnist(const std::string& dataset) { return ::strncasecmp(dataset.c_str(), "mnist", 5) == 0; }

}  // namespace bnlab
