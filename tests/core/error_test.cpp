// Messages say what printf would have written, in one line that may be printed.
#include "bnlab/cli/usage_error.hpp"
#include "support.hpp"

namespace bnlab::testing::error_test {

TEST_CASE("Error: a message arrives whole, as long as the longest path, twice, fits") {
  for (const std::size_t length : {0u, 1u, 127u, 128u, 255u, 256u, 1023u, 1024u, 4095u, 4096u, 9000u}) {
    const std::string text(length, 'x');
    CHECK(format("<%s>", text.c_str()) == "<" + text + ">");
    CHECK(error_of([&] { fail("<%s>", text.c_str()); }) == "<" + text + ">");
  }
}

TEST_CASE("Error: a percent sign in a file's name is text, not a pattern") {
  CHECK(error_of([] { fail("%s: no such file", "100%s%n%d"); }) == "100%s%n%d: no such file");
}

TEST_CASE("Error: a message is one line, whatever a file's name holds, and its letters stay") {
  CHECK(error_of([] { fail("%s: no such file", "a\nb\x1b[2J\x1f\x7f"); }) == "a?b?[2J??: no such file");
  CHECK(std::string(UsageError("1\r\n2").what()) == "1??2");
  CHECK(error_of([] { fail("gr\xc3\xbc\xc3\x9f \xe6\x97\xa5 ~"); }) == "gr\xc3\xbc\xc3\x9f \xe6\x97\xa5 ~");
}

TEST_CASE("Error: whatever is put into a message, it stays bounded and keeps its end") {
  const std::string error = error_of([] { fail("%s: expected a name", std::string(1'000'000, '\x9b').c_str()); });
  CHECK(error.size() < 10'100);
  CHECK(error.starts_with("????"));
  CHECK(error.ends_with(": expected a name"));
}

TEST_CASE("Error: fail throws what main tells apart from wrong usage, and both are standard exceptions") {
  CHECK_THROWS_AS(fail("file"), Error);
  bool usage = false;
  try {
    fail("file");
  } catch (const UsageError&) {
    usage = true;
  } catch (const std::exception& error) {
    CHECK(std::string(error.what()) == "file");
  }
  CHECK_FALSE(usage);
  CHECK(error_of([] { throw UsageError("--epochs"); }) == "--epochs");
}

}  // namespace bnlab::testing::error_test
