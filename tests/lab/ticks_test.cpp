#include "bnlab/lab/figures/ticks.hpp"

#include "../decimal_comma.hpp"
#include "../support.hpp"
#include "bnlab/core/number.hpp"

namespace bnlab::testing::ticks_test {

namespace {

std::string labels_of(const std::vector<Tick>& ticks) {
  std::string labels;
  for (const Tick& tick : ticks) {
    if (!tick.label.empty()) labels += (labels.empty() ? "" : " ") + tick.label;
  }
  return labels;
}

std::size_t labelled(const std::vector<Tick>& ticks) {
  return static_cast<std::size_t>(
      std::count_if(ticks.begin(), ticks.end(), [](const Tick& tick) { return !tick.label.empty(); }));
}

std::size_t minor(const std::vector<Tick>& ticks) { return ticks.size() - labelled(ticks); }

}  // namespace

TEST_CASE("ticks: round numbers, as many decimals as the step has") {
  CHECK(labels_of(linear_ticks(0, 1, 6)) == "0.0 0.2 0.4 0.6 0.8 1.0");
  CHECK(labels_of(linear_ticks(0, 1, 5)) == "0.0 0.5 1.0");
  CHECK(labels_of(linear_ticks(0, 1, 11)) == "0.0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1.0");
  CHECK(labels_of(linear_ticks(91.3, 97.9, 5)) == "92 94 96");
  CHECK(labels_of(linear_ticks(-37, 42, 5)) == "-20 0 20 40");
  CHECK(labels_of(linear_ticks(0, 700, 5)) == "0 200 400 600");
  CHECK(labels_of(linear_ticks(0.0002, 0.0011, 5)) == "0.0002 0.0004 0.0006 0.0008 0.0010");
}

TEST_CASE("ticks: very great and very small numbers are written with a power of ten") {
  CHECK(labels_of(linear_ticks(0, 3e-7, 4)) == "0 1e-7 2e-7 3e-7");
  CHECK(labels_of(linear_ticks(1.4e-7, 2.1e-7, 4)) == "1.4e-7 1.6e-7 1.8e-7 2e-7");
  CHECK(labels_of(linear_ticks(-2e9, 2e9, 5)) == "-2e9 -1e9 0 1e9 2e9");
}

TEST_CASE("ticks: a linear axis, whatever its range") {
  Random random(1, "ranges");
  for (int i = 0; i < 500; ++i) {
    const double size = std::pow(10, random.uniform(-12, 12));
    const double low = random.uniform(-1, 1) * size;
    const double high = low + random.uniform(0.01, 1) * size;
    for (const std::size_t most : {3u, 5u, 8u, 12u}) {
      const std::vector<Tick> ticks = linear_ticks(low, high, most);
      REQUIRE(ticks.size() >= most * 2 / 5);
      REQUIRE(ticks.size() <= most);
      const double slack = 1e-8 * (high - low);
      CHECK(ticks.front().value >= low - slack);
      CHECK(ticks.back().value <= high + slack);
      for (std::size_t t = 0; t < ticks.size(); ++t) {
        CHECK(parse_number(ticks[t].label) == ticks[t].value);  // to the last bit
        if (t >= 2) {
          const double step = ticks[1].value - ticks[0].value;
          CHECK(ticks[t].value - ticks[t - 1].value == doctest::Approx(step));
        }
      }
      if (ticks.size() < 2) continue;
      // The step is 1, 2 or 5 times a power of ten, and there is no room for another tick at either end.
      const double step = ticks[1].value - ticks[0].value;
      const double digit = step / std::pow(10, std::floor(std::log10(step) + 1e-6));
      CHECK(std::min({std::abs(digit - 1), std::abs(digit - 2), std::abs(digit - 5)}) < 1e-3);
      CHECK(ticks.front().value - low < step + slack);
      CHECK(high - ticks.back().value < step + slack);
    }
  }
}

TEST_CASE("ticks: powers of ten on a log axis, with the numbers between them as minor ticks") {
  const std::vector<Tick> ticks = log_ticks(0.001, 10, 8);
  CHECK(labels_of(ticks) == "0.001 0.01 0.1 1 10");
  CHECK(minor(ticks) == 4 * 8);
  CHECK(labels_of(log_ticks(3e-7, 40, 9)) == "1e-6 1e-5 0.0001 0.001 0.01 0.1 1 10");
  CHECK(labels_of(log_ticks(1, 1e6, 8)) == "1 10 100 1000 10000 1e5 1e6");
}

TEST_CASE("ticks: a log axis of many decades has a label at every second or third, minor ticks at the others") {
  const std::vector<Tick> ticks = log_ticks(1e-9, 1e9, 8);
  CHECK(labels_of(ticks) == "1e-9 1e-6 0.001 1 1000 1e6 1e9");
  CHECK(ticks.size() == 19);
  CHECK(labelled(log_ticks(1e-150, 1e150, 8)) <= 8);
}

TEST_CASE("ticks: a short log axis has 1, 2 and 5, a very short one round numbers") {
  CHECK(labels_of(log_ticks(0.3, 4, 5)) == "0.5 1 2");
  CHECK(minor(log_ticks(0.3, 4, 5)) == 8);  // 0.3, 0.4, 0.6, 0.7, 0.8, 0.9, 3, 4
  CHECK(labels_of(log_ticks(0.31, 0.44, 5)) == "0.35 0.40");
  CHECK(labels_of(log_ticks(31, 44, 5)) == "35 40");
}

TEST_CASE("ticks: on a log axis each is 1 to 9 times a power of ten, in order, and what its label says") {
  Random random(2, "ranges");
  for (int i = 0; i < 200; ++i) {
    const double low = std::pow(10, random.uniform(-9, 6));
    const double high = low * std::pow(10, random.uniform(1, 9));
    const std::vector<Tick> ticks = log_ticks(low, high, 8);
    REQUIRE(ticks.size() >= 1);
    for (std::size_t t = 0; t < ticks.size(); ++t) {
      if (t > 0) CHECK(ticks[t].value > ticks[t - 1].value);
      CHECK(ticks[t].value >= low * (1 - 1e-8));
      CHECK(ticks[t].value <= high * (1 + 1e-8));
      const double digit = ticks[t].value / std::pow(10, std::floor(std::log10(ticks[t].value) + 1e-9));
      CHECK(digit == doctest::Approx(std::round(digit)).epsilon(1e-9));
      if (!ticks[t].label.empty()) CHECK(parse_number(ticks[t].label) == ticks[t].value);
    }
  }
}

TEST_CASE("ticks: the ends of the range have their ticks, where rounding puts them outside") {
  CHECK(labels_of(linear_ticks(0.1, 0.3, 3)) == "0.1 0.2 0.3");
  CHECK(labels_of(linear_ticks(3 * 0.1, 0.5, 3)) == "0.3 0.4 0.5");  // 3 * 0.1 is above 0.3
  CHECK(labels_of(log_ticks(3 * 0.1 / 3, 10, 5)) == "0.1 1 10");
}

TEST_CASE("ticks: the same in a locale with a decimal comma") {
  const DecimalComma locale;
  CHECK(labels_of(linear_ticks(0, 1, 3)) == "0.0 0.5 1.0");
  CHECK(linear_ticks(0, 1, 3)[1].value == 0.5);
}

}  // namespace bnlab::testing::ticks_test
