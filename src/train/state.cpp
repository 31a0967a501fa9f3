#include "bnlab/train/state.hpp"

#include <algorithm>
#include <cstring>

namespace bnlab {
namespace {

// A matrix [in, out] of ours is [out, in] in files; a vector is itself.
std::vector<std::size_t> file_shape(const Tensor& t) {
  return t.rank() == 1 ? std::vector{t.cols()} : std::vector{t.cols(), t.rows()};
}

StoredTensor to_stored(const Tensor& t) {
  StoredTensor stored{kRealType, file_shape(t), Bytes(t.size() * sizeof(real))};
  std::uint8_t* to = stored.bytes.data();
  for (std::size_t j = 0; j < t.cols(); ++j) {
    for (std::size_t i = 0; i < t.rows(); ++i, to += sizeof(real))
      std::memcpy(to, &t.stored()[t.index(i, j)], sizeof(real));
  }
  return stored;
}

template <class Number>
void convert(const Bytes& bytes, Tensor& t) {
  const std::uint8_t* from = bytes.data();
  for (std::size_t j = 0; j < t.cols(); ++j) {
    for (std::size_t i = 0; i < t.rows(); ++i, from += sizeof(Number)) {
      Number value;
      std::memcpy(&value, from, sizeof value);
      t(i, j) = static_cast<real>(value);
    }
  }
}

}  // namespace

std::vector<Buffer> state_dict(Network& network) {
  std::vector<Buffer> state;
  for (const Parameter& p : network.parameters()) state.push_back({p.name, p.value});
  for (const Buffer& b : network.buffers()) state.push_back(b);
  return state;
}

void store(TensorFile& file, const std::string& prefix, const std::vector<Buffer>& state) {
  for (const Buffer& b : state) {
    file.tensors[prefix + b.name] =
        b.values != nullptr ? to_stored(*b.values) : stored_numbers("I64", {}, std::vector{*b.count});
  }
}

const StoredTensor& find_tensor(const TensorFile& file, const std::string& path, const std::string& name,
                                const std::vector<std::size_t>& shape, const std::vector<std::string>& types) {
  const auto found = file.tensors.find(name);
  if (found == file.tensors.end()) fail("%s: expected a tensor '%s', there is none", path.c_str(), name.c_str());
  const StoredTensor& stored = found->second;
  if (stored.shape != shape) {
    fail("%s: expected '%s' to have the shape %s, found %s", path.c_str(), name.c_str(),
         StoredTensor{"", shape, {}}.shape_text().c_str(), stored.shape_text().c_str());
  }
  if (std::find(types.begin(), types.end(), stored.dtype) == types.end()) {
    fail("%s: expected '%s' to be %s%s, found %s", path.c_str(), name.c_str(), types[0].c_str(),
         types.size() > 1 ? (" or " + types[1]).c_str() : "", stored.dtype.c_str());
  }
  return stored;
}

void restore(const TensorFile& file, const std::string& path, const std::string& prefix,
             const std::vector<Buffer>& state) {
  for (const Buffer& b : state) {
    const std::string name = prefix + b.name;
    if (b.values != nullptr) {
      const StoredTensor& stored = find_tensor(file, path, name, file_shape(*b.values), {"F32", "F64"});
      stored.dtype == "F32" ? convert<float>(stored.bytes, *b.values) : convert<double>(stored.bytes, *b.values);
    } else if (file.tensors.contains(name)) {
      std::memcpy(b.count, find_tensor(file, path, name, {}, {"I64"}).bytes.data(), sizeof *b.count);
    } else {
      *b.count = 0;  // as PyTorch does for a missing num_batches_tracked
    }
  }
}

}  // namespace bnlab
