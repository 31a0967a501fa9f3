// The tests read the image as a reader does: numbers at two ticks say what is where, and a mark's value follows from that.
#include "bnlab/lab/figures/svg.hpp"

#include <set>

#include "../decimal_comma.hpp"
#include "../support.hpp"
#include "bnlab/core/number.hpp"
#include "bnlab/lab/figures/svg_text.hpp"
#include "random_panel.hpp"
#include "xml.hpp"

namespace bnlab::testing::svg_test {

namespace {

Figure figure_of(const Panel& panel) { return {"A figure", "What it shows", {panel}}; }

Panel panel_of(const std::vector<Series>& series, bool log_x = false, bool log_y = false) {
  return {"a panel", {"x label", log_x}, {"y label", log_y}, series};
}

Series series_of(const std::string& name, const std::vector<double>& values) {
  Series series{name, {}};
  for (std::size_t i = 0; i < values.size(); ++i) series.marks.push_back({static_cast<double>(i), values[i]});
  return series;
}

// The numbers of a path. Of one with absolute steps: x and y in pixels, point by point.
std::vector<double> numbers_in(const std::string& path) {
  std::vector<double> numbers;
  std::string number;
  for (const char c : path + " ") {
    if (std::isdigit(static_cast<unsigned char>(c)) || c == '.' || c == '-') {
      number += c;
    } else if (!number.empty()) {
      numbers.push_back(std::stod(number));
      number.clear();
    }
  }
  return numbers;
}

// Reads values off an axis by its first and last labelled ticks.
struct Ruler {
  double pixel1 = 0, value1 = 0, pixel2 = 0, value2 = 0;
  bool log = false;

