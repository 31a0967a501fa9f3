#include "bnlab/data/safetensors.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace bnlab {

static_assert(std::endian::native == std::endian::little, "numbers in safetensors files are little-endian");
static_assert(sizeof(std::size_t) == 8, "and so is the header's length, of 8 bytes");

namespace {

constexpr std::size_t kLargestHeader = 100'000'000;  // the format's own limit

// Of one number of that type; 0: there is no such type.
std::size_t bytes_of(const std::string& dtype) {
  static const std::map<std::string, std::size_t> known = {{"F64", 8}, {"I64", 8}, {"U64", 8},  {"F32", 4}, {"I32", 4},
                                                           {"U32", 4}, {"F16", 2}, {"BF16", 2}, {"I16", 2}, {"U16", 2},
                                                           {"U8", 1},  {"I8", 1},  {"BOOL", 1}};
  return known.contains(dtype) ? known.at(dtype) : 0;
}

// The little JSON that a header is made of: objects, strings, and arrays of whole numbers.
class HeaderReader {
 public:
  HeaderReader(const std::string& path, std::string_view text) : path_(path), text_(text) {}

  // {"key": …, "key": …}: calls value(key) with the reader standing before each value.
  template <class Value>
  void object(Value value) {
    list('{', '}', [&] {
      const std::string key = string();
      expect(':');
      value(key);
    });
  }

  std::string string() {
    expect('"');
    std::string result;
    for (char c = take(); c != '"'; c = take()) {
      if (static_cast<unsigned char>(c) < 0x20) bad("a control character in a string");
      result += c == '\\' ? escape() : std::string(1, c);
    }
    return result;
  }

  std::vector<std::size_t> numbers() {
    std::vector<std::size_t> result;
    list('[', ']', [&] { result.push_back(number()); });
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
    const bool here = at_ < text_.size() && text_[at_] == c;
    at_ += here;
    return here;
  }
  void expect(char c) {
    if (!accept(c)) bad(format("something other than '%c'", c).c_str());
  }
  template <class Item>
  void list(char open, char close, Item item) {
    expect(open);
    if (accept(close)) return;
    do {
      item();
    } while (accept(','));
    expect(close);
  }
  std::size_t number() {
    skip_space();
    const std::size_t begin = at_;
    std::size_t value = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      const std::size_t digit = static_cast<std::size_t>(text_[at_] - '0');
      if (value > (SIZE_MAX - digit) / 10) bad("a number too large");
      value = value * 10 + digit;
    }
    if (at_ == begin) bad("something other than a whole number");
    return value;
  }
  std::string escape() {
    static constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    const char c = take();
    if (const std::size_t letter = letters.find(c); letter != letters.npos) return {meanings[letter]};
    if (c != 'u') bad("a bad escape");
    std::size_t code = 0;
    for (int i = 0; i < 4; ++i) {
      const std::size_t digit = std::string_view("0123456789abcdef0123456789ABCDEF").find(take());
      if (digit == std::string_view::npos) bad("a bad \\u escape");
      code = code * 16 + digit % 16;
    }
    // UTF-8. Half of a surrogate pair becomes '?': no name of ours has one.
    const auto six_bits = [code](int shift) { return static_cast<char>(0x80 | (code >> shift & 0x3f)); };
    if (code < 0x80) return {static_cast<char>(code)};
    if (code < 0x800) return {static_cast<char>(0xc0 | code >> 6), six_bits(0)};
    if (code >= 0xd800 && code < 0xe000) return "?";
    return {static_cast<char>(0xe0 | code >> 12), six_bits(6), six_bits(0)};
  }

  const std::string& path_;
  std::string_view text_;
  std::size_t at_ = 0;
};

std::string quoted(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    const bool control = static_cast<unsigned char>(c) < 0x20;
    result += control ? format("\\u%04x", static_cast<unsigned>(c)) : std::string(1, c);
  }
  return '"' + result + '"';
}

