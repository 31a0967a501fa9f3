#include "bnlab/data/idx.hpp"

#include <map>

#include "bnlab/data/file.hpp"

namespace bnlab {
namespace {

const char* content_name(std::size_t axes) {
  if (axes == 1) return "labels";
  if (axes == 3) return "images";
  return "elements";
}

const char* axis_or_axes(std::size_t count) { return count == 1 ? "axis" : "axes"; }

// Checks the first four bytes, and recognizes other files by them.
void check_magic(const InputFile& file, const Bytes& magic, std::size_t axes) {
  static const std::map<unsigned, const char*> types = {{0x08, "unsigned bytes"},  {0x09, "signed bytes"},
                                                        {0x0b, "16-bit integers"}, {0x0c, "32-bit integers"},
                                                        {0x0d, "floats"},          {0x0e, "doubles"}};
  const char* path = file.path().c_str();
  const char* expected = content_name(axes);
  const std::uint8_t type = magic[2], found_axes = magic[3];
  if (magic[0] == 0x1f && magic[1] == 0x8b) {
    fail("%s: expected an IDX file of %s, found a gzip file; unpack it first: gunzip %s", path, expected, path);
  }
  if (magic[0] == '<') {
    fail("%s: expected an IDX file of %s, found an HTML page of %zu bytes (a failed download?); fetch it again", path,
         expected, file.size());
  }
  if (types.contains(magic[1]) && magic[2] == 0 && magic[3] == 0) {
    fail("%s: expected the bytes 00 00 08 %02zx, found %02x %02x 00 00: the header is little-endian, IDX is big-endian",
         path, axes, magic[0], magic[1]);
  }
  if (magic[0] != 0 || magic[1] != 0 || !types.contains(type)) {
    fail("%s: expected an IDX file of %s, which begins with the bytes 00 00 08 %02zx, found %02x %02x %02x %02x", path,
         expected, axes, magic[0], magic[1], type, found_axes);
  }
  if (type != 0x08) {
    fail("%s: expected unsigned bytes (type 08), found %s (type %02x)", path, types.at(type), type);
  }
  if (found_axes != axes) {
    fail("%s: expected %s (%zu %s), found an IDX file of %s (%u %s)", path, expected, axes, axis_or_axes(axes),
         content_name(found_axes), found_axes, axis_or_axes(found_axes));
  }
}

// With the bytes of each number reversed.
std::vector<std::size_t> reversed(std::vector<std::size_t> lengths) {
  for (std::size_t& length : lengths) length = __builtin_bswap32(static_cast<std::uint32_t>(length));
  return lengths;
}

// Error: the lengths, which are not those of the file, are little-endian. Reversed, they are then smaller: real lengths
// are small numbers, which have zeros at their big end.
[[maybe_unused]] void expect_big_endian(const std::string& path, const std::vector<std::size_t>& lengths) {
  const std::vector<std::size_t> other_way = reversed(lengths);
  for (std::size_t axis = 0; axis < lengths.size(); ++axis) {
    if (other_way[axis] >= lengths[axis]) return;
  }
  fail("%s: expected big-endian lengths in the header, found %s as its lengths are little-endian; convert the file",
       path.c_str(), joined(other_way, " x ").c_str());
}

}  // namespace

IdxArray read_idx(const std::string& path, std::size_t axes) {
  InputFile file(path);
  const std::size_t header = 4 + 4 * axes;
  if (file.size() >= 4) check_magic(file, file.read(4), axes);
  if (file.size() < header) {
    fail("%s: expected an IDX header of %zu bytes, the file has %zu", path.c_str(), header, file.size());
  }

  // BEGIN SOLUTION idx-reader
  IdxArray array;
  std::size_t expected = 1;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    std::size_t length = 0;  // big-endian
    for (const std::uint8_t byte : file.read(4)) length = length << 8 | byte;
    array.shape.push_back(length);
    if (__builtin_mul_overflow(expected, length, &expected)) expected = SIZE_MAX;  // larger than any file
  }
  const std::size_t found = file.size() - header;
  if (found != expected) {
    expect_big_endian(path, array.shape);
    fail("%s: expected %s%zu bytes after the header, which announces %s, found %zu: the file is %s", path.c_str(),
         expected == SIZE_MAX ? "at least " : "", expected, joined(array.shape, " x ").c_str(), found,
         found < expected ? "cut short" : "too long");
  }
  array.values = file.read(expected);
  return array;
  // END SOLUTION
}

}  // namespace bnlab