  double read(double pixel) const {
    const double past = (pixel - pixel1) / (pixel2 - pixel1);
    if (log) return value1 * std::pow(value2 / value1, past);
    return value1 + (value2 - value1) * past;
  }
};

// Numbers at the left end where their line ends ("end"), those below are centred ("middle"). Text is a little below its
// tick, the same for all; so the ticks' lines are looked for: the line that is nearest.
Ruler ruler_of(const Xml& svg, bool vertical, bool log) {
  std::vector<std::pair<double, double>> ticks;  // pixel, value
  for (const XmlElement& text : svg.of_class(vertical ? "end" : "middle")) {
    const auto value = parse_number(text.text);
    if (text["class"].find("tick") == std::string::npos || !value) continue;
    double nearest = HUGE_VAL;
    for (const XmlElement& line : svg.of_class("axis")) {
      const double length = line.number("x2") - line.number("x1") + line.number("y2") - line.number("y1");
      const bool is_across =
          std::abs(length - 5) < 0.1 && (vertical ? line["y1"] == line["y2"] : line["x1"] == line["x2"]);
      const double at = line.number(vertical ? "y1" : "x1");
      const double from = text.number(vertical ? "y" : "x");
      if (is_across && std::abs(at - from) < std::abs(nearest - from)) nearest = at;
    }
    ticks.emplace_back(nearest, *value);
  }
  REQUIRE(ticks.size() >= 2);
  return {ticks.front().first, ticks.front().second, ticks.back().first, ticks.back().second, log};
}

std::set<std::string> texts_of(const Xml& svg) {
  std::set<std::string> texts;
  for (const XmlElement& text : svg.named("text")) texts.insert(text.text);
  return texts;
}

// Everything that has a place has it within the image; of texts their width is guessed as the image's maker does.
void check_within_the_image(const Xml& svg) {
  const std::vector<double> box = numbers_in(svg.elements[0]["viewBox"]);
  const auto is_within = [](double value, double size) { return value >= 0 && value <= size; };
  for (const XmlElement& e : svg.elements) {
    for (const auto& [name, value] : e.attributes) {
      if (name == "x" || name == "cx" || name == "x1" || name == "x2") CHECK(is_within(std::stod(value), box[2]));
      if (name == "y" || name == "cy" || name == "y1" || name == "y2") CHECK(is_within(std::stod(value), box[3]));
    }
    if (e.name == "path") {
      const std::vector<double> place = numbers_in(e["d"]);
      CHECK(is_within(place[0], box[2]));
      CHECK(is_within(place[1], box[3]));
    }
    if (e.name == "text" && !e["x"].empty()) {
      const double width = text_width(e.text, 13);
      const bool ends = e["class"].find("end") != std::string::npos;
      const bool centred = e["class"].find("middle") != std::string::npos;
      const double left = e.number("x") - (ends ? width : centred ? width / 2 : 0);
      INFO(e.text);
      CHECK(left >= -1);
      CHECK(left + width <= box[2] + 1);
    }
  }
}

// Of a figure that is right: well-formed, within the image.
Xml read_svg(const Figure& figure) {
  Xml svg(svg_of(figure));
  REQUIRE(svg.error == "");
  check_within_the_image(svg);
  return svg;
}

std::vector<double> values_at(const std::vector<XmlElement>& circles, const Ruler& ruler) {
  std::vector<double> values;
  for (const XmlElement& circle : circles) values.push_back(ruler.read(circle.number("cy")));
  return values;
}

// Symbols in the plot: the last one of each series is that beside its name.
std::vector<XmlElement> marks_of(const Xml& svg) {
  std::vector<XmlElement> marks;
  for (const XmlElement& e : svg.named("circle")) {
    const bool beside_name = std::any_of(svg.elements.begin(), svg.elements.end(), [&](const XmlElement& other) {
      return other["class"] == "name" && other.parent == e.parent;
    });
    if (e["class"] == "solid" && !beside_name) marks.push_back(e);
  }
  return marks;
}

}  // namespace

TEST_CASE("svg: marks, intervals and seeds are where the axes' numbers say") {
  const Xml svg = read_svg(figure_of(panel_of({{"a", {{2, 10, 8, 13, {9, 11.5}}, {5, 30, 25, 36, {28, 31}}}}})));
  const Ruler y = ruler_of(svg, true, false), x = ruler_of(svg, false, false);
  const auto marks = marks_of(svg);
  REQUIRE(marks.size() == 2);
  CHECK(x.read(marks[0].number("cx")) == doctest::Approx(2).epsilon(0.001));
  CHECK(x.read(marks[1].number("cx")) == doctest::Approx(5).epsilon(0.001));
  CHECK(y.read(marks[0].number("cy")) == doctest::Approx(10).epsilon(0.002));
  CHECK(y.read(marks[1].number("cy")) == doctest::Approx(30).epsilon(0.002));

  const std::vector<double> seeds = values_at(svg.of_class("seed"), y);
  const std::vector<double> expected_seeds = {9, 11.5, 28, 31};
  REQUIRE(seeds.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(seeds[i] == doctest::Approx(expected_seeds[i]).epsilon(0.002));

  std::vector<double> ends;  // each interval is a line from low to high, and a cap at each
  for (const XmlElement& bar : svg.of_class("bar")) {
    ends.push_back(y.read(bar.number("y1")));
    ends.push_back(y.read(bar.number("y2")));
  }
  const std::vector<double> expected_ends = {8, 13, 8, 8, 13, 13, 25, 36, 25, 25, 36, 36};
  REQUIRE(ends.size() == expected_ends.size());
  for (std::size_t i = 0; i < ends.size(); ++i) CHECK(ends[i] == doctest::Approx(expected_ends[i]).epsilon(0.002));

  const std::vector<double> line = numbers_in(svg.of_class("line").at(0)["d"]);
  CHECK(line == std::vector<double>{marks[0].number("cx"), marks[0].number("cy"), marks[1].number("cx"),
                                    marks[1].number("cy")});
}

TEST_CASE("svg: on log axes equal factors are equal distances") {
  const Xml svg = read_svg(figure_of(panel_of({{"a", {{0.001, 0.2}, {0.03, 7}, {10, 500}}}}, true, true)));
  const Ruler y = ruler_of(svg, true, true), x = ruler_of(svg, false, true);
  const auto marks = marks_of(svg);
  REQUIRE(marks.size() == 3);
  const std::vector<double> expected_x = {0.001, 0.03, 10}, expected_y = {0.2, 7, 500};
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(x.read(marks[i].number("cx")) == doctest::Approx(expected_x[i]).epsilon(0.003));
    CHECK(y.read(marks[i].number("cy")) == doctest::Approx(expected_y[i]).epsilon(0.003));
  }
}

TEST_CASE("svg: series of a category stand side by side, are not joined, and have a legend") {
  Panel panel = panel_of({{"plain", {{0, 90, 88, 92}, {1, 80, 79, 81}}}, {"batchnorm", {{0, 94}, {1, 93}}}});
  panel.x.names = {"no change", "× 100"};
  const Xml svg = read_svg(figure_of(panel));
  CHECK(svg.of_class("line").empty());
  CHECK(svg.of_class("leader").empty());
  for (const char* text : {"no change", "× 100", "plain", "batchnorm"}) CHECK(texts_of(svg).count(text) == 1);
  const Ruler y = ruler_of(svg, true, false);
  const auto circles = marks_of(svg);  // of plain; batchnorm has squares
  REQUIRE(circles.size() == 2);
  CHECK(y.read(circles[0].number("cy")) == doctest::Approx(90).epsilon(0.002));
  std::vector<double> squares;  // left edges, those in the plot
  for (const XmlElement& path : svg.of_class("solid")) {
    if (path.name == "path") squares.push_back(numbers_in(path["d"])[0] + 4);
  }
  REQUIRE(squares.size() == 3);  // the legend's first
  // Both series as far from the category's name as each other, on their own sides.
  for (const XmlElement& text : svg.of_class("middle")) {
    const std::size_t category = text.text == "no change" ? 0 : text.text == "× 100" ? 1 : 2;
    if (category == 2) continue;
    const double left = text.number("x") - circles[category].number("cx");
    CHECK(left > 5);
    CHECK(squares[1 + category] - text.number("x") == doctest::Approx(left).epsilon(0.01));
  }
}

TEST_CASE("svg: many marks have a band in place of bars, and few symbols") {
  Series series{"a", {}};
  for (int i = 0; i < 60; ++i) series.marks.push_back({double(i), i / 2.0, i / 2.0 - 3, i / 2.0 + 4, {1, 2}});
  const Xml svg = read_svg(figure_of(panel_of({series})));
  CHECK(svg.of_class("bar").empty());
  CHECK(svg.of_class("seed").empty());
  const std::vector<XmlElement> bands = svg.of_class("band");
  REQUIRE(bands.size() == 1);
  const std::vector<double> points = numbers_in(bands[0]["d"]);
  REQUIRE(points.size() == 2 * 120);  // above from left to right, below and back
  const Ruler y = ruler_of(svg, true, false);
  CHECK(y.read(points[2 * 10 + 1]) == doctest::Approx(5 + 4).epsilon(0.01));
  CHECK(y.read(points[2 * (119 - 10) + 1]) == doctest::Approx(5 - 3).epsilon(0.01));
  CHECK(points[2 * 10] == points[2 * (119 - 10)]);
  CHECK(marks_of(svg).size() >= 6);
  CHECK(marks_of(svg).size() <= 10);
}

TEST_CASE("svg: a value that is not finite is a gap, infinite ones are arrows, and a note says so") {
  const Xml svg = read_svg(figure_of(panel_of({series_of("a", {1, 2, NAN, 3, 4, HUGE_VAL, 5})})));
  REQUIRE(svg.of_class("line").size() == 2);  // the last mark stands alone
  CHECK(numbers_in(svg.of_class("line")[0]["d"]).size() == 4);
  CHECK(marks_of(svg).size() == 5);
  CHECK(svg.of_class("strokes").size() == 1);
  CHECK(texts_of(svg).count("Arrow: 1 value beyond the axis (infinite).") == 1);
  CHECK(texts_of(svg).count("Left out: 1 value, not a number or infinite.") == 1);
}

TEST_CASE("svg: on a log axis an interval that reaches 0 goes to the edge, without a cap") {
  const Xml svg = read_svg(figure_of(panel_of({{"a", {{1, 4, -1, 5}, {2, 8}}}}, false, true)));
  const auto bars = svg.of_class("bar");
  REQUIRE(bars.size() == 2);
  double bottom = 0;
  for (const XmlElement& axis : svg.of_class("axis")) bottom = std::max(bottom, axis.number("y1"));
  CHECK(bars[0].number("y1") == bottom);
}

TEST_CASE("svg: a panel without a value says so, and no panel is an image, too") {
  for (const Panel& panel : {panel_of({}), panel_of({{"a", {}}}), panel_of({{"a", {{1, NAN}, {NAN, 1}}}})}) {
    const Xml svg = read_svg(figure_of(panel));
    CHECK(texts_of(svg).count("no values") == 1);
    CHECK(texts_of(svg).count("a panel") == 1);
  }
  read_svg({});
  const Xml mixed = read_svg(figure_of(panel_of({series_of("a", {1, 2}), series_of("b", {NAN})})));
  CHECK(texts_of(mixed).count("b (no values)") == 1);
}

TEST_CASE("svg: one mark, equal values, very great and very small ones") {
  for (const double value : {0.0, 1.0, -3.5, 1e-12, 1e12, 1e99, 1e300}) {
    for (const std::size_t count : {1u, 2u, 20u}) {
      INFO(value);
      INFO(count);
      const Xml svg = read_svg(figure_of(panel_of({series_of("a", std::vector<double>(count, value))})));
      CHECK(texts_of(svg).count("no values") == (value > 1e100 ? 1 : 0));
    }
  }
  read_svg(figure_of(panel_of({series_of("a", {-1e99, 1e99})})));
  read_svg(figure_of(panel_of({series_of("a", {1e-99, 1e99})}, false, true)));
}

TEST_CASE("svg: whatever is drawn, it is well-formed and within the image") {
  Random random(4, "panels");
  for (int i = 0; i < 150; ++i) {
    std::vector<Panel> panels;
    for (int k = 0; k <= i % 4; ++k) panels.push_back(random_panel(random));
    read_svg({"title", "description", panels});
  }
}

TEST_CASE("svg: text is data") {
  const std::string nasty = "<b> & \"quoted\" 'single' \x01\x1b[31m \xff \xef\xbf\xbf ]]> --";
  Panel panel = panel_of({{nasty, {{0, 1}}}, {nasty, {{1, 2}}}});
  panel.title = panel.x.label = panel.y.label = nasty;
  for (const bool categories : {false, true}) {
    if (categories) panel.x.names = {nasty, nasty};
    const Xml svg = read_svg({nasty, nasty, {panel}});
    CHECK(svg.named("b").empty());
    CHECK(svg.named("desc").at(0).text == "<b> & \"quoted\" 'single' ??[31m ? ? ]]> --");
    CHECK(svg.named("title").at(0).text == svg.named("desc").at(0).text);
  }
}

TEST_CASE("svg: long names stay within the image, and are told in full to those who point at the line") {
  const std::string longest =
      "a name that goes on and on and on and never seems to come to any end, whatever the reader does";
  const std::string one_word(120, 'W');
  Panel panel = panel_of({{longest, {{0, 1}, {1, 2}}}, {one_word, {{0, 2}, {1, 3}}}});
  panel.title = panel.y.label = panel.x.label = longest + " " + one_word;
  for (const std::size_t panels : {1u, 2u, 3u}) {
    for (const bool categories : {false, true}) {
      panel.x.names = categories ? std::vector<std::string>{longest, one_word} : std::vector<std::string>{};
      const Xml svg = read_svg({longest, "", std::vector<Panel>(panels, panel)});
      const auto titles = svg.named("title");
      CHECK(std::any_of(titles.begin(), titles.end(), [&](const XmlElement& e) { return e.text == longest; }));
    }
  }
}

TEST_CASE("svg: twelve series have twelve looks, and names that do not overlap") {
  std::vector<Series> all;
  for (int k = 0; k < 12; ++k) all.push_back(series_of("series " + std::to_string(k), {1.0, 2.0 + k * 1e-3}));
  const Xml svg = read_svg(figure_of(panel_of(all)));
  std::set<std::string> looks;
  for (const XmlElement& line : svg.of_class("line")) {
    looks.insert(svg.elements[line.parent]["class"] + line["stroke-dasharray"]);
  }
  CHECK(looks.size() == 12);
  std::vector<double> names;
  for (const XmlElement& name : svg.of_class("name")) names.push_back(name.number("y"));
  REQUIRE(names.size() == 12);
  for (std::size_t k = 0; k + 1 < 12; ++k) CHECK(names[k] - names[k + 1] >= 14.98);  // the greater value is higher up
}

TEST_CASE("svg: panels of equal size in rows, none over another") {
  for (const std::size_t count : {1u, 2u, 3u, 4u, 5u, 7u}) {
    std::vector<Panel> panels(count, panel_of({series_of("a", {1, 2, 3})}));
    panels.back().title =
        "a title that is so long that it does not fit into one line of its panel, but needs two lines";
    const Xml svg = read_svg({"t", "d", panels});
    std::set<std::pair<double, double>> corners;
    std::set<double> heights;
    for (const XmlElement& axis : svg.of_class("axis")) {
      if (axis.number("y2") - axis.number("y1") > 100) {
        corners.emplace(axis.number("x1"), axis.number("y1"));
        heights.insert(std::round(axis.number("y2") - axis.number("y1")));
      }
    }
    CHECK(corners.size() == count);
    CHECK(heights.size() == 1);
  }
}

TEST_CASE("svg: an image for everyone: a role, a title, a description, both kinds of pages, nothing from elsewhere") {
  const std::string text = svg_of(figure_of(panel_of({series_of("a", {1, 2})})));
  const Xml svg(text);
  CHECK(svg.elements[0]["role"] == "img");
  CHECK(svg.elements[1].name == "title");
  CHECK(svg.elements[1].text == "A figure");
  CHECK(svg.elements[2].name == "desc");
  CHECK(svg.elements[2].text == "What it shows");
  CHECK(contains(text, "prefers-color-scheme:dark"));
  for (const char* foreign : {"<script", "href", "url(", "@import", "<image", "<foreignObject", "onload"}) {
    CHECK_FALSE(contains(text, foreign));
  }
  CHECK(text.find("http") == text.find("http://www.w3.org/2000/svg"));
  CHECK(text.find("http", text.find("http") + 1) == std::string::npos);
}

TEST_CASE("svg: the same bytes each time and in each locale") {
  const Figure figure = figure_of(panel_of({{"a", {{0.5, 1.25, 1, 1.5, {1.1, 1.4}}, {1.5, 2.75}}}}));
  const std::string text = svg_of(figure);
  CHECK(svg_of(figure) == text);
  const DecimalComma locale;
  CHECK(svg_of(figure) == text);
}

TEST_CASE("svg: places are short decimals") {
  CHECK(coordinate(12) == "12");
  CHECK(coordinate(0.5) == "0.5");
  CHECK(coordinate(-3.256) == "-3.26");
  CHECK(coordinate(-0.001) == "0");
  CHECK(coordinate(100) == "100");
}

TEST_CASE("svg: powers of ten are raised") {
  CHECK(tick_markup("0.01") == "0.01");
  CHECK(tick_markup("1e-5") == "10<tspan class=\"power\" dy=\"-5\">-5</tspan>");
  CHECK(tick_markup("-2.5e7") == "-2.5·10<tspan class=\"power\" dy=\"-5\">7</tspan>");
}

TEST_CASE("svg: text is broken at spaces, and cut where it must be") {
  CHECK(lines_within("", 100, 10, 2).empty());
  CHECK(lines_within("aa bb cc", 1000, 10, 2) == std::vector<std::string>{"aa bb cc"});
  const double five = text_width("aa bb", 10);
  CHECK(lines_within("aa bb cc", five, 10, 2) == std::vector<std::string>{"aa bb", "cc"});
  const auto cut = lines_within("aa bb cc dd ee", five, 10, 2);
  REQUIRE(cut.size() == 2);
  CHECK(cut[1].starts_with("cc"));
  CHECK(cut[1].ends_with("…"));
  for (const std::string& line : cut) CHECK(text_width(line, 10) <= five);
  CHECK(lines_within("ääääääää", text_width("ääää", 10), 10, 1)[0].starts_with("ää"));
}

}  // namespace bnlab::testing::svg_test
