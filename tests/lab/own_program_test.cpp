// The fingerprint of the running program: that of its file's bytes.
#include "bnlab/lab/trials/own_program.hpp"

#include "../support.hpp"
#include "bnlab/core/fingerprint.hpp"

namespace bnlab::testing::own_program_test {

TEST_CASE("the program's fingerprint is that of its file") {
  const std::string found = program_fingerprint();
  CHECK(found.size() == 16);
  CHECK(found == program_fingerprint());
  if (!std::filesystem::exists("/proc/self/exe")) return;
  CHECK(found == hexadecimal(fingerprint(read_text("/proc/self/exe"))));
}

}  // namespace bnlab::testing::own_program_test
