// Which classes are taken for which.
#pragma once

#include <string>

#include "bnlab/core/tensor.hpp"
#include "bnlab/core/text.hpp"

namespace bnlab {

// The accuracy of each class, and how its images were classified: the confusion matrix, or, of more than 10 classes,
// the three most frequent mistakes. `logits`: [images, classes].
std::string confusion_table(const std::string& dataset, const Bytes& labels, const Tensor& logits);

}  // namespace bnlab
