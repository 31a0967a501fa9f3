// bnlab gradcheck from outside.
#include "program.hpp"

using namespace bnlab;
using namespace bnlab::testing;

TEST_CASE("gradcheck: all rows are right in double; in float it says where to go") {
  const Outcome outcome = bnlab_program({"gradcheck"});
  if (!kDouble) {
    CHECK(outcome.status == 1);
    CHECK(contains(outcome.err, "make gradcheck"));
    return;
  }
  CHECK(outcome.status == 0);
  CHECK_FALSE(contains(outcome.out, "WRONG"));
  CHECK(contains(outcome.out, "wrong=0"));
  const Outcome one = bnlab_program({"gradcheck", "--layer", "batchnorm", "--seed", "2"});
  CHECK(one.status == 0);
  CHECK_FALSE(contains(one.out, "sigmoid"));
  CHECK(bnlab_program({"gradcheck", "--layer", "nonsense"}).status == 2);
  CHECK(bnlab_program({"gradcheck", "--step", "10"}).status == 1);  // far too long a step: the checker can fail
}
