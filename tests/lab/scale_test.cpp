#include "bnlab/lab/figures/scale.hpp"

#include "../support.hpp"

namespace bnlab::testing::scale_test {

namespace {

Panel panel_of(const std::vector<Mark>& marks, bool log_x = false, bool log_y = false) {
  return {"", {"x", log_x}, {"y", log_y}, {{"a", marks}}};
}

}  // namespace

TEST_CASE("scale: parts of a linear and of a log axis") {
  const Scale linear = {false, 10, 20};
  CHECK(linear.part(10) == 0);
  CHECK(linear.part(12.5) == 0.25);
  CHECK(linear.part(20) == 1);
  const Scale log = {true, 0.01, 100};
  CHECK(log.part(0.01) == 0);
  CHECK(log.part(0.1) == doctest::Approx(0.25));
  CHECK(log.part(1) == doctest::Approx(0.5));
  CHECK(log.part(100) == 1);
}

TEST_CASE("scale: what lies beyond, is infinite, or not positive on a log axis, is at the end") {
  const Scale linear = {false, 10, 20};
  CHECK(linear.part(1e200) == 1);
  CHECK(linear.part(9) == 0);
  CHECK(linear.part(HUGE_VAL) == 1);
  CHECK(linear.part(-HUGE_VAL) == 0);
  const Scale log = {true, 1, 10};
  CHECK(log.part(0) == 0);
  CHECK(log.part(-5) == 0);
  CHECK(log.part(HUGE_VAL) == 1);
}

TEST_CASE("scale: around all means, interval ends and seeds, with a 25th on both sides") {
  const Panel panel = panel_of({{1, 5, 4, 6}, {3, 5, NAN, NAN, {-20, 30}}});
  const Scale y = *y_scale(panel);
  CHECK(y.low == doctest::Approx(-22));
  CHECK(y.high == doctest::Approx(32));
  const Scale x = *x_scale(panel);
  CHECK(x.low == doctest::Approx(0.92));
  CHECK(x.high == doctest::Approx(3.08));
}

TEST_CASE("scale: values that are not negative do not get an axis that is") {
  CHECK(y_scale(panel_of({{0, 0.01}, {1, 1}}))->low == 0);
  CHECK(y_scale(panel_of({{0, -0.01}, {1, 1}}))->low < -0.01);
}

TEST_CASE("scale: the margin of a log axis is a 25th of its length") {
  const Scale y = *y_scale(panel_of({{0, 0.1}, {1, 1000}}, false, true));
  CHECK(std::log10(y.low) == doctest::Approx(-1 - 4 * 0.04));
  CHECK(std::log10(y.high) == doctest::Approx(3 + 4 * 0.04));
}

TEST_CASE("scale: equal values are in the middle, of whatever size") {
  for (const double value : {5.0, -5.0, 1e-9, 1e12}) {
    CHECK(y_scale(panel_of({{0, value}, {1, value}}))->part(value) == doctest::Approx(0.5));
    if (value > 0) CHECK(y_scale(panel_of({{0, value}}, false, true))->part(value) == doctest::Approx(0.5));
  }
  const Scale zero = *y_scale(panel_of({{0, 0}}));
  CHECK(zero.low == 0);
  CHECK(zero.high == 1);
}

TEST_CASE("scale: extreme values still have ticks and finite places") {
  for (const double value : {1e300, 1e99, 1e-99, 1e-310}) {
    for (const bool log : {false, true}) {
      const Panel panel = panel_of({{0, value}, {1, 1}, {2, value * 0.5}}, false, log);
      const Scale y = *y_scale(panel);
      CHECK(std::isfinite(y.part(1)));
      CHECK(y.part(1) >= 0);
      CHECK(y.part(1) <= 1);
      CHECK(y.ticks(5).size() >= 1);
    }
  }
}

TEST_CASE("scale: what has no place does not stretch the axes") {
  const Panel panel = panel_of({{1, 2}, {10, -7}, {-3, 4}, {100, 20}, {NAN, 1e9}, {1e6, HUGE_VAL}}, true, true);
  CHECK(is_drawn(panel, panel.series[0].marks[0]));
  CHECK_FALSE(is_drawn(panel, panel.series[0].marks[1]));
  CHECK_FALSE(is_drawn(panel, panel.series[0].marks[2]));
  CHECK(is_beyond(panel, panel.series[0].marks[5]));
  CHECK(y_scale(panel)->high < 25);
  CHECK(y_scale(panel)->low > 1);
  CHECK(x_scale(panel)->high > 1e6);  // the arrow has a place along x
  CHECK_FALSE(x_scale(panel_of({{1, NAN}, {2, HUGE_VAL}})));
}

TEST_CASE("scale: categories take equal shares, from half before the first to half after the last") {
  Panel panel = panel_of({{0, 1}, {2, 1}, {3, 1}});
  panel.x.names = {"a", "b", "c"};
  CHECK(x_scale(panel)->part(0) == doctest::Approx(1.0 / 6));
  CHECK(x_scale(panel)->part(2) == doctest::Approx(5.0 / 6));
  CHECK_FALSE(is_drawn(panel, panel.series[0].marks[2]));  // there is no fourth
}

TEST_CASE("scale: the notes count what is left out, by reason") {
  CHECK(notes_of(panel_of({{1, 2, 1, 3, {1, 3}}})).empty());
  const Panel panel = panel_of({{1, 2, 1, 3, {0, NAN}}, {2, HUGE_VAL}, {3, NAN}, {4, -1}}, false, true);
  const std::vector<std::string> notes = notes_of(panel);
  REQUIRE(notes.size() == 3);
  CHECK(notes[0] == "Arrow: 1 value beyond the axis (infinite).");
  CHECK(notes[1] == "Left out: 2 values, not a number or infinite.");
  CHECK(notes[2] == "Left out: 2 values of 0 or less, on a log axis.");
}

TEST_CASE("scale: labels of ticks keep their distance, measured as the caller measures them") {
  const Scale scale = {false, 0, 1000};
  const auto characters = [](const std::string& label) { return static_cast<double>(label.size()); };
  for (const double length : {20.0, 30.0, 60.0, 120.0}) {
    double end = -HUGE_VAL;
    std::size_t count = 0;
    for (const Tick& tick : ticks_apart(scale, length, 2, characters)) {
      const double middle = tick.value / 1000 * length;
      CHECK(middle - characters(tick.label) / 2 >= end + 2 - 1e-9);
      end = middle + characters(tick.label) / 2;
      ++count;
    }
    CHECK(count >= (length < 60 ? 2 : 6));
  }
}

}  // namespace bnlab::testing::scale_test
