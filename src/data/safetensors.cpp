#include "bnlab/data/safetensors.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>

#include "bnlab/core/error.hpp"

namespace bnlab {

static_assert(std::endian::native == std::endian::little, "numbers in safetensors files are little-endian");

namespace {

constexpr std::uint64_t kLargestHeader = 100'000'000;  // the format's own limit

std::size_t bytes_of(const std::string& dtype) {
  static constexpr struct {
    const char* name;
    std::size_t bytes;
  } known[] = {{"F64", 8},  {"I64", 8}, {"U64", 8}, {"F32", 4}, {"I32", 4}, {"U32", 4}, {"F16", 2},
               {"BF16", 2}, {"I16", 2}, {"U16", 2}, {"U8", 1},  {"I8", 1},  {"BOOL", 1}};
  for (const auto& type : known) {
    if (dtype == type.name) return type.bytes;
  }
  return 0;
}

// The little JSON that a header is made of: objects, strings, and arrays of whole numbers.
class HeaderReader {
 public:
  HeaderReader(const std::string& path, std::string_view text) : path_(path), text_(text) {}

  // {"key": …, "key": …}: calls value(key) with the reader standing before each value.
  template <class Value>
  void object(Value value) {
    expect('{');
    if (accept('}')) return;
    do {
      const std::string key = string();
      expect(':');
      value(key);
    } while (accept(','));
    expect('}');
  }

  std::string string() {
    expect('"');
    std::string result;
    for (;;) {
      const char c = take();
      if (c == '"') return result;
      if (static_cast<unsigned char>(c) < 0x20) bad("a control character in a string");
      if (c == '\\') {
        escape(result);
      } else {
        result += c;
      }
    }
  }

  std::vector<std::size_t> numbers() {
    std::vector<std::size_t> result;
    expect('[');
    if (accept(']')) return result;
    do {
      result.push_back(number());
    } while (accept(','));
    expect(']');
    return result;
  }

  void end() {
    skip_space();
    if (at_ != text_.size()) bad("text after its end");
  }

  [[noreturn]] void bad(const char* problem) const {
    fail("%s: expected a safetensors header, found %s at byte %zu of it", path_.c_str(), problem, at_);
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\n\r").find(text_[at_]) != std::string_view::npos) ++at_;
  }
  char take() {
    if (at_ == text_.size()) bad("its end too early");
    return text_[at_++];
  }
  bool accept(char c) {
    skip_space();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) bad(format("something other than '%c'", c).c_str());
  }
  std::size_t number() {
    skip_space();
    const std::size_t begin = at_;
    std::size_t value = 0;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      const std::size_t digit = static_cast<std::size_t>(text_[at_] - '0');
      if (value > (SIZE_MAX - digit) / 10) bad("a number too large");
      value = value * 10 + digit;
      ++at_;
    }
    if (at_ == begin) bad("something other than a whole number");
    return value;
  }
  void escape(std::string& result) {
    const char c = take();
    static constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    if (const std::size_t letter = letters.find(c); letter != letters.npos) {
      result += meanings[letter];
    } else if (c == 'u') {
      unsigned code = 0;
      for (int i = 0; i < 4; ++i) {
        const char digit = take();
        const std::size_t value = std::string_view("0123456789abcdef0123456789ABCDEF").find(digit);
        if (value == std::string_view::npos) bad("a bad \\u escape");
        code = code * 16 + static_cast<unsigned>(value % 16);
      }
      // UTF-8. Half of a surrogate pair becomes '?': no name of ours has one.
      if (code < 0x80) {
        result += static_cast<char>(code);
      } else if (code < 0x800) {
        result += {static_cast<char>(0xc0 | code >> 6), static_cast<char>(0x80 | (code & 0x3f))};
      } else if (code >= 0xd800 && code < 0xe000) {
        result += '?';
      } else {
        result += {static_cast<char>(0xe0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3f)),
                   static_cast<char>(0x80 | (code & 0x3f))};
      }
    } else {
      bad("a bad escape");
    }
  }

  const std::string& path_;
  std::string_view text_;
  std::size_t at_ = 0;
};

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\', result += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      result += format("\\u%04x", static_cast<unsigned>(c));
    } else {
      result += c;
    }
  }
  return result + "\"";
}

struct Entry {
  std::string name;
  StoredTensor tensor;
  std::size_t begin = 0, end = 0;
};

