// Text from files and names: on one line, of bounded length, and without anything that moves the terminal.
#include "bnlab/core/shown.hpp"

#include "support.hpp"

namespace bnlab::testing::shown_test {

namespace {

std::string encoded(char32_t code) {
  const auto byte = [](char32_t bits) { return static_cast<char>(bits); };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xc0 | code >> 6), byte(0x80 | (code & 0x3f))};
  if (code < 0x10000) return {byte(0xe0 | code >> 12), byte(0x80 | (code >> 6 & 0x3f)), byte(0x80 | (code & 0x3f))};
  return {byte(0xf0 | code >> 18), byte(0x80 | (code >> 12 & 0x3f)), byte(0x80 | (code >> 6 & 0x3f)),
          byte(0x80 | (code & 0x3f))};
}

}  // namespace

TEST_CASE("Shown: letters of any script stay, with accents and signs") {
  for (const std::string text : {"plain", "Zürich", "数字", "Ελλάδα", "עברית", "e\xcc\x81", "🙂", "a b\"c'=%s\\", "ÿ",
                                 "퟿\xee\x80\x80", "\xf4\x8f\xbf\xbd", "½ ≤ 2 …", ""}) {
    CHECK(shown(text) == text);
    CHECK(one_line(text) == text);
    CHECK(shown_path(text) == text);
  }
}

TEST_CASE("Shown: every control character becomes one sign, also C1, encoded or as a bare byte, and NUL") {
  for (char32_t code = 0; code < 0x100; ++code) {
    CAPTURE(static_cast<unsigned>(code));
    const bool is_control = code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0xad;
    CHECK(shown("a" + encoded(code) + "b") == "a" + (is_control ? "?" : encoded(code)) + "b");
    const std::string bare = {'a', static_cast<char>(code), 'b'};
    CHECK(shown(bare) == (is_control || code >= 0x80 ? "a?b" : bare));
  }
}

TEST_CASE("Shown: what breaks lines, turns the direction of writing or takes no room becomes a sign") {
  for (const char32_t code : std::initializer_list<char32_t>{
           0x61c,  0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b,  0x202c,
           0x202d, 0x202e, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0x206f, 0xfeff, 0xfffb, 0xe0001, 0xe007f}) {
    CAPTURE(static_cast<unsigned>(code));
    CHECK(shown("a" + encoded(code) + "b") == "a?b");
    CHECK(one_word("a" + encoded(code) + "b") == "a_b");
    CHECK(one_line("a" + encoded(code) + "b") == "a?b");
  }
  for (const char32_t neighbour : std::initializer_list<char32_t>{0x200a, 0x2010, 0x2027, 0x202f, 0x205f, 0x2070,
                                                                  0xfefe, 0xff00, 0xdffff, 0xe0080}) {
    CAPTURE(static_cast<unsigned>(neighbour));
    CHECK(shown(encoded(neighbour)) == encoded(neighbour));
  }
}

TEST_CASE("Shown: bytes that are not UTF-8 become a sign each, and the letters after them stay") {
  struct {
    const char *text, *expected;
  } const cases[] = {
      {"\xff", "?"},           // never in UTF-8
      {"gr\xfc\xdf", "gr??"},  // Latin-1
      {"\xc3", "?"},           // cut short
      {"\xc3z", "?z"},
      {"\xe6\x95", "??"},
      {"\xe6\x95z", "??z"},
      {"\xf0\x9f\x99", "???"},
      {"\x80", "?"},       // a continuation alone
      {"\xc0\x80", "??"},  // NUL in two bytes
      {"\xc1\xbf", "??"},
      {"\xe0\x80\x8a", "???"},       // a line feed in three bytes
      {"\xf0\x80\x80\x8a", "????"},  // and in four
      {"\xed\xa0\x80", "???"},       // half of a surrogate pair
      {"\xf4\x90\x80\x80", "????"},  // beyond Unicode
      {"\xf8\x88\x80\x80\x80", "?????"},
      {"\xc3\xc3\xbc", "?ü"},
      {"\x1b[31mred\x1b[0m", "?[31mred?[0m"},
      {"\x9b"
       "31m",
       "?31m"},  // the one-byte form of ESC [
  };
  for (const auto& c : cases) {
    CAPTURE(c.expected);
    CHECK(shown(c.text) == c.expected);
  }
}

TEST_CASE("Shown: a text is cut between characters, ends in an ellipsis that counts, and is cut only once") {
  CHECK(shown(std::string(60, 'x')) == std::string(60, 'x'));
  CHECK(shown(std::string(61, 'x')) == std::string(59, 'x') + "…");
  CHECK(shown("数字数字", 4) == "数字数字");
  CHECK(shown("数字数字", 3) == "数字…");
  CHECK(shown("a\n数\xff字b", 4) == "a?数…");
  CHECK(shown("ab", 1) == "…");
  const std::string hostile = "\x1b]0;title\x07 数字=" + std::string(1'000'000, '\x9b') + "z";
  for (const std::size_t most : {1u, 2u, 10u, 60u}) {
    const std::string once = shown(hostile, most);
    CHECK(once.size() <= 4 * most);
    CHECK(shown(once, most) == once);
    CHECK(one_word(one_word(hostile, most), most) == one_word(hostile, most));
  }
  CHECK(shown(std::string(100'000'000, 'x')).size() < 80);
}

TEST_CASE("Shown: a path that the system takes is shown whole") {
  const std::string longest(4095, 'p');
  CHECK(shown_path(longest) == longest);
  CHECK(shown_path(std::string(5000, 'p')).size() < 4100);
  CHECK(shown_path("a\nb/\x1b[2J") == "a?b/?[2J");
}

TEST_CASE("One word: no white space of any script, nothing that looks like another field, never empty") {
  CHECK(one_word("my first\tset\n") == "my_first_set_");
  CHECK(one_word("grüß") == "grüß");
  CHECK(one_word("x\nresult model=plain test_accuracy=1.0") == "x_result_model_plain_test_accuracy_1.0");
  CHECK(one_word("x=1") == "x_1");
  CHECK(one_word("=") == "_");
  CHECK(one_word("\"a b\" 'c' `d`") == "_a_b___c___d_");
  CHECK(one_word("") == "unnamed");
  CHECK(one_word(" ") == "_");
  CHECK(one_word("\xff\x9b") == "__");
  for (const char32_t space :
       std::initializer_list<char32_t>{0x20, 0xa0, 0x1680, 0x2000, 0x2003, 0x200a, 0x202f, 0x205f, 0x3000}) {
    CAPTURE(static_cast<unsigned>(space));
    CHECK(one_word(encoded(space) + "a" + encoded(space)) == "_a_");
  }
  CHECK(one_word(std::string(300, 'n')) == std::string(59, 'n') + "…");
}

TEST_CASE("One line: a message keeps its length up to a limit; of a longer one the end stays, which says what to do") {
  const std::string whole(kLongestMessage, 'x');
  CHECK(one_line(whole) == whole);
  for (const std::string letter : {"x", "ü", "数", "🙂"}) {
    std::string text = "begin ";
    while (text.size() < 1'000'000) text += letter;
    const std::string line = one_line(text + " use --data");
    CHECK(line.starts_with("begin " + letter));
    CHECK(contains(line, letter + " … " + letter));
    CHECK(line.ends_with(letter + " use --data"));
    CHECK(line.size() <= kLongestMessage + 5);
    CHECK(shown(line, line.size()) == line);  // no character is cut in two
  }
}

}  // namespace bnlab::testing::shown_test
