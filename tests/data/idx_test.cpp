// IDX files as they should be, and as people really pass them: each wrong one is refused in one line that says what it
// is instead.
#include "bnlab/data/idx.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "support.hpp"

namespace bnlab::testing::idx_test {

namespace {

// The header of an IDX file: element type, number of axes, and each axis' length, big-endian.
std::string header(int type, const std::vector<std::uint32_t>& shape) {
  std::string bytes{'\0', '\0', static_cast<char>(type), static_cast<char>(shape.size())};
  for (const std::uint32_t length : shape) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(length >> shift & 0xff);
  }
  return bytes;
}

// What read_idx says of a file with these bytes. Every message is checked to be one line that begins with the path.
std::string refused(const std::string& bytes, std::size_t axes = 3) {
  const TempFolder folder;
  const std::string path = folder / "the file";
  write_text(path, bytes);
  const std::string error = error_of([&] { read_idx(path, axes); });
  CAPTURE(error);
  CHECK(error.rfind(path + ": expected ", 0) == 0);
  CHECK_FALSE(contains(error, "\n"));
  return error;
}

}  // namespace

TEST_CASE("IDX: two images come out pixel by pixel in the file's order, and labels likewise") {
  const TempFolder folder;
  // A length of 258 is 00 00 01 02: it is another number when it is read from the wrong end.
  std::string pixels;
  for (int i = 0; i < 2 * 1 * 258; ++i) pixels += static_cast<char>(i * 7 + i / 256);
  write_text(folder / "images", header(8, {2, 1, 258}) + pixels);
  const IdxArray images = read_idx(folder / "images", 3);
  CHECK(images.shape == std::vector<std::size_t>{2, 1, 258});
  CHECK(images.values == Bytes(pixels.begin(), pixels.end()));

  write_text(folder / "small",
             header(8, {2, 2, 3}) + std::string("\x00\x01\x02\x03\x04\x05\xff\xfe\xfd\x0a\x0d\x1a", 12));
  CHECK(read_idx(folder / "small", 3).values == Bytes{0, 1, 2, 3, 4, 5, 255, 254, 253, 10, 13, 26});

  write_text(folder / "labels", header(8, {5}) + std::string("\x09\x00\x00\x03\x07", 5));
  const IdxArray labels = read_idx(folder / "labels", 1);
  CHECK(labels.shape == std::vector<std::size_t>{5});
  CHECK(labels.values == Bytes{9, 0, 0, 3, 7});
}

TEST_CASE("IDX: a file that is not there, or is a folder, is named") {
  const TempFolder folder;
  const std::string missing = folder / "train-images-idx3-ubyte";
  const std::string error = error_of([&] { read_idx(missing, 3); });
  CHECK(error.rfind(missing + ": ", 0) == 0);
  CHECK(contains(error, "No such file"));
  CHECK(contains(error_of([&] { read_idx(folder.path(), 3); }),
                 folder.path() + ": expected a regular file, found a folder"));
}

TEST_CASE("IDX: a file that ends inside its header says how long the header is") {
  const std::string whole = header(8, {1, 1, 1});
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const std::string error = refused(whole.substr(0, length));
    CHECK(contains(error, "header of 16 bytes"));
    CHECK(contains(error, "the file has " + std::to_string(length)));
  }
  for (std::size_t length = 0; length < 8; ++length) {
    CHECK(contains(refused(header(8, {1}).substr(0, length), 1), "header of 8 bytes"));
  }
}

TEST_CASE("IDX: a gzip file is recognised, and the message says how to unpack it") {
  const std::string error = refused("\x1f\x8b\x08" + std::string(100, 'z'));
  CHECK(contains(error, "found a gzip file"));
  CHECK(contains(error, "gunzip "));
  CHECK(contains(refused("\x1f\x8b\x08" + std::string(1, '\0')), "found a gzip file"));
}

TEST_CASE("IDX: the web page of a failed download is recognised") {
  for (const char* page : {"<!DOCTYPE html>\n<html>\n404</html>", "<html>", "<?xml version=\"1.0\"?>\n<Error/>"}) {
    CHECK(contains(refused(page), "HTML page of " + std::to_string(std::string(page).size()) + " bytes"));
  }
}

TEST_CASE("IDX: any other beginning is shown beside the one that was expected") {
  const std::string zeros(100, '\0');
  CHECK(contains(refused("\x89PNG" + zeros), "00 00 08 03, found 89 50 4e 47"));
  CHECK(contains(refused("\x89PNG" + zeros, 1), "00 00 08 01, found 89 50 4e 47"));
  CHECK(contains(refused(zeros), "found 00 00 00 00"));
  std::string wrong = header(8, {1, 1, 1}) + "x";
  for (const std::size_t byte : {0u, 1u}) {
    std::string one = wrong;
    one[byte] = '\x01';
    CHECK(contains(refused(one), byte == 0 ? "found 01 00 08 03" : "found 00 01 08 03"));
  }
  for (const int type : {0x00, 0x07, 0x0a, 0x0f, 0xff}) {
    wrong[2] = static_cast<char>(type);
    CHECK(contains(refused(wrong), format("found 00 00 %02x 03", static_cast<unsigned>(type))));
  }
}