Entry read_entry(HeaderReader& header, const std::string& path, const std::string& name) {
  Entry entry;
  entry.name = name;
  std::vector<std::size_t> offsets;
  bool has_shape = false;
  header.object([&](const std::string& key) {
    if (key == "dtype") {
      entry.tensor.dtype = header.string();
    } else if (key == "shape") {
      entry.tensor.shape = header.numbers();
      has_shape = true;
    } else if (key == "data_offsets") {
      offsets = header.numbers();
    } else {
      header.bad("a key other than dtype, shape and data_offsets");
    }
  });
  if (!has_shape) header.bad("a tensor without its shape");
  if (offsets.size() != 2) header.bad("a tensor without its two data_offsets");
  entry.begin = offsets[0], entry.end = offsets[1];
  std::size_t bytes = bytes_of(entry.tensor.dtype);
  if (bytes == 0)
    fail("%s: tensor '%s' has the unknown type '%s'", path.c_str(), name.c_str(), entry.tensor.dtype.c_str());
  for (const std::size_t axis : entry.tensor.shape) {
    if (axis != 0 && bytes > SIZE_MAX / axis) header.bad("a shape too large");
    bytes *= axis;
  }
  if (entry.end < entry.begin || entry.end - entry.begin != bytes) {
    fail("%s: tensor '%s' %s of %s needs %zu bytes, its data_offsets are [%zu, %zu]", path.c_str(), name.c_str(),
         entry.tensor.shape_text().c_str(), entry.tensor.dtype.c_str(), bytes, entry.begin, entry.end);
  }
  return entry;
}

}  // namespace

std::string StoredTensor::shape_text() const {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += format(i == 0 ? "%zu" : ", %zu", shape[i]);
  return text + "]";
}

TensorFile read_safetensors(const std::string& path) {
  InputFile file(path);
  std::uint64_t length = 0;
  if (file.size() >= 8) file.read(&length, 8);
  if (file.size() < 8 || length > kLargestHeader || length > file.size() - 8) {
    fail("%s: expected a safetensors file, found %llu bytes that announce a header of %llu", path.c_str(),
         static_cast<unsigned long long>(file.size()), static_cast<unsigned long long>(length));
  }
  const Bytes text = file.read(static_cast<std::size_t>(length));
  HeaderReader header(path, {reinterpret_cast<const char*>(text.data()), text.size()});

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

  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.begin != b.begin ? a.begin < b.begin : a.end < b.end; });
  const std::uint64_t available = file.size() - 8 - length;
  std::size_t at = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != at) {
      fail("%s: expected tensor '%s' to begin at offset %zu, it begins at %zu", path.c_str(), entry.name.c_str(), at,
           entry.begin);
    }
    at = entry.end;
  }
  if (at != available) {
    fail("%s: expected %zu bytes of numbers, found %llu: the file is %s", path.c_str(), at,
         static_cast<unsigned long long>(available), at > available ? "cut short" : "too long");
  }
  for (Entry& entry : entries) {
    entry.tensor.bytes = file.read(entry.end - entry.begin);
    if (!result.tensors.emplace(entry.name, std::move(entry.tensor)).second) {
      fail("%s: has two tensors named '%s'", path.c_str(), entry.name.c_str());
    }
  }
  return result;
}

void write_safetensors(const std::string& path, const TensorFile& file) {
  // As the format's own writer does: the widest types first, so that all stay aligned, then by name.
  std::vector<std::pair<const std::string*, const StoredTensor*>> order;
  for (const auto& [name, tensor] : file.tensors) order.emplace_back(&name, &tensor);
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return bytes_of(a.second->dtype) > bytes_of(b.second->dtype); });

  std::string header = "{";
  if (!file.metadata.empty()) {
    header += "\"__metadata__\":{";
    for (const auto& [key, text] : file.metadata) header += quoted(key) + ":" + quoted(text) + ",";
    header.back() = '}';
    header += ",";
  }
  std::size_t at = 0;
  for (const auto& [name, tensor] : order) {
    std::string shape = tensor->shape_text();
    shape.erase(std::remove(shape.begin(), shape.end(), ' '), shape.end());
    header += quoted(*name) + format(":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%zu,%zu]},",
                                     tensor->dtype.c_str(), shape.c_str(), at, at + tensor->bytes.size());
    at += tensor->bytes.size();
  }
  if (header.back() == ',') header.pop_back();
  header += "}";
  header.resize((header.size() + 7) / 8 * 8, ' ');

  std::string content(8, '\0');
  const std::uint64_t length = header.size();
  std::memcpy(content.data(), &length, 8);
  content += header;
  for (const auto& [name, tensor] : order) {
    content.append(reinterpret_cast<const char*>(tensor->bytes.data()), tensor->bytes.size());
  }
  write_file(path, content);
}

}  // namespace bnlab
