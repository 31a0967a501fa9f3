// The ladder (make ladder): all its rungs compute the same product, and it says so to a program.
#include "../cli/program.hpp"

namespace bnlab::testing::ladder_test {

TEST_CASE("Ladder: every rung gives the product of the first, and a wrong command line is refused") {
  const std::string ladder = program("LADDER");
  const Outcome checked = run_program(ladder, {"--check"});
  CHECK_MESSAGE(checked.status == 0, checked.err);
  CHECK(contains(checked.out, "all 6 rungs"));
  for (const char* wrong : {"--chekc", ""}) {
    const Outcome refused = run_program(ladder, {wrong});
    CHECK((refused.status == 2 && one_line(refused.err) && refused.out.empty()));
  }
}

}  // namespace bnlab::testing::ladder_test