TEST_CASE("IDX: labels where images belong, and images where labels belong, are told apart") {
  const std::string images = header(8, {2, 1, 1}) + "ab", labels = header(8, {20}) + std::string(20, '\1');
  const std::string not_images = refused(labels, 3), not_labels = refused(images, 1);
  CHECK(contains(not_images, "expected images (3 axes), found an IDX file of labels (1 axis)"));
  CHECK(contains(not_labels, "expected labels (1 axis), found an IDX file of images (3 axes)"));
  CHECK(contains(refused(header(8, {2, 2}) + "abcd1234", 3), "(2 axes)"));
}

TEST_CASE("IDX: elements of another type are refused by the type's name") {
  const std::pair<int, const char*> types[] = {{0x09, "signed bytes (type 09)"},
                                               {0x0b, "16-bit integers (type 0b)"},
                                               {0x0c, "32-bit integers (type 0c)"},
                                               {0x0d, "floats (type 0d)"},
                                               {0x0e, "doubles (type 0e)"}};
  for (const auto& [type, name] : types) {
    const std::string error = refused(header(type, {1, 1, 1}) + std::string(8, 'x'));
    CHECK(contains(error, "expected unsigned bytes (type 08), found " + std::string(name)));
  }
}

TEST_CASE("IDX: a file cut short, or with bytes left over, says how many were announced and how many are there") {
  const std::string whole = header(8, {3, 2, 2}) + std::string(12, 'p');
  for (std::size_t missing = 1; missing <= 12; ++missing) {
    const std::string error = refused(whole.substr(0, whole.size() - missing));
    CHECK(contains(error, "expected 12 bytes"));
    CHECK(contains(error, "3 x 2 x 2"));
    CHECK(contains(error, "found " + std::to_string(12 - missing) + ": the file is cut short"));
  }
  CHECK(contains(refused(whole + "\n"), "found 13: the file is too long"));
  CHECK(contains(refused(header(8, {3}) + "abcd", 1), "found 4: the file is too long"));
}

TEST_CASE("IDX: a header in little-endian is called that: its first bytes, or its lengths alone") {
  CHECK(contains(refused({"\x03\x08\0\0\x02\0\0\0\x01\0\0\0\x02\0\0\0abcd", 20}), "little-endian"));
  CHECK(contains(refused({"\x01\x08\0\0\x02\0\0\0ab", 10}, 1), "found 01 08 00 00: the header is little-endian"));
  CHECK(contains(refused(header(0x08, {0x02000000, 0x01000000, 0x02000000}) + "abcd"), "lengths are little-endian"));
  CHECK(contains(refused(header(0x08, {0x10270000}) + std::string(10000, '\1'), 1), "lengths are little-endian"));
  // Also of files that are cut short or too long.
  const std::string mnist = header(0x08, {0x60ea0000, 0x1c000000, 0x1c000000});
  for (const std::string& bytes :
       {mnist, mnist + "abc", header(0x08, {0x02000000, 0x01000000, 0x02000000}) + "abcde"}) {
    const std::string error = refused(bytes);
    CHECK(contains(error, "lengths are little-endian"));
    CHECK_FALSE(contains(error, "cut short"));
    CHECK_FALSE(contains(error, "18446744073709551615"));
  }
  CHECK(contains(refused(mnist), "expected big-endian lengths in the header, found 60000 x 28 x 28"));
  // These are wrong in another way.
  CHECK_FALSE(contains(refused(header(0x08, {2, 1, 2}) + "abc"), "little-endian"));
  CHECK_FALSE(contains(refused(header(0x08, {UINT32_MAX, UINT32_MAX, UINT32_MAX}) + "abc"), "little-endian"));
}

TEST_CASE("IDX: a header that announces more than any memory is refused before any is asked for") {
  const std::uint32_t most = 0xffffffff;
  CHECK(contains(refused(header(8, {most, most, most})), "4294967295 x 4294967295 x 4294967295"));
  CHECK(contains(refused(header(8, {most, most, most}) + "tiny"), "cut short"));
  CHECK(contains(refused(header(8, {most}), 1), "expected 4294967295 bytes"));
  // Sizes that are 0 or 4 modulo 2^32 and 2^64.
  CHECK(contains(refused(header(8, {65536, 65536, 1})), "cut short"));
  CHECK(contains(refused(header(8, {65536, 65536, 65537})), "cut short"));
  CHECK(contains(refused(header(8, {0x80000000, 0x80000000, 4})), "cut short"));
  CHECK(contains(refused(header(8, {0x80000000, 2, 1})), "cut short"));
  CHECK(contains(refused(header(8, {0x40000001, 4, 1}) + "tiny"), "cut short"));
}

TEST_CASE("IDX: a header that announces more than 4 GiB is refused also where the file has as much as can be counted") {
  const TempFolder folder;
  write_text(folder / "large", header(8, {0xffffffff, 0xffffffff, 0xffffffff}));
  std::filesystem::resize_file(folder / "large", 16 + (std::uintmax_t{1} << 32));  // takes no room on the disk
  const std::string error = error_of([&] { read_idx(folder / "large", 3); });
  CHECK(contains(error, "announces 4294967295 x 4294967295 x 4294967295"));
}

TEST_CASE("IDX: an axis of length zero is a file without elements, whatever the other axes say") {
  const TempFolder folder;
  write_text(folder / "none", header(8, {0xffffffff, 0xffffffff, 0}));
  const IdxArray none = read_idx(folder / "none", 3);
  CHECK(none.values.empty());
  CHECK(none.shape == std::vector<std::size_t>{0xffffffff, 0xffffffff, 0});
  CHECK(contains(refused(header(8, {0, 28, 28}) + "x"), "too long"));
}

}  // namespace bnlab::testing::idx_test
