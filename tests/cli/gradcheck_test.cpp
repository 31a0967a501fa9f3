// bnlab gradcheck from outside.
#include "program.hpp"

namespace bnlab::testing::gradcheck_test {

namespace {

// What follows `name` in a result line, as a number; NaN where there is none.
double number_after(const std::string& text, const std::string& name) {
  const std::size_t at = text.find(name);
  return at == std::string::npos ? std::nan("") : std::strtod(text.c_str() + at + name.size(), nullptr);
}

}  // namespace

TEST_CASE("gradcheck: all rows are right in double; in float it says where to go") {
  const Outcome outcome = bnlab_program({"gradcheck"});
  if (!kDouble) {
    CHECK(outcome.status == 1);
    CHECK(contains(outcome.err, "make gradcheck"));
    return;
  }
  CHECK(outcome.status == 0);
  CHECK_FALSE(contains(outcome.out, "WRONG"));
  CHECK_FALSE(contains(outcome.out, "VACUOUS"));
  CHECK(contains(outcome.out, "result gradcheck precision=double"));
  CHECK(contains(outcome.out, "wrong=0"));
  CHECK(number_after(outcome.out, "checked=") > 150);
  CHECK(number_after(outcome.out, "worst_layer=") < 1e-8);
  CHECK(number_after(outcome.out, "worst_network=") < 1e-7);
  CHECK(contains(outcome.out, "fc1.bias"));
  CHECK(contains(outcome.out, "ok (zero analytically)"));
  CHECK(contains(outcome.out, "moved off a kink"));
  const Outcome one = bnlab_program({"gradcheck", "--layer", "batchnorm", "--seed", "2"});
  CHECK(one.status == 0);
  CHECK_FALSE(contains(one.out, "sigmoid"));
  CHECK(bnlab_program({"gradcheck", "--layer", "nonsense"}).status == 2);
  CHECK(bnlab_program({"gradcheck", "--step", "10"}).status == 1);  // far too long a step: the checker can fail
}

TEST_CASE(
    "gradcheck: wrong rows are repeated after the table, lowest layer first, with their equations and what to do") {
  if (!kDouble) return;
  const Outcome outcome = bnlab_program({"gradcheck", "--step", "10"});  // so long a step that much looks wrong
  CHECK(outcome.status == 1);
  const std::size_t result = outcome.out.find("\nresult gradcheck"), last = outcome.out.find("\nWRONG, the lowest");
  REQUIRE((result != std::string::npos && last != std::string::npos));
  CHECK(result < last);
  const std::string end = outcome.out.substr(last);
  const std::size_t activation = end.find("ACT.2"), loss = end.find("CE.4"), norm = end.find("BN.9");
  CHECK((activation < loss && loss < norm && norm < end.find("network-")));
  CHECK(contains(end, "first, before the networks"));
  CHECK_FALSE(contains(end, "path"));  // the layer's dx is right: it is the measurement that is not
  CHECK_FALSE(contains(bnlab_program({"gradcheck", "--layer", "relu"}).out, "WRONG"));
}

TEST_CASE(
    "gradcheck --sweep: error against step has the shape of a V, deeper with five points, and names its precision") {
  const Outcome outcome = bnlab_program({"gradcheck", "--sweep", "--layer", "tanh"});
  CHECK(outcome.status == 0);
  const std::string precision = kDouble ? "double" : "float";
  CHECK(contains(outcome.out, "in " + precision));
  const std::size_t second = outcome.out.find("points=5");
  REQUIRE(second != std::string::npos);
  const std::string three = outcome.out.substr(0, second), five = outcome.out.substr(second);
  CHECK(contains(three, "result gradcheck_sweep precision=" + precision + " points=3"));
  CHECK(number_after(three, "best=") < (kDouble ? 1e-9 : 1e-3));
  CHECK(number_after(five, "best=") < number_after(three, "best="));
  CHECK(number_after(five, " step=") > number_after(three, " step="));  // the fifth power of u, not the third
  CHECK(bnlab_program({"gradcheck", "--sweep", "--quiet", "--layer", "tanh"}).out.rfind("result", 0) == 0);
  const Outcome both = bnlab_program({"gradcheck", "--sweep", "--step", "0.1"});
  CHECK((both.status == 2 && one_line(both.err)));
}

TEST_CASE("train: a loss in the log is read back as the same number of the build's precision") {
  TempFolder folder;
  const std::string log = folder / "log.csv";
  REQUIRE(
      bnlab_program({"train", "--quiet", "--limit", "100", "--epochs", "1", "--hidden", "4", "--log", log}).status ==
      0);
  const std::string text = read_text(log);
  const std::size_t begin = text.find("\n1,1,") + 5, end = text.find(',', begin);
  CHECK(end - begin > (kDouble ? 14 : 7));
  CHECK(end - begin < (kDouble ? 20 : 12));
}

}  // namespace bnlab::testing::gradcheck_test
