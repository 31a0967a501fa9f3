#include "bnlab/train/state_file.hpp"

#include <algorithm>
#include <cmath>

namespace bnlab {
namespace {

// A matrix [in, out] of ours is [out, in] in files; a vector is itself.
std::vector<std::size_t> file_shape(const Tensor& t) {
  return t.rank() == 1 ? std::vector{t.cols()} : std::vector{t.cols(), t.rows()};
}

// Where number n of a tensor stands: "[3]", "[2, 17]".
std::string entry_text(std::size_t n, const std::vector<std::size_t>& shape) {
  if (shape.size() == 1) return format("[%zu]", n);
  return format("[%zu, %zu]", n / shape[1], n % shape[1]);
}

// Error: a number is not finite as `real`, or negative where it must not be.
template <class Number>
void expect_valid(const std::vector<Number>& numbers, const Buffer& b, const std::string& path,
                  const std::string& name) {
  for (std::size_t n = 0; n < numbers.size(); ++n) {
    const Number x = numbers[n];
    const bool fits = std::isfinite(static_cast<real>(x));
    if (fits && !(b.not_negative && x < 0)) continue;
    const std::string where = entry_text(n, file_shape(*b.values));
    const double found = static_cast<double>(x);
    if (fits) {
      fail("%s: expected numbers >= 0 in '%s', found %g at %s", path.c_str(), name.c_str(), found, where.c_str());
    }
    fail("%s: expected finite numbers in '%s', found %g at %s%s", path.c_str(), name.c_str(), found, where.c_str(),
         std::isfinite(x) ? ", too large for float" : "");
  }
}

void expect_valid_count(std::int64_t count, const std::string& path, const std::string& name) {
  if (count >= 0 && count <= kMostCount) return;
  fail("%s: expected a count from 0 to %lld in '%s', found %lld", path.c_str(), static_cast<long long>(kMostCount),
       name.c_str(), static_cast<long long>(count));
}

StoredTensor to_stored(const Tensor& t) {
  std::vector<real> numbers;
  numbers.reserve(t.size());
  for (std::size_t n = 0; n < t.size(); ++n) numbers.push_back(t(n % t.rows(), n / t.rows()));
  return stored_numbers(kRealType, file_shape(t), numbers);
}

template <class Number>
void fill(Tensor& t, const std::vector<Number>& numbers) {
  for (std::size_t n = 0; n < t.size(); ++n) t(n % t.rows(), n / t.rows()) = static_cast<real>(numbers[n]);
}

}  // namespace

void store(TensorFile& file, const std::string& path, const std::string& prefix, const std::vector<Buffer>& state) {
  const std::string not_saved = path + ": not saved";
  for (const Buffer& b : state) {
    const std::string name = prefix + b.name;
    if (file.tensors.contains(name)) fail("%s: two tensors are named '%s'", not_saved.c_str(), name.c_str());
    if (b.values != nullptr) {
      const StoredTensor stored = to_stored(*b.values);
      expect_valid(numbers_of<real>(stored), b, not_saved, name);
      file.tensors[name] = stored;
    } else {
      expect_valid_count(*b.count, not_saved, name);
      file.tensors[name] = stored_numbers("I64", {}, std::vector{*b.count});
    }
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

namespace {

const StoredTensor& find_values(const TensorFile& file, const std::string& path, const std::string& name,
                                const Tensor& t, Match match) {
  const std::vector<std::string> types =
      match == Match::exact ? std::vector<std::string>{kRealType} : std::vector<std::string>{"F32", "F64"};
  return find_tensor(file, path, name, file_shape(t), types);
}

std::int64_t read_count(const TensorFile& file, const std::string& path, const std::string& name) {
  return numbers_of<std::int64_t>(find_tensor(file, path, name, {}, {"I64"}))[0];
}

bool is_missing(const TensorFile& file, const std::string& name, const Buffer& b, Match match) {
  return match == Match::converted && b.may_be_missing && !file.tensors.contains(name);
}

}  // namespace

void check(const TensorFile& file, const std::string& path, const std::string& prefix, const std::vector<Buffer>& state,
           Match match) {
  for (const Buffer& b : state) {
    const std::string name = prefix + b.name;
    if (is_missing(file, name, b, match)) continue;
    if (b.count != nullptr) {
      expect_valid_count(read_count(file, path, name), path, name);
      continue;
    }
    const StoredTensor& stored = find_values(file, path, name, *b.values, match);
    if (stored.dtype == "F32") {
      expect_valid(numbers_of<float>(stored), b, path, name);
    } else {
      expect_valid(numbers_of<double>(stored), b, path, name);
    }
  }
}

void restore(const TensorFile& file, const std::string& path, const std::string& prefix,
             const std::vector<Buffer>& state, Match match) {
  check(file, path, prefix, state, match);
  for (const Buffer& b : state) {
    const std::string name = prefix + b.name;
    if (b.count != nullptr) {
      *b.count = is_missing(file, name, b, match) ? 0 : read_count(file, path, name);
      continue;
    }
    const StoredTensor& stored = find_values(file, path, name, *b.values, match);
    if (stored.dtype == "F32") {
      fill(*b.values, numbers_of<float>(stored));
    } else {
      fill(*b.values, numbers_of<double>(stored));
    }
  }
}

}  // namespace bnlab
