// Text: formatted as by printf, and cleaned for lines that programs read.
#include "bnlab/core/text.hpp"

#include "support.hpp"

namespace bnlab::testing::text_test {

TEST_CASE("Text: format writes what printf writes") {
  CHECK(format("%s: %zu rows of %.3g, %02x", "w", std::size_t{3}, 0.125, 10u) == "w: 3 rows of 0.125, 0a");
  CHECK(format("100%%") == "100%");
  CHECK(format("%s", "").empty());
}

TEST_CASE("Text: joined puts the separator between numbers, and only there") {
  CHECK(joined({}, ", ").empty());
  CHECK(joined({784}, ", ") == "784");
  CHECK(joined({3, 0, 12}, " x ") == "3 x 0 x 12");
}

TEST_CASE("Text: one_word has no spaces and no control characters; one_line keeps spaces") {
  CHECK(one_word("my first\tset\n") == "my_first_set_");
  CHECK(one_line("my first\tset\n\x7f") == "my first?set??");
  CHECK(one_word("gr\xc3\xbc\xc3\x9f") == "gr\xc3\xbc\xc3\x9f");
}

}  // namespace bnlab::testing::text_test
