// PGM and PPM files: read in all their forms, and refused by name where they are damaged or something else.
#include "bnlab/data/pnm.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <vector>

#include "support.hpp"

namespace bnlab::testing::pnm_test {

namespace {

Picture read(const std::string& header, const Bytes& values = {}) {
  const TempFolder folder;
  write_text(folder / "p", header + std::string(values.begin(), values.end()));
  return read_pnm(folder / "p");
}

// What read_pnm says of a file with these bytes; checks that it is one line naming the file and what was expected.
std::string refused(const std::string& bytes) {
  const TempFolder folder;
  write_text(folder / "the picture", bytes);
  const std::string error = error_of([&] { read_pnm(folder / "the picture"); });
  CHECK_MESSAGE((error.rfind(folder / "the picture: expected ", 0) == 0 && contains(error, "found ")), bytes, error);
  CHECK_FALSE(contains(error, "\n"));
  return error;
}

bool same(const Picture& a, const Picture& b, int within = 0) {
  return a.channels == b.channels && a.height == b.height && a.width == b.width &&
         std::equal(a.pixels.begin(), a.pixels.end(), b.pixels.begin(), b.pixels.end(),
                    [&](int p, int q) { return std::abs(p - q) <= within; });
}

}  // namespace

TEST_CASE("PNM: grey and colour, in digits and in bytes, comments in the header") {
  const Picture grey{1, 2, 3, {0, 1, 2, 128, 254, 255}}, colour{3, 1, 2, {1, 4, 2, 5, 3, 6}};  // planes
  CHECK(same(read("P2\n3 2\n255\n0 1 2\n128 254 255\n"), grey));
  CHECK(same(read("P2# by hand\n#\n 3#9 9\n#2\n 2\r255#\n\n0 1 2 128 254\t255"), grey));
  CHECK(same(read("P5 # by a camera\r\n#255\r\n3\t2\r255\n", grey.pixels), grey));
  CHECK(same(read("P5 3 2 255 ", {'\n', '#', ' ', '9', 0, 255}), {1, 2, 3, {'\n', '#', ' ', '9', 0, 255}}));
  CHECK(same(read("P3 2 1 255 1 2 3 4 5 6"), colour));
  CHECK(same(read("P6 2 1 255 ", {1, 2, 3, 4, 5, 6}), colour));
  CHECK(same(read("P6 2 1 65535 ", {1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6}), colour));
}

TEST_CASE("PNM: values are scaled from 0 … maxval to 0 … 255, to the nearest") {
  CHECK(read("P5 2 1 1 ", {0, 1}).pixels == Bytes{0, 255});
  CHECK(read("P5 4 1 15 ", {0, 1, 7, 15}).pixels == Bytes{0, 17, 119, 255});
  CHECK(read("P2 3 1 1000 1 2 998").pixels == Bytes{0, 1, 254});  // 0.255, 0.51, 254.49
  CHECK(read("P5 3 1 254 ", {1, 127, 254}).pixels == Bytes{1, 128, 255});
  // From 256 up two bytes, the larger one first: 0x0080 = 128 of 65535 is 0.498, 0x0081 is 0.502.
  CHECK(read("P5 4 1 65535 ", {0, 128, 0, 129, 128, 0, 255, 255}).pixels == Bytes{0, 1, 128, 255});
  CHECK(read("P5 2 1 256 ", {1, 0, 0, 128}).pixels == Bytes{255, 128});
}

TEST_CASE("PNM: what is no such file, or a damaged one, is refused in one line that says what it is instead") {
  const std::pair<const char*, std::vector<std::string>> files[] = {
      {"found a PNG; convert it", {"\x89PNG\r\n"}},
      {"found a JPEG; convert it", {"\xff\xd8\xff\xe0"}},
      {"found a GIF; convert it", {"GIF87a", "GIF89a"}},
      {"found a BMP; convert it", {"BM6"}},
      {"found a PBM; convert it", {"P1 1 1 0", "P4 1 1 x"}},
      {"found a PAM; convert it", {"P7\nWIDTH 1"}},
      {"begins with P2, P3, P5 or P6", {"", "P", "P5", "\x1f\x8b\x08", "<html>", "5P 1 1", "p5 1 1 9 x", "P8 1 1 9 x"}},
      {"expected a width from 1 to 16384 at byte 3",
       {"P5\n", "P5 0 1 9 x", "P5 16385 1 9 x", "P5 -3 1 9 x", "P5 wide"}},
      {"expected a width", {"P5 18446744073709551617 1 9 x", "P5 4294967297 1 9 x"}},  // 1, when digits are lost
      {"expected a height from 1 to 16384", {"P5 1 .5 9 x", "P5 1 0 9 x", "P5 1 16385 9 x", "P5 1 -1 9 x", "P5 1"}},
      {"expected a largest value from 1 to 65535", {"P5 1 1 0 x", "P5 1 1 65536 xx", "P5 1 1 -9 x", "P5 1 1"}},
      {"found the end of the file", {"P5\n", "P5 1 1 # 255 x", "P2 3 1 255 11 222"}},
      {"expected a pixel from 0 to 15", {"P2 2 1 15 1 16", "P3 1 1 15 1 2 256", "P2 2 1 15 1 -1", "P2 2 1 15 1 two"}},
      {"at byte 12, found 'two'", {"P2 2 1 15 1 two"}},
      {"at byte 14, found the end of the file", {"P5 1 1 # 255 x"}},
      {"the file is cut short", {"P2 3 1 255", "P2 3 1 255 1 2", "P5 2 1 256 abc", "P6 1 1 9 12"}},
      {"found 7: the file is too long", {"P6 2 1 255 1234567", "P5 3 1 255 1234567", "P5 3 1 256 1234567"}}};
  for (const auto& [expected, all] : files) {
    for (const std::string& bytes : all) {
      const std::string error = refused(bytes);
      CHECK_MESSAGE(contains(error, expected), error);
    }
  }
  const std::string whole = "P6 2 2 255\n" + std::string(12, 'x');
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const std::string found = "12 bytes for 2 x 2 pixels after the header, found " + std::to_string(length - 11);
    CHECK(contains(refused(whole.substr(0, length)), found + ": the file is cut short") == (length >= 11));
  }
  const TempFolder folder;
  CHECK(error_of([&] { read_pnm(folder / "none.pgm"); }).rfind(folder / "none.pgm: ", 0) == 0);
  CHECK(contains(error_of([&] { read_pnm(folder.path()); }), folder.path() + ": expected a regular file"));
}

