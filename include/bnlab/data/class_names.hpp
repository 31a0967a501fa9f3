// The names of the classes in well-known datasets.
#pragma once

#include <string>

namespace bnlab {

// The class name of a label, for datasets that are known by their name: "Sneaker" for Fashion-MNIST's 7, "ship" for
// CIFAR-10's 8, "C" for the 3 of EMNIST's letters. For digits and unknown datasets, the label itself.
std::string class_name(const std::string& dataset, std::size_t label);

// The name of a label that no image has: the 0 of EMNIST's letters.
inline constexpr const char* kNoClass = "(none)";

// How many classes a split of EMNIST has, such as 47 for "emnist-balanced"; 0: the name is of no such split. The
// letters are labelled from 1 to 26, so they have 27 classes, the first of them empty.
std::size_t class_count(const std::string& dataset);

// "mnist" or "MNIST", or a name that begins so: "mnist-c".
bool is_mnist(const std::string& dataset);

// Likewise "emnist": "emnist-letters".
bool is_emnist(const std::string& dataset);

}  // namespace bnlab
