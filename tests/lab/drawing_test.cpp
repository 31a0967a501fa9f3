// Images drawn with characters: the exact bytes that a terminal gets, and colours compared with xterm's whole palette.
#include "bnlab/lab/figures/drawing.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include "../support.hpp"

namespace bnlab::testing::drawing_test {

namespace {

using Lines = std::vector<std::string>;
using Rgb = std::array<int, 3>;
const std::string kReset = "\x1b[0m";

Picture grey(std::size_t height, std::size_t width, Bytes pixels) { return {1, height, width, std::move(pixels)}; }

// What xterm shows for entry 16 … 255 of its palette.
Rgb xterm(int entry) {
  constexpr int levels[] = {0, 95, 135, 175, 215, 255};
  if (entry >= 232) return {8 + 10 * (entry - 232), 8 + 10 * (entry - 232), 8 + 10 * (entry - 232)};
  return {levels[(entry - 16) / 36], levels[(entry - 16) / 6 % 6], levels[(entry - 16) % 6]};
}

int distance(const Rgb& a, const Rgb& b) {
  int sum = 0;
  for (std::size_t c = 0; c < 3; ++c) sum += (a[c] - b[c]) * (a[c] - b[c]);
  return sum;
}

// The entry that a pixel of this colour is drawn with.
int entry_of(const Rgb& colour) {
  Picture one{3, 1, 1, {}};
  for (const int value : colour) one.pixels.push_back(static_cast<std::uint8_t>(value));
  const std::string line = draw_picture(one, Colours::of_256).at(0), begin = "\x1b[38;5;";
  REQUIRE(line.rfind(begin, 0) == 0);
  return std::atoi(line.c_str() + begin.size());
}

// Calls bar in a process of its own, which ends after two seconds of computing (not of waiting, as on a busy machine), so
// that an endless one does no harm here.
bool bar_is_at_most(double part, std::size_t width) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const rlimit two_seconds{2, 2};
    ::setrlimit(RLIMIT_CPU, &two_seconds);
    ::_exit(bar(part, width).size() <= 3 * width ? 0 : 1);
  }
  int status = 1;
  ::waitpid(child, &status, 0);
  return status == 0;
}

}  // namespace

TEST_CASE("draw_picture: two rows to a line, the upper pixel in front, the lower one behind, in 24 bits") {
  const Lines lines = draw_picture(grey(2, 2, {1, 20, 255, 0}), Colours::of_24_bits);
  CHECK(lines == Lines{"\x1b[38;2;1;1;1m\x1b[48;2;255;255;255m▀\x1b[38;2;20;20;20m\x1b[48;2;0;0;0m▀\x1b[0m"});
}

TEST_CASE("draw_picture: likewise with the 256 colours of xterm") {
  const Lines lines = draw_picture(grey(2, 2, {0, 8, 255, 128}), Colours::of_256);
  CHECK(lines == Lines{"\x1b[38;5;16m\x1b[48;5;231m▀\x1b[38;5;232m\x1b[48;5;244m▀\x1b[0m"});
}

TEST_CASE("draw_picture: without colours, a letter as dense as the two pixels are bright, and no escape sequence") {
  const std::string ramp = " .:-=+*#%@";
  CHECK(draw_picture(grey(2, 3, {0, 255, 140, 0, 255, 140}), Colours::none) == Lines{" @+"});
  std::array<int, 10> used{};
  std::size_t before = 0;
  for (int value = 0; value < 256; ++value) {
    const auto v = static_cast<std::uint8_t>(value);
    const Lines lines = draw_picture(grey(2, 1, {v, v}), Colours::none);
    REQUIRE((lines.size() == 1 && lines[0].size() == 1));
    const std::size_t dense = ramp.find(lines[0]);
    REQUIRE(dense < ramp.size());
    CHECK(dense >= before);
    before = dense, ++used[dense];
  }
  for (const int count : used) CHECK((count == 25 || count == 26));
  const Lines even = draw_picture(grey(2, 1, {150, 150}), Colours::none);
  CHECK(draw_picture(grey(2, 2, {100, 250, 200, 50}), Colours::none) == Lines{even[0] + even[0]});
  CHECK(draw_picture({3, 2, 1, {50, 100, 150, 200, 250, 150}}, Colours::none) == even);  // the mean of all three
}

TEST_CASE("draw_picture: a colour picture's planes are red, green and blue") {
  const Picture picture{3, 2, 1, {1, 2, 30, 40, 250, 251}};  // red, green and blue of the upper and the lower pixel
  CHECK(draw_picture(picture, Colours::of_24_bits) == Lines{"\x1b[38;2;1;30;250m\x1b[48;2;2;40;251m▀\x1b[0m"});
  const Picture primary{3, 2, 2, {255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255}};  // red, green; blue, white
  CHECK(draw_picture(primary, Colours::of_256) ==
        Lines{"\x1b[38;5;196m\x1b[48;5;21m▀\x1b[38;5;46m\x1b[48;5;231m▀\x1b[0m"});
}

