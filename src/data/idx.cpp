#include "bnlab/data/idx.hpp"

#include <array>

#include "bnlab/core/error.hpp"

namespace bnlab {
namespace {

const char* contents(std::size_t axes) { return axes == 1 ? "labels" : axes == 3 ? "images" : "elements"; }

const char* element_type(std::uint8_t code) {  // 08 … 0e; null: there is no such type
  static constexpr const char* types[] = {"unsigned bytes",  "signed bytes", nullptr,  "16-bit integers",
                                          "32-bit integers", "floats",       "doubles"};
  return code >= 0x08 && code <= 0x0e ? types[code - 0x08] : nullptr;
}

// What people really pass: the errors that the first bytes give away.
void check_magic(const InputFile& file, const std::array<std::uint8_t, 4>& magic, std::size_t axes) {
  const char* path = file.path().c_str();
  const char* wanted = contents(axes);
  if (magic[0] == 0x1f && magic[1] == 0x8b) {
    fail("%s: expected an IDX file of %s, found a gzip file; unpack it first: gunzip %s", path, wanted, path);
  }
  if (magic[0] == '<') {
    fail("%s: expected an IDX file of %s, found an HTML page of %llu bytes (a failed download?); fetch it again", path,
         wanted, static_cast<unsigned long long>(file.size()));
  }
  const char* type = element_type(magic[2]);
  if (magic[0] != 0 || magic[1] != 0 || type == nullptr) {
    fail("%s: expected an IDX file of %s, which begins with the bytes 00 00 08 %02zx, found %02x %02x %02x %02x", path,
         wanted, axes, magic[0], magic[1], magic[2], magic[3]);
  }
  if (magic[2] != 0x08) fail("%s: expected unsigned bytes (type 08), found %s (type %02x)", path, type, magic[2]);
  if (magic[3] != axes) {
    fail("%s: expected %s (%zu %s), found an IDX file of %s (%u %s)", path, wanted, axes, axes == 1 ? "axis" : "axes",
         contents(magic[3]), magic[3], magic[3] == 1 ? "axis" : "axes");
  }
}

}  // namespace

IdxArray read_idx(const std::string& path, std::size_t axes) {
  InputFile file(path);
  const std::size_t header = 4 + 4 * axes;
  std::array<std::uint8_t, 4> magic{};
  if (file.size() >= magic.size()) {
    file.read(magic.data(), magic.size());
    check_magic(file, magic, axes);
  }
  if (file.size() < header) {
    fail("%s: expected an IDX header of %zu bytes, the file has %llu", path.c_str(), header,
         static_cast<unsigned long long>(file.size()));
  }

  IdxArray array;
  std::uint64_t expected = 1;
  std::string shape;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    std::array<std::uint8_t, 4> b{};
    file.read(b.data(), b.size());
    std::uint64_t length = 0;  // big-endian
    for (const std::uint8_t byte : b) length = length << 8 | byte;
    array.shape.push_back(length);
    shape += format(axis == 0 ? "%llu" : " x %llu", static_cast<unsigned long long>(length));
    if (__builtin_mul_overflow(expected, length, &expected)) expected = UINT64_MAX;  // more than any file has
  }
  const std::uint64_t found = file.size() - header;
  if (found != expected) {
    fail("%s: expected %s%llu bytes after the header, which announces %s, found %llu: the file is %s", path.c_str(),
         expected == UINT64_MAX ? "at least " : "", static_cast<unsigned long long>(expected), shape.c_str(),
         static_cast<unsigned long long>(found), found < expected ? "cut short" : "too long");
  }
  array.values = file.read(static_cast<std::size_t>(expected));
  return array;
}

}  // namespace bnlab
