// Fingerprints: the published values, and that they continue where they left off.
#include "bnlab/core/fingerprint.hpp"

#include "support.hpp"

namespace bnlab::testing::fingerprint_test {

TEST_CASE("fingerprint: FNV-1a's published values") {
  CHECK(fingerprint("") == 0xcbf29ce484222325);
  CHECK(fingerprint("a") == 0xaf63dc4c8601ec8c);
  CHECK(fingerprint("foobar") == 0x85944171f73967e8);
}

TEST_CASE("fingerprint: of two parts in turn is that of the whole; every changed bit changes it") {
  const std::string text = "batch normalization";
  CHECK(fingerprint(text.substr(5), fingerprint(text.substr(0, 5))) == fingerprint(text));
  for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
    std::string changed = text;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    CHECK(fingerprint(changed) != fingerprint(text));
  }
}

TEST_CASE("fingerprint: as text it has 16 hexadecimal digits, leading zeros included") {
  CHECK(hexadecimal(fingerprint("a")) == "af63dc4c8601ec8c");
  CHECK(hexadecimal(0xabc) == "0000000000000abc");
}

}  // namespace bnlab::testing::fingerprint_test
