#include "bnlab/lab/figures/terminal_chart.hpp"

#include "../decimal_comma.hpp"
#include "../support.hpp"
#include "bnlab/core/text.hpp"
#include "bnlab/lab/figures/canvas.hpp"
#include "random_panel.hpp"

namespace bnlab::testing::terminal_chart_test {

namespace {

std::vector<std::string> lines_of(const std::string& text) { return split_text(text, '\n'); }

Panel panel_of(const std::vector<Series>& series) { return {"title", {"x label"}, {"y label"}, series}; }

// Of the line with the axis: the first that begins with a corner.
std::size_t line_with_axis(const std::vector<std::string>& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (contains(lines[i], "--+") && !contains(lines[i], "|")) return i;
  }
  return 0;
}

// The column of the + whose number is that text.
std::size_t column_of_tick(const std::vector<std::string>& lines, const std::string& label) {
  const std::size_t axis = line_with_axis(lines);
  const std::size_t middle = lines[axis + 1].find(label) + label.size() / 2;
  REQUIRE(lines[axis][middle] == '+');
  return middle;
}

}  // namespace

TEST_CASE("terminal chart: marks are where the axes' numbers say") {
  const auto lines = lines_of(terminal_chart(panel_of({{"a", {{0, 0}, {40, 20}, {100, 40}}}})));
  CHECK(lines[0] == "  title");
  CHECK(lines[1] == "  y label");
  std::size_t row_0 = 0, row_20 = 0, row_40 = 0;
  for (std::size_t i = 2; i < line_with_axis(lines); ++i) {
    if (lines[i].starts_with("   0 |")) row_0 = i;
    if (lines[i].starts_with("  20 |")) row_20 = i;
    if (lines[i].starts_with("  40 |")) row_40 = i;
  }
  // Between their ticks a cell may round to one of two.
  CHECK(std::abs(static_cast<double>(row_20) - static_cast<double>(row_0 + row_40) / 2) <= 0.5);
  CHECK(lines[row_0][column_of_tick(lines, "0")] == 'o');
  CHECK(lines[row_20][column_of_tick(lines, "40")] == 'o');
  CHECK(lines[row_40][column_of_tick(lines, "100")] == 'o');
}