TEST_CASE("draw_picture: below an odd number of rows it is black; every line ends with a reset where there is colour") {
  const Picture three = grey(3, 1, {255, 255, 255});
  const std::string white = "\x1b[38;2;255;255;255m";
  CHECK(draw_picture(three, Colours::of_24_bits) ==
        Lines{white + "\x1b[48;2;255;255;255m▀" + kReset, white + "\x1b[48;2;0;0;0m▀" + kReset});
  const Lines letters = draw_picture(three, Colours::none);
  REQUIRE(letters.size() == 2);
  CHECK((letters[0] == "@" && letters[1] == "="));
  CHECK(draw_picture(grey(1, 2, {0, 255}), Colours::none) == Lines{" ="});

  const Picture odd{3, 5, 7, Bytes(3 * 5 * 7, 99)};
  for (const Colours colours : {Colours::of_256, Colours::of_24_bits}) {
    const Lines lines = draw_picture(odd, colours);
    CHECK(lines.size() == 3);
    for (const std::string& line : lines) {
      CHECK(line.ends_with(kReset));
      CHECK_FALSE(contains(line, "\n"));
      CHECK(std::count(line.begin(), line.end(), '\x1b') == 2 * 7 + 1);
    }
  }
  for (const std::string& line : draw_picture(odd, Colours::none)) {
    CHECK(line.size() == 7);
    CHECK_FALSE(contains(line, "\x1b"));
  }
}

TEST_CASE("draw_picture: every grey is drawn with the nearest of xterm's greys, black and white") {
  for (int value = 0; value < 256; ++value) {
    const Rgb colour{value, value, value};
    int nearest = std::min(distance(colour, xterm(16)), distance(colour, xterm(231)));
    for (int entry = 232; entry < 256; ++entry) nearest = std::min(nearest, distance(colour, xterm(entry)));
    const int entry = entry_of(colour);
    CAPTURE(value);
    CHECK((entry == 16 || (entry >= 231 && entry <= 255)));
    CHECK(distance(colour, xterm(entry)) == nearest);
  }
}

TEST_CASE("draw_picture: every other colour is drawn with the nearest of xterm's 6 x 6 x 6") {
  // The three axes are independent, so that the values where one level ends and the next begins are all there is.
  constexpr int values[] = {0, 1, 47, 48, 94, 114, 115, 116, 134, 154, 155, 156, 194, 195, 196, 234, 235, 236, 255};
  int wrong = 0;
  for (const int r : values) {
    for (const int g : values) {
      for (const int b : {0, 100, 170, 255}) {
        if (r == g && g == b) continue;
        const Rgb colour{r, g, b};
        int nearest = distance(colour, xterm(16));
        for (int entry = 17; entry < 232; ++entry) nearest = std::min(nearest, distance(colour, xterm(entry)));
        const int entry = entry_of(colour);
        wrong += entry < 16 || entry > 231 || distance(colour, xterm(entry)) != nearest;
      }
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("bar: as many whole characters as fit, then eighths of one") {
  CHECK(bar(0, 10) == "");
  CHECK(bar(1, 3) == "███");
  CHECK(bar(0.5, 4) == "██");
  const char* const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
  for (int i = 0; i <= 8; ++i) {
    CHECK(bar(i / 8.0, 1) == eighths[i]);
    CHECK(bar((8 + i) / 24.0, 3) == "█" + std::string(eighths[i]));
  }
  CHECK(bar(0.06, 1) == "");   // less than half an eighth
  CHECK(bar(0.07, 1) == "▏");  // more than that
  CHECK(bar(0.93, 1) == "▉");
  CHECK(bar(0.94, 1) == "█");
  CHECK(bar(0.5, 0) == "");
}

TEST_CASE("bar: what lies below 0 is nothing, what lies above 1 is whole") {
  for (const double part : {-0.0, -1e-9, -0.5, -1e300, -HUGE_VAL}) CHECK(bar(part, 4) == "");
  for (const double part : {1 + 1e-9, 1.5, 1e300, HUGE_VAL}) CHECK(bar(part, 2) == "██");
}

TEST_CASE("bar: what is no number, as the probabilities of a diverged model, does no harm") {
  REQUIRE(bar_is_at_most(0.5, 24));  // the helper itself
  for (const std::size_t width : {1u, 24u}) CHECK(bar_is_at_most(NAN, width));
}

}  // namespace bnlab::testing::drawing_test