TEST_CASE(
    "PNM: a comment of the header goes from # through the next CR or LF and counts as nothing, not as white space") {
  const Picture two{1, 1, 2, {'A', 'B'}};
  for (const char* header :
       {"P5\n# by GIMP\n2 1\n255\n", "P5#1\r 2#2\n 1 255\n", "P5 #1\r\n2 1 255\n", "P5 2 1 # 9\r 255 ",
        "P5 2 1 255#c\n\n", "P5 2 1 255#c\r\n", "P5 2 1 255##\n#\n ", "P5 2 1 2#a\n5#b\r5 "}) {
    CHECK_MESSAGE(same(read(header, two.pixels), two), header);
  }
  refused("P#5\n5 2 1 255 AB");  // the magic number is the first two bytes
  for (const char* bytes : {"P5 2 1 255#c\nAB", "P5#c\n2 1 255 AB", "P2 2 1 255#c\n,1 2"}) {
    CHECK(contains(refused(bytes), "the line end of a comment does not count"));
  }
  CHECK(contains(refused("P5 2#c\n1 255 AB"), "expected a largest value"));  // 21, 255
  CHECK(contains(refused("P5 2 1 255\n# c\nAB"), "must come before the white space after the largest value"));
  for (const char* bytes : {"P2 2 1 255 # 7 8\n 1 2", "P2 2 1 255 1 # 7\n 2", "P2 2 1 255 1 2 # end"}) {
    CHECK(contains(refused(bytes), "found '#'"));  // among the pixels there are no comments
  }
}

TEST_CASE(
    "PNM: a header with the line ends of DOS is read; the length of the file tells which byte is the first pixel") {
  const Picture two{1, 1, 2, {'A', 'B'}};
  CHECK(same(read("P5\r\n2 1\r\n255\r\n", two.pixels), two));
  CHECK(same(read("P5\r\n# c\r\n2 1\r\n255\n", two.pixels), two));
  CHECK(same(read("P6\r\n1 1\r\n65535\r\n", {1, 1, 2, 2, 3, 3}), {3, 1, 1, {1, 2, 3}}));
  CHECK(same(read("P2\r\n2 1\r\n255\r\n65\r\n66\r\n"), two));
  // One white space character, then the pixels: 10 and 'A'.
  CHECK(same(read("P5 2 1 255\r", {'\n', 'A'}), {1, 1, 2, {'\n', 'A'}}));
  CHECK(same(read("P5 2 1 255\n", {'\n', 'A'}), {1, 1, 2, {'\n', 'A'}}));
  for (const char* bytes : {"P5 2 1 255\n\nAB", "P5 2 1 255 \nAB", "P5 2 1 255\n\rAB", "P5 2 1 255\r\r\nAB"}) {
    CHECK(contains(refused(bytes), "too long"));
  }
}

TEST_CASE("PNM: after the last pixel in digits there is nothing but white space") {
  CHECK(read("P2 2 1 255 1 2 \r\n\t\n").pixels == Bytes{1, 2});
  for (const char* bytes : {"P2 2 1 255 1 2 3", "P2 2 1 255 1 2 junk", "P2 2 1 255 1 2\nP2 2 1 255 1 2",
                            "P3 1 1 255 1 2 3 4", "P3 1 1 255 1 2 3 -", "P2 2 1 255 1 2 0"}) {
    CHECK(contains(refused(bytes), "expected nothing after the last of"));
  }
  for (const char* bytes : {"P2 2 1 255 1 2x", "P2 2 1 255 1,2", "P2 2 1 255 1 2.0", "P2 2 1 255 1x 2",
                            "P2 2 1 255 +1 2", "P2 2 1 255 1 2\v", "P5 2\f1 255 AB"}) {
    CHECK(contains(refused(bytes), "expected "));
  }
}

TEST_CASE("PNM: bytes above maxval are refused like digits above it, and so is no white space after it") {
  for (const char* bytes : {"P5 2 1 15 \x01\x10", "P6 1 1 1000 aaaaaa", "P5 1 1 255xA", "P5 1 1 255.A"}) refused(bytes);
}

TEST_CASE("PNM: a header that announces much is refused before any memory is asked for") {
  const auto memory = [] {
    struct rusage used {};
    ::getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss;
  };
  const auto before = memory();
  for (const char* bytes : {"P6 16384 16384 65535 x", "P3 16384 16384 255 1 2 3"}) {
    CHECK(contains(refused(bytes), "16384 x 16384 pixels after the header"));
  }
  CHECK(memory() < 3 * before);  // either picture would have 768 MiB
}

}  // namespace bnlab::testing::pnm_test
