// Text: formatted as by printf, joined, and broken into lines.
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

TEST_CASE("Text: wrapped breaks at spaces, counts characters and not bytes, and indents every line") {
  CHECK(wrapped("", "  ") == "  \n");
  CHECK(wrapped("one two three", "", 8) == "one two\nthree\n");
  CHECK(wrapped("one two three", "", 7) == "one two\nthree\n");
  CHECK(wrapped("one two three", "", 6) == "one\ntwo\nthree\n");
  CHECK(wrapped("one two three", "  ", 9) == "  one two\n  three\n");
  CHECK(wrapped("one two three", "", 13) == "one two three\n");
  CHECK(wrapped("äöü äöü äöü", "", 7) == "äöü äöü\näöü\n");
  CHECK(wrapped("a wordlongerthanaline b", "", 5) == "a\nwordlongerthanaline\nb\n");
}

TEST_CASE("Text: wrapped keeps a number and its percent sign together, and an option and its value") {
  CHECK(wrapped("go on with --resume FILE now", "", 19) == "go on with\n--resume FILE now\n");
  CHECK(wrapped("with --quiet", "", 12) == "with --quiet\n");
  CHECK(wrapped("--save", "", 5) == "--save\n");
  CHECK(wrapped("of 83.82 %, it", "", 9) == "of\n83.82 %,\nit\n");
  CHECK(wrapped("of 83.82 %", "", 8) == "of\n83.82 %\n");
  CHECK(wrapped("of 83.82 %", "", 10) == "of 83.82 %\n");
}

TEST_CASE("Text: a plain name has small letters and digits alone") {
  CHECK(plain_name("Fashion-MNIST_10k") == "fashionmnist10k");
  CHECK(plain_name(" \xc3\x84/.-") == "");
}

}  // namespace bnlab::testing::text_test
