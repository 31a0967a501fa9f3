// .npy files, byte by byte: what NumPy reads must be what was written.
#include "bnlab/data/npy.hpp"

#include <cstring>
#include <string>

#include "support.hpp"

namespace bnlab::testing::npy_test {

namespace {

// A file taken apart by the format's description alone.
struct Parts {
  std::string magic, header, numbers;
};

Parts parts_of(const std::string& path) {
  const std::string bytes = read_text(path);
  REQUIRE(bytes.size() >= 10);
  const std::size_t length = static_cast<unsigned char>(bytes[8]) + 256u * static_cast<unsigned char>(bytes[9]);
  REQUIRE(bytes.size() >= 10 + length);
  return {bytes.substr(0, 8), bytes.substr(10, length), bytes.substr(10 + length)};
}

// The bytes of a number, the least significant one first.
std::string little_endian(real value) {
  std::uint64_t bits = 0;
  if constexpr (kDouble) {
    std::memcpy(&bits, &value, sizeof value);
  } else {
    std::uint32_t low = 0;
    std::memcpy(&low, &value, sizeof value);
    bits = low;
  }
  std::string bytes;
  for (std::size_t i = 0; i < sizeof(real); ++i) bytes += static_cast<char>(bits >> 8 * i & 0xff);
  return bytes;
}

}  // namespace

TEST_CASE("npy: a small file is the one that NumPy writes, to the last byte") {
  const TempFolder folder;
  Tensor matrix({2, 3});
  for (std::size_t i = 0; i < 6; ++i) matrix(i / 3, i % 3) = static_cast<real>(i) - static_cast<real>(2.5);
  write_npy(folder / "small.npy", matrix);

  std::string expected("\x93NUMPY\x01\x00\x76\x00", 10);  // version 1.0; a header of 118 bytes, which end at 128
  expected += kDouble ? "{'descr': '<f8', " : "{'descr': '<f4', ";
  expected += "'fortran_order': False, 'shape': (2, 3), }";
  expected += std::string(127 - expected.size(), ' ') + "\n";
  for (const double value : {-2.5, -1.5, -0.5, 0.5, 1.5, 2.5}) expected += little_endian(static_cast<real>(value));
  CHECK(read_text(folder / "small.npy") == expected);
  CHECK(little_endian(1) == (kDouble ? std::string("\0\0\0\0\0\0\xf0\x3f", 8) : std::string("\0\0\x80\x3f", 4)));
}

TEST_CASE("npy: the numbers begin at a multiple of 64, the header ends with a line break, for every shape") {
  const TempFolder folder;
  const std::pair<std::size_t, std::size_t> shapes[] = {{1, 1}, {1, 10},     {10, 1},    {3, 100},
                                                        {0, 5}, {123456, 1}, {70000, 3}, {1, 1000000}};
  for (const auto& [rows, cols] : shapes) {
    Tensor matrix({rows, cols});
    for (std::size_t i = 0; i < rows * cols; ++i) matrix(i / cols, i % cols) = static_cast<real>(i % 251);
    write_npy(folder / "m.npy", matrix);
    const Parts parts = parts_of(folder / "m.npy");
    CHECK(parts.magic == std::string("\x93NUMPY\x01\x00", 8));
    CHECK((10 + parts.header.size()) % 64 == 0);
    CHECK(parts.header.ends_with(" \n"));
    CHECK(contains(parts.header, "'shape': (" + std::to_string(rows) + ", " + std::to_string(cols) + "), }"));
    const std::string dictionary = parts.header.substr(0, parts.header.find('}') + 1);
    CHECK(parts.header.find_first_not_of(' ', dictionary.size()) == parts.header.size() - 1);
    REQUIRE(parts.numbers.size() == rows * cols * sizeof(real));
    std::size_t wrong = 0;  // every row in full would take long without optimization
    for (std::size_t i = 0; i < rows * cols; i += 97) {
      wrong += parts.numbers.substr(i * sizeof(real), sizeof(real)) != little_endian(static_cast<real>(i % 251));
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("npy: infinities, NaN and negative zero keep their bits") {
  const TempFolder folder;
  Tensor matrix({1, 4});
  matrix(0, 0) = static_cast<real>(HUGE_VAL), matrix(0, 1) = static_cast<real>(-HUGE_VAL);
  matrix(0, 2) = static_cast<real>(NAN), matrix(0, 3) = static_cast<real>(-0.0);
  write_npy(folder / "odd.npy", matrix);
  const std::string numbers = parts_of(folder / "odd.npy").numbers;
  std::string expected;
  for (std::size_t j = 0; j < 4; ++j) expected += little_endian(matrix(0, j));
  CHECK(numbers == expected);
  CHECK(numbers.back() == '\x80');  // the sign of -0
}

TEST_CASE("npy: an older file of the name is replaced, and a name that cannot be written is an error") {
  const TempFolder folder;
  write_text(folder / "m.npy", std::string(1000, 'x'));
  write_npy(folder / "m.npy", Tensor({1, 1}));
  CHECK(read_text(folder / "m.npy").size() == 128 + sizeof(real));
  const std::string error = error_of([&] { write_npy(folder / "none/m.npy", Tensor({1, 1})); });
  CHECK(error.rfind(folder / "none/m.npy: ", 0) == 0);
}

}  // namespace bnlab::testing::npy_test
