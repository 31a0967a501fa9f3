#include "bnlab/lab/figures/chart.hpp"

#include <algorithm>
#include <sstream>

#include "../support.hpp"

namespace bnlab::testing::chart_test {

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("chart: a rising line goes from the bottom left to the top right, labelled with its extremes") {
  const auto lines = lines_of(draw_chart("title", {{"up", 'o', "", {0, 1, 2, 3}}}, 1, 4, "step", 4, 4));
  REQUIRE(lines.size() == 8);  // title, 4 rows, axis, labels, names
  CHECK(lines[0] == "  title");
  CHECK(lines[1] == "    3.000 |   o");
  CHECK(lines[2] == "          |  o");
  CHECK(lines[3] == "          | o");
  CHECK(lines[4] == "    0.000 |o");
  CHECK(contains(lines[7], "o up"));
}

TEST_CASE("chart: curves that meet are marked, and many values are averaged per column") {
  std::vector<double> noisy(1000);
  for (std::size_t i = 0; i < noisy.size(); ++i) noisy[i] = i % 2 == 0 ? 0 : 2;
  const std::string text =
      draw_chart("t", {{"a", 'a', "", noisy}, {"b", 'b', "", std::vector<double>(1000, 1.0)}}, 0, 1, "x", 10, 3);
  CHECK(std::count(text.begin(), text.end(), '#') == 10 + 1);  // every column, and the legend
}

TEST_CASE("chart: what is not finite is left out, and nothing at all is no chart") {
  CHECK(draw_chart("t", {{"a", 'a', "", {NAN, HUGE_VAL}}}, 0, 1, "x") == "");
  CHECK(draw_chart("t", {}, 0, 1, "x") == "");
  CHECK(contains(draw_chart("t", {{"a", 'a', "", {1, NAN, 3}}}, 0, 1, "x", 3, 3), "3.000"));
}

TEST_CASE("chart: colours are used only where given") {
  CHECK_FALSE(contains(draw_chart("t", {{"a", 'a', "", {1, 2}}}, 0, 1, "x"), "\x1b"));
  CHECK(contains(draw_chart("t", {{"a", 'a', "\x1b[36m", {1, 2}}}, 0, 1, "x"), "\x1b[36ma\x1b[0m"));
}

TEST_CASE("chart: a curve with fewer values than another ends where they do") {
  const std::vector<double> longer(100, 1.0);
  for (const std::size_t count : {1u, 25u, 50u}) {
    const std::vector<double> shorter(count, 2.0);
    const auto lines = lines_of(draw_chart("t", {{"a", 'a', "", longer}, {"b", 'b', "", shorter}}, 1, 100, "x", 20, 3));
    CHECK(lines[3] == "    1.000 |" + std::string(20, 'a'));
    CHECK(lines[1] == "    2.000 |" + std::string(std::max<std::size_t>(count / 5, 1), 'b'));
  }
}

}  // namespace bnlab::testing::chart_test
