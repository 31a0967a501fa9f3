// PyTorch's numbers (README.md), read as tensors.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "bnlab/data/safetensors.hpp"
#include "support.hpp"

namespace bnlab::testing {

class Golden {
 public:
  explicit Golden(const std::string& name) : path("tests/golden/" + name), file(read_safetensors(path)) {}

  // All numbers of the entry, whatever their type.
  std::vector<double> numbers(const std::string& name) const {
    const StoredTensor& t = entry(name);
    if (t.dtype == "F64") return convert<double>(t.bytes);
    if (t.dtype == "F32") return convert<float>(t.bytes);
    if (t.dtype == "I64") return convert<std::int64_t>(t.bytes);
    if (t.dtype == "U8") return convert<std::uint8_t>(t.bytes);
    fail("%s: '%s' has the type %s", path.c_str(), name.c_str(), t.dtype.c_str());
  }

  double number(const std::string& name) const { return numbers(name).at(0); }

  // A vector, or a matrix as it stands in the file.
  Tensor tensor(const std::string& name) const {
    const auto& shape = entry(name).shape;
    Tensor t = shape.size() == 1 ? Tensor({shape.at(0)}) : Tensor({shape.at(0), shape.at(1)});
    const std::vector<double> values = numbers(name);
    for (std::size_t i = 0; i < values.size(); ++i) t.stored()[i] = static_cast<real>(values[i]);
    return t;
  }

  // A parameter: a vector, or PyTorch's [out, in] as bnlab's [in, out] in panels.
  Tensor parameter(const std::string& name) const {
    const Tensor theirs = tensor(name);
    if (theirs.rank() == 1) return theirs;
    Tensor ours({theirs.cols(), theirs.rows()}, Layout::panels);
    for (std::size_t i = 0; i < ours.rows(); ++i) {
      for (std::size_t j = 0; j < ours.cols(); ++j) ours(i, j) = theirs(j, i);
    }
    return ours;
  }

  const std::string path;
  const TensorFile file;

 private:
  const StoredTensor& entry(const std::string& name) const {
    const auto found = file.tensors.find(name);
    if (found == file.tensors.end()) fail("%s: there is no '%s'", path.c_str(), name.c_str());
    return found->second;
  }
  template <class Number>
  static std::vector<double> convert(const Bytes& bytes) {
    std::vector<Number> values(bytes.size() / sizeof(Number));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    std::vector<double> result;
    for (const Number value : values) result.push_back(static_cast<double>(value));
    return result;
  }
};

}  // namespace bnlab::testing