// A tensor as the header announces it. Its numbers are bytes begin … end - 1 of those after the header.
struct Entry {
  std::string name;
  StoredTensor tensor;
  std::size_t begin, end;
};

Entry read_entry(HeaderReader& header, const std::string& path, const std::string& name) {
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
  const auto &shape = lists["shape"], &offsets = lists["data_offsets"];
  if (offsets.size() != 2) header.bad("a tensor without its two data_offsets");
  std::size_t bytes = bytes_of(dtype);
  if (bytes == 0) fail("%s: tensor '%s' has the unknown type '%s'", path.c_str(), name.c_str(), dtype.c_str());
  for (const std::size_t axis : shape) {
    if (__builtin_mul_overflow(bytes, axis, &bytes)) header.bad("a shape too large");
  }
  const Entry entry{name, {dtype, shape, {}}, offsets[0], offsets[1]};
  if (entry.end < entry.begin || entry.end - entry.begin != bytes) {
    fail("%s: tensor '%s' %s of %s needs %zu bytes, its data_offsets are [%zu, %zu]", path.c_str(), name.c_str(),
         entry.tensor.shape_text().c_str(), dtype.c_str(), bytes, entry.begin, entry.end);
  }
  return entry;
}

}  // namespace

TensorFile read_safetensors(const std::string& path) {
  InputFile file(path);
  std::size_t length = 0;
  if (file.size() >= 8) std::memcpy(&length, file.read(8).data(), 8);
  if (file.size() < 8 || length > kLargestHeader || length > file.size() - 8) {
    fail("%s: expected a safetensors file, found %zu bytes that announce a header of %zu", path.c_str(), file.size(),
         length);
  }
  const Bytes text = file.read(length);
  HeaderReader header(path, text_of(text));

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
            [](const Entry& a, const Entry& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  std::size_t at = 0;
  for (const auto& [name, tensor, begin, end] : entries) {
    if (begin != at) {
      fail("%s: expected tensor '%s' to begin at offset %zu, it begins at %zu", path.c_str(), name.c_str(), at, begin);
    }
    at = end;
  }
  if (const std::size_t available = file.size() - 8 - length; at != available) {
    fail("%s: expected %zu bytes of numbers, found %zu: the file is %s", path.c_str(), at, available,
         at > available ? "cut short" : "too long");
  }
  for (auto& [name, tensor, begin, end] : entries) {
    tensor.bytes = file.read(end - begin);
    const bool first = result.tensors.emplace(name, std::move(tensor)).second;
    if (!first) fail("%s: has two tensors named '%s'", path.c_str(), name.c_str());
  }
  return result;
}

void write_safetensors(const std::string& path, const TensorFile& file) {
  std::string header = "{", numbers;
  if (!file.metadata.empty()) {
    header += R"("__metadata__":{)";
    for (const auto& [key, text] : file.metadata) header += quoted(key) + ":" + quoted(text) + ",";
    header.back() = '}';
    header += ",";
  }
  // As the format's own writer does: the widest types first, so that all stay aligned, then by name.
  for (const std::size_t width : {8u, 4u, 2u, 1u}) {
    for (const auto& [name, tensor] : file.tensors) {
      if (bytes_of(tensor.dtype) != width) continue;
      const std::size_t begin = numbers.size();
      numbers += text_of(tensor.bytes);
      header += quoted(name) + format(R"(:{"dtype":"%s","shape":[%s],"data_offsets":[%zu,%zu]},)", tensor.dtype.c_str(),
                                      joined(tensor.shape, ",").c_str(), begin, numbers.size());
    }
  }
  if (header.back() == ',') header.pop_back();
  header += "}";
  header.resize((header.size() + 7) / 8 * 8, ' ');
  const std::size_t length = header.size();
  write_file(path, std::string(reinterpret_cast<const char*>(&length), 8) + header + numbers);
}

}  // namespace bnlab
