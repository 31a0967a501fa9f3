#include "bnlab/data/safetensors.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "bnlab/data/file.hpp"
#include "bnlab/data/json.hpp"
#include "bnlab/data/output_file.hpp"

namespace bnlab {

static_assert(std::endian::native == std::endian::little, "numbers in safetensors files are little-endian");
static_assert(sizeof(std::size_t) == 8, "the length of the header has 8 bytes");

namespace {

constexpr std::size_t kMaxHeaderBytes = 100'000'000;  // the format's own limit

// The size of one number of that type; 0 if there is no such type.
std::size_t bytes_of(const std::string& dtype) {
  static const std::map<std::string, std::size_t> known = {{"F64", 8}, {"I64", 8}, {"U64", 8},  {"F32", 4}, {"I32", 4},
                                                           {"U32", 4}, {"F16", 2}, {"BF16", 2}, {"I16", 2}, {"U16", 2},
                                                           {"U8", 1},  {"I8", 1},  {"BOOL", 1}};
  return known.contains(dtype) ? known.at(dtype) : 0;
}

// A tensor as described in the header. Its numbers are the bytes [begin, end) of those after the header.
struct Entry {
  std::string name;
  StoredTensor tensor;
  std::size_t begin, end;
};

Entry read_entry(JsonReader& header, const std::string& path, const std::string& name) {
  std::string dtype;
  std::map<std::string, std::vector<std::size_t>> lists;
  header.object([&](const std::string& key) {
    if (key == "dtype") {
      dtype = header.string();
    } else if (key == "shape" || key == "data_offsets") {
      lists[key] = header.numbers();
    } else {
      header.bad("a key other than dtype, shape and data_offsets");
    }
  });
  if (!lists.contains("shape")) header.bad("a tensor without its shape");
  const std::vector<std::size_t>& offsets = lists["data_offsets"];
  if (offsets.size() != 2) header.bad("a tensor without its two data_offsets");
  const Entry entry{.name = name,
                    .tensor = {.dtype = dtype, .shape = lists["shape"], .bytes = {}},
                    .begin = offsets[0],
                    .end = offsets[1]};
  std::size_t bytes = bytes_of(dtype);
  if (bytes == 0) {
    fail("%s: tensor '%s' has the unknown type '%s'", path.c_str(), shown(name).c_str(), shown(dtype).c_str());
  }
  for (const std::size_t axis : entry.tensor.shape) {
    if (__builtin_mul_overflow(bytes, axis, &bytes)) header.bad("a shape too large");
  }
  if (entry.end < entry.begin || entry.end - entry.begin != bytes) {
    fail("%s: tensor '%s' %s of %s needs %zu bytes, its data_offsets are [%zu, %zu]", path.c_str(), shown(name).c_str(),
         entry.tensor.shape_text().c_str(), dtype.c_str(), bytes, entry.begin, entry.end);
  }
  return entry;
}

// The header of the file, as JSON.
Bytes read_header(InputFile& file) {
  std::size_t length = 0;
  if (file.size() >= sizeof length) std::memcpy(&length, file.read(sizeof length).data(), sizeof length);
  if (file.size() < sizeof length || length > kMaxHeaderBytes || length > file.size() - sizeof length) {
    fail("%s: expected a safetensors file, found %zu bytes that announce a header of %zu", file.path().c_str(),
         file.size(), length);
  }
  return file.read(length);
}

// Sorts the entries by offset and checks that they cover `available` bytes without gap or overlap.
void sort_and_check(std::vector<Entry>& entries, const std::string& path, std::size_t available) {
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  std::size_t offset = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != offset) {
      fail("%s: expected tensor '%s' to begin at offset %zu, it begins at %zu", path.c_str(), shown(entry.name).c_str(),
           offset, entry.begin);
    }
    offset = entry.end;
  }
  if (offset != available) {
    fail("%s: expected %zu bytes of numbers, found %zu: the file is %s", path.c_str(), offset, available,
         offset > available ? "cut short" : "too long");
  }
}

}  // namespace

std::string StoredTensor::shape_text() const {
  constexpr std::size_t kMostAxes = 8;
  if (shape.size() <= kMostAxes) return "[" + joined(shape, ", ") + "]";
  const std::vector<std::size_t> first(shape.begin(), shape.begin() + 4);
  return format("[%s, …] (%zu axes)", joined(first, ", ").c_str(), shape.size());
}

TensorFile read_safetensors(const std::string& path) {
  InputFile file(path);
  const Bytes text = read_header(file);
  JsonReader header(path, text_of(text));
  TensorFile result;
  std::vector<Entry> entries;
  header.object([&](const std::string& name) {
    if (name == "__metadata__") {
      header.object([&](const std::string& key) { result.metadata[key] = header.string(); });
    } else {
      entries.push_back(read_entry(header, path, name));
    }
  });
  header.end();

  sort_and_check(entries, path, file.size() - sizeof(std::size_t) - text.size());
  for (Entry& entry : entries) {
    entry.tensor.bytes = file.read(entry.end - entry.begin);
    const bool is_new = result.tensors.emplace(entry.name, std::move(entry.tensor)).second;
    if (!is_new) fail("%s: has two tensors named '%s'", path.c_str(), shown(entry.name).c_str());
  }
  return result;
}

void write_safetensors(const std::string& path, const TensorFile& file) {
  std::string header = "{", numbers;
  if (!file.metadata.empty()) {
    header += R"("__metadata__":{)";
    for (const auto& [key, text] : file.metadata) header += json_string(key) + ":" + json_string(text) + ",";
    header.back() = '}';
    header += ",";
  }
  // In the order of the format's own writer: the widest types first, so that all are aligned, then by name.
  for (const std::size_t width : {8u, 4u, 2u, 1u}) {
    for (const auto& [name, tensor] : file.tensors) {
      if (bytes_of(tensor.dtype) != width) continue;
      const std::size_t begin = numbers.size();
      numbers += text_of(tensor.bytes);
      header +=
          json_string(name) + format(R"(:{"dtype":"%s","shape":[%s],"data_offsets":[%zu,%zu]},)", tensor.dtype.c_str(),
                                     joined(tensor.shape, ",").c_str(), begin, numbers.size());
    }
  }
  if (header.back() == ',') header.pop_back();
  header += "}";
  header.resize((header.size() + 7) / 8 * 8, ' ');
  const std::size_t length = header.size();
  write_file(path, std::string(reinterpret_cast<const char*>(&length), sizeof length) + header + numbers);
}

}  // namespace bnlab
