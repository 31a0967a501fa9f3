#include "bnlab/train/state_file.hpp"

#include <algorithm>

namespace bnlab {
namespace {

// A matrix [in, out] of ours is [out, in] in files; a vector is itself.
std::vector<std::size_t> file_shape(const Tensor& t) {
  return t.rank() == 1 ? std::vector{t.cols()} : std::vector{t.cols(), t.rows()};
}

StoredTensor to_stored(const Tensor& t) {
  std::vector<real> numbers;
  for (std::size_t n = 0; n < t.size(); ++n) numbers.push_back(t(n % t.rows(), n / t.rows()));
  return stored_numbers(kRealType, file_shape(t), numbers);
}

template <class Number>
void fill(Tensor& t, const std::vector<Number>& numbers) {
  for (std::size_t n = 0; n < t.size(); ++n) t(n % t.rows(), n / t.rows()) = static_cast<real>(numbers[n]);
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
         types.size() > 1 ? (" or " + types[1]).c_str() : "", shown(stored.dtype).c_str());
  }
  return stored;
}

void restore(const TensorFile& file, const std::string& path, const std::string& prefix,
             const std::vector<Buffer>& state) {
  for (const Buffer& b : state) {
    const std::string name = prefix + b.name;
    if (b.values != nullptr) {
      const StoredTensor& stored = find_tensor(file, path, name, file_shape(*b.values), {"F32", "F64"});
      if (stored.dtype == "F32") {
        fill(*b.values, numbers_of<float>(stored));
      } else {
        fill(*b.values, numbers_of<double>(stored));
      }
    } else if (file.tensors.contains(name)) {
      *b.count = numbers_of<std::int64_t>(find_tensor(file, path, name, {}, {"I64"}))[0];
    } else {
      *b.count = 0;  // as PyTorch does for a missing num_batches_tracked
    }
  }
}

}  // namespace bnlab
