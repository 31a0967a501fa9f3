// idx-reader: small files written here and read back.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "bnlab/core/error.hpp"
#include "bnlab/data/idx.hpp"
#include "support.hpp"

using namespace bnlab;
using doctest::Contains;

namespace {

// A file that exists as long as this object.
struct TemporaryFile {
  explicit TemporaryFile(const Bytes& bytes) { std::ofstream(path, std::ios::binary) << text_of(bytes); }
  ~TemporaryFile() { std::filesystem::remove(path); }
  const std::string path = std::filesystem::temp_directory_path() / ("idx-reader-test-" + std::to_string(::getpid()));
};

}  // namespace

TEST_CASE("idx-reader: the shape is that of the header, the values are the bytes after it") {
  const TemporaryFile file({0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 255, 7, 8, 128, 1});
  const IdxArray images = read_idx(file.path, 3);
  CHECK(joined(images.shape, " x ") == "2 x 1 x 3");
  CHECK(joined({images.values.begin(), images.values.end()}, " ") == "0 255 7 8 128 1");
}

TEST_CASE("idx-reader: lengths are big-endian") {
  Bytes bytes = {0, 0, 8, 1, 0, 0, 1, 4};  // 1 * 256 + 4 labels
  bytes.resize(8 + 260, 9);
  const TemporaryFile file(bytes);
  const IdxArray labels = read_idx(file.path, 1);
  CHECK(joined(labels.shape, " x ") == "260");
  CHECK(labels.values.size() == 260);
}

TEST_CASE("idx-reader: a truncated or too long file is an Error that names it") {
  for (const std::size_t values : {0u, 5u, 7u}) {  // 2 * 1 * 3 = 6 are announced
    CAPTURE(values);
    Bytes bytes = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3};
    bytes.resize(bytes.size() + values, 9);
    const TemporaryFile file(bytes);
    CHECK_THROWS_WITH_AS(read_idx(file.path, 3), Contains(file.path.c_str()), Error);
  }
}

TEST_CASE("idx-reader: lengths whose product is too large for 64 bits are an Error, too") {
  // 2^31 images of 2^31 x 4 pixels: the product is 2^64, which 64 bits hold as 0. And no byte comes after the header.
  const TemporaryFile file({0, 0, 8, 3, 0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 4});
  CHECK_THROWS_WITH_AS(read_idx(file.path, 3), Contains(file.path.c_str()), Error);
}
