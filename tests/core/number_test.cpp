// Numbers from text and to text: the whole text, the same in every locale.
#include "bnlab/core/number.hpp"

#include <limits>
#include <locale>

#include "bnlab/core/text.hpp"
#include "decimal_comma.hpp"

namespace bnlab::testing::number_test {

namespace {

// A host program's locale of its own making, which all of C++'s streams follow.
struct Comma : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

void check_numbers() {
  CHECK(format("%g %.2f %.17g %e", 0.25, 1234567.5, 0.1, 1e-8) == "0.25 1234567.50 0.10000000000000001 1.000000e-08");
  CHECK(format("%zu", std::size_t{1234567}) == "1234567");
  CHECK(joined({1234567, 8}, ",") == "1234567,8");
  CHECK(parse_number("0.25") == 0.25);
  CHECK(parse_number("1234567.5") == 1234567.5);
  CHECK_FALSE(parse_number("0,25"));
  CHECK_FALSE(parse_number("1.234.567"));
  CHECK(parse_whole_number("1234567") == 1234567u);
  CHECK_FALSE(parse_whole_number("1.234"));
  CHECK(shortest_decimal(0.1) == "0.1");
  CHECK(shortest_decimal(1e-8) == "1e-8");
  CHECK(shortest_decimal(1.0 / 3) == "0.3333333333333333");
}

}  // namespace

TEST_CASE("Numbers: the same in the C locale, in one with a decimal comma, and with C++ streams that group thousands") {
  check_numbers();
  {
    const DecimalComma german;
    char text[8];
    std::snprintf(text, sizeof text, "%.2f", 0.25);
    REQUIRE(std::string(text) == "0,25");  // what the host program itself prints
    check_numbers();
    std::snprintf(text, sizeof text, "%.2f", 0.25);
    CHECK(std::string(text) == "0,25");  // its choice is left alone
  }
  const std::locale before = std::locale::global(std::locale(std::locale::classic(), new Comma));
  check_numbers();
  std::locale::global(before);
}

TEST_CASE("Numbers: every bit survives text, whatever the locale") {
  const DecimalComma german;
  Random random(7, "number");
  for (int i = 0; i < 200; ++i) {
    const double x = (random.uniform() - 0.5) * std::pow(10.0, i % 40 - 20);
    CHECK(parse_number(format("%.17g", x)) == x);
    CHECK(parse_number(shortest_decimal(x)) == x);
  }
}

TEST_CASE("Numbers: only a finite decimal that is the whole text is one") {
  for (const char* text : {"0", "-0", "1", "-1.5", "+2", ".5", "5.", "1e3", "1E+3", "1e-400", "4.9e-324"}) {
    CAPTURE(text);
    CHECK(parse_number(text).has_value());
  }
  CHECK(parse_number("-1.5e1") == -15.0);
  CHECK(parse_number("1.7976931348623157e308") == std::numeric_limits<double>::max());
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {""sv,    " 1"sv, "1 "sv, "1\n"sv, "1x"sv, "0x10"sv, "nan"sv, "inf"sv, "-inf"sv,   "1e999"sv, "-1e999"sv,
        "1,5"sv, "e"sv,  "."sv,  "-"sv,   "1e"sv, "1..2"sv, "--1"sv, "1\0"sv, "1\0002"sv, "\0"sv}) {
    CAPTURE(std::string(text));
    CHECK_FALSE(parse_number(text).has_value());
  }
}

TEST_CASE("Numbers: a whole number has digits only, up to 64 bits") {
  CHECK(parse_whole_number("0") == 0u);
  CHECK(parse_whole_number("007") == 7u);
  CHECK(parse_whole_number("18446744073709551615") == UINT64_MAX);
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {""sv, "-1"sv, "+1"sv, " 1"sv, "1 "sv, "1.0"sv, "1e3"sv, "0x1"sv, "18446744073709551616"sv, "1\0"sv}) {
    CAPTURE(std::string(text));
    CHECK_FALSE(parse_whole_number(text).has_value());
  }
}

}  // namespace bnlab::testing::number_test
