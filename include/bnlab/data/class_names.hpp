// The names of the classes in well-known datasets.
#pragma once

#include <string>

namespace bnlab {

// The class name of a label, for datasets that are known by the name of their folder: "Sneaker" for Fashion-MNIST's 7,
// "ship" for CIFAR-10's 8. For digits and unknown datasets, the label itself.
std::string class_name(const std::string& dataset, std::size_t label);

// "mnist" or "MNIST", or a name that begins so: "mnist-sample".
bool is_mnist(const std::string& dataset);

}  // namespace bnlab