TEST_CASE("terminal chart: log axes") {
  Panel panel = panel_of({{"a", {{0.01, 1}, {1, 100}, {100, 10'000}}}});
  panel.x.log = panel.y.log = true;
  const auto lines = lines_of(terminal_chart(panel));
  const std::size_t first = column_of_tick(lines, "0.01"), last = column_of_tick(lines, "100");
  const std::size_t middle = lines[line_with_axis(lines)].find('+', (first + last) / 2 - 1);
  CHECK(std::abs(static_cast<double>(middle) - static_cast<double>(first + last) / 2) <= 1);
  for (const std::string& line : lines) {
    if (line.starts_with("      1 |")) CHECK(line[first] == 'o');
    if (line.starts_with("    100 |")) CHECK(line[middle] == 'o');
    if (line.starts_with("  10000 |")) CHECK(line[last] == 'o');
  }
}

TEST_CASE("terminal chart: series have signs, # where they meet, and a line that names them") {
  const std::string text = terminal_chart(panel_of({{"up", {{0, 0}, {1, 1}}}, {"down", {{0, 1}, {1, 1}}}}));
  CHECK(contains(text, "\n  o up  x down  # several\n"));
  const auto lines = lines_of(text);
  std::size_t meetings = 0;
  for (std::size_t i = 0; i < line_with_axis(lines); ++i) {
    meetings += static_cast<std::size_t>(std::count(lines[i].begin(), lines[i].end(), '#'));
  }
  CHECK(meetings == 1);
  CHECK_FALSE(contains(terminal_chart(panel_of({{"a", {{0, 0}, {1, 1}}}})), "# several"));
}

TEST_CASE("terminal chart: categories are rows with their intervals") {
  Panel panel = panel_of({{"a", {{0, 20, 10, 30}, {1, 40, 35, 50}}}});
  panel.x.names = {"plain", "batchnorm"};
  const auto lines = lines_of(terminal_chart(panel));
  CHECK(lines[2].starts_with("  plain     |"));
  CHECK(lines[3].starts_with("  batchnorm |"));
  CHECK(lines[2].ends_with("20.00"));
  CHECK(lines[3].ends_with("40.00"));
  CHECK(lines[2][column_of_tick(lines, "10")] == '|');
  CHECK(lines[2][column_of_tick(lines, "20")] == 'o');
  CHECK(lines[2][column_of_tick(lines, "30")] == '|');
  CHECK(lines[3][column_of_tick(lines, "40")] == 'o');
  CHECK(lines[3][column_of_tick(lines, "50")] == '|');
  CHECK(lines[2].substr(column_of_tick(lines, "10") + 1, 3) == "---");
}

TEST_CASE("terminal chart: with several series each category has a heading and rows") {
  Panel panel = panel_of({{"plain", {{0, 1}, {1, 2}}}, {"batchnorm", {{0, 3}, {1, HUGE_VAL, NAN, NAN, {3}}}}});
  panel.x.names = {"first", "second"};
  const auto lines = lines_of(terminal_chart(panel));
  CHECK(lines[2] == "  first");
  CHECK(lines[3].starts_with("    plain     |"));
  CHECK(lines[4].starts_with("    batchnorm |"));
  CHECK(lines[5] == "  second");
  CHECK(contains(lines[7], ">"));
  CHECK(lines[7].ends_with("inf"));
}

TEST_CASE("terminal chart: seeds are dots beside the mean") {
  Panel panel = panel_of({{"a", {{0, 20, NAN, NAN, {10, 30}}}}});
  panel.x.names = {"plain"};
  const auto lines = lines_of(terminal_chart(panel));
  CHECK(lines[2][column_of_tick(lines, "10")] == '.');
  CHECK(lines[2][column_of_tick(lines, "20")] == 'o');
  CHECK(lines[2][column_of_tick(lines, "30")] == '.');
}

TEST_CASE("terminal chart: no line is longer than told, whatever the names") {
  const std::string longest =
      "a name that goes on and on and on and never seems to come to any end, whatever the reader does";
  const std::string one_word(120, 'W');
  Panel panel = panel_of({{longest, {{0, 1}, {1, 2e7}}}, {one_word, {{0, 2}, {1, HUGE_VAL}}}});
  panel.title = panel.x.label = panel.y.label = longest + " " + one_word;
  for (const std::size_t columns : {1u, 40u, 41u, 80u, 133u, 200u, 1000u}) {
    for (const bool categories : {false, true}) {
      panel.x.names = categories ? std::vector<std::string>{longest, one_word} : std::vector<std::string>{};
      for (const std::string& line : lines_of(terminal_chart(panel, columns))) {
        INFO(line);
        CHECK(character_count(line) <= std::clamp<std::size_t>(columns, 40, 200));
        CHECK_FALSE(line.ends_with(" "));
      }
    }
  }
}

TEST_CASE("terminal chart: whatever is drawn, no line is longer than told") {
  Random random(5, "panels");
  for (int i = 0; i < 300; ++i) {
    const std::size_t columns = 40 + random.below(80);
    for (const std::string& line : lines_of(terminal_chart(random_panel(random), columns))) {
      CHECK(character_count(line) <= columns);
    }
  }
}

TEST_CASE("terminal chart: infinite values are arrows, others that have no place are left out and counted") {
  const std::string text = terminal_chart(panel_of({{"a", {{0, 1}, {1, NAN}, {2, 2}, {3, HUGE_VAL}, {4, -HUGE_VAL}}}}));
  CHECK(contains(text, "^"));
  CHECK(contains(text, "v"));
  CHECK(contains(text, "Arrow: 2 values beyond the axis"));
  CHECK(contains(text, "Left out: 1 value, not a number"));
  CHECK(contains(terminal_chart(panel_of({{"a", {{0, NAN}}}})), "no values"));
  CHECK(contains(terminal_chart(panel_of({})), "no values"));
}

TEST_CASE("terminal chart: one mark, equal values, many series") {
  for (const double value : {0.0, -2.5, 1e-12, 1e12, 1e99}) {
    CHECK(contains(terminal_chart(panel_of({{"a", {{0, value}}}})), "o"));
    CHECK(contains(terminal_chart(panel_of({{"a", {{0, value}, {1, value}}}})), "o"));
  }
  std::vector<Series> all;
  for (int k = 0; k < 12; ++k) all.push_back({"series " + std::to_string(k), {{k * 1.0, k * 1.0}}});
  const std::string text = terminal_chart(panel_of(all));
  for (int k = 0; k < 12; ++k) CHECK(contains(text, "series " + std::to_string(k)));
}

TEST_CASE("terminal chart: colour only where it is asked for, names are data, any locale") {
  Panel panel = panel_of({{"a\x1b[31m", {{0, 0.5}, {1, 1.5}}}, {"b", {{0, 1}}}});
  const std::string plain = terminal_chart(panel);
  CHECK_FALSE(contains(plain, "\x1b"));
  std::string coloured_text = terminal_chart(panel, 80, true);
  CHECK(contains(coloured_text, "\x1b[33mo\x1b[0m"));
  // Without its escape sequences it is the same text.
  for (std::size_t at; (at = coloured_text.find('\x1b')) != std::string::npos;) {
    coloured_text.erase(at, coloured_text.find('m', at) + 1 - at);
  }
  CHECK(coloured_text == plain);
  const DecimalComma locale;
  CHECK(terminal_chart(panel) == plain);
}

TEST_CASE("canvas: marks that meet, marks behind others, lines without spaces at their ends") {
  Canvas canvas(4, 2);
  canvas.put(0, 0, "a");
  canvas.put(0, 0, "a");
  canvas.put(1, 0, "a");
  canvas.put(1, 0, "b");
  canvas.put_behind(1, 0, ".");
  canvas.put_behind(2, 0, ".");
  canvas.put_over(0, 1, "x");
  CHECK(canvas.line(0) == "a#.");
  CHECK(canvas.full_line(0) == "a#. ");
  CHECK(canvas.line(1) == "x");
  CHECK(nearest_cell(0, 5) == 0);
  CHECK(nearest_cell(0.3, 5) == 1);
  CHECK(nearest_cell(1, 5) == 4);
}

}  // namespace bnlab::testing::terminal_chart_test
