// What the gradient check says at its end.
#include "bnlab/lab/advice.hpp"

#include "support.hpp"

namespace bnlab::testing::advice_test {

namespace {

// A wrong row of six examples, where backward left `claimed` for a slope of `measured`.
WrongGradient wrong(const std::string& row, const std::string& tensor, double claimed = 2, double measured = 1.5,
                    double error = 0.7) {
  GradientCheck check;
  check.tensor = tensor;
  check.entries = 30;
  check.error = error;
  check.numerical_norm = 1;
  check.where = "(1, 2)";
  check.values = format("backward %.9g, measured %.9g", claimed, measured);
  check.analytic = claimed;
  check.numerical = measured;
  return {row, check, 6};
}

}  // namespace

TEST_CASE("gradcheck: a gradient that is c times the right one is told by its factor, any other by its worst entry") {
  CHECK(wrong_words(wrong("linear", "layer.weight", 0.25, 1.5, 5. / 6)) ==
        "is 0.1667 times what it should be: 0.1667 is 1/N");
  CHECK(wrong_words(wrong("softmax-cross-entropy", "input", 9, 1.5, 5)) == "is 6 times what it should be: 6 is N");
  CHECK(wrong_words(wrong("relu", "input", -1.5, 1.5, 2)) == "has the wrong sign");
  CHECK(wrong_words(wrong("relu", "input", 0, 1.5, 1)) == "is missing");
  CHECK(wrong_words(wrong("relu", "input", 2, 1.5, 0.7)) == "at (1, 2): backward 2, measured 1.5");
  CHECK(contains(wrong_words(wrong("relu", "input", std::nan(""), 1.5, std::nan(""))), "not written at (1, 2)"));
  WrongGradient vacuous = wrong("relu", "input");
  vacuous.check.vacuous = true;
  CHECK(contains(wrong_words(vacuous), "VACUOUS"));
  WrongGradient at_kink = wrong("relu", "input");
  at_kink.check.entries = 0;
  CHECK(contains(wrong_words(at_kink), "kinks"));
  WrongGradient inconsistent = wrong("linear", "layer.weight");
  inconsistent.check.inconsistency = "differs with 2 threads";
  CHECK(wrong_words(inconsistent) == "differs with 2 threads");
  WrongGradient path = wrong("batchnorm", "input");
  path.paths = "the path through the mean is missing";
  CHECK(wrong_words(path) == path.paths);
}

TEST_CASE("gradcheck: wrong rows are repeated lowest layer first, and the lowest one is to be set right first") {
  const std::string text = advice({wrong("batchnorm", "input"), wrong("network-relu", "fc1.weight"),
                                   wrong("network-relu", "fc1.bias"), wrong("linear-large", "layer.bias")});
  const std::size_t linear = text.find("linear-large"), norm = text.find("batchnorm "), network = text.find("network-");
  CHECK(text.rfind("WRONG", 0) == 0);
  CHECK((linear < norm && norm < network && network != std::string::npos));
  CHECK(contains(text, "LIN.3   db_j = Σ_n dy_nj   (src/nn/linear.cpp)"));
  CHECK(contains(text, "fc1.weight, fc1.bias"));
  std::vector<WrongGradient> many;
  for (const char* tensor : {"a", "b", "c", "d", "e", "f", "g", "h"}) many.push_back(wrong("network-relu", tensor));
  CHECK(contains(advice(many), "a, b, c, d, e and 3 more\n"));
  const std::string both = advice({wrong("network-tanh", "input"), wrong("network-tanh-eval", "input")});
  CHECK(contains(both, "network-tanh (and -eval)"));
  CHECK(
      contains(advice({wrong("network-tanh", "input"), wrong("network-tanh-eval", "fc1.bias")}), "network-tanh-eval"));
  CHECK(text.ends_with("Fix LIN.3 in src/nn/linear.cpp first, before the networks: they are built of it.\n"));
}

TEST_CASE("gradcheck: of a mistake that shows in many rows of a layer the first few are repeated, the others counted") {
  std::vector<WrongGradient> many;
  for (int i = 0; i < 12; ++i) many.push_back(wrong("relu-" + std::to_string(i), "input"));
  const std::string text = advice(many);
  CHECK(contains(text, "relu-6 "));
  CHECK_FALSE(contains(text, "relu-7 "));
  CHECK(contains(text, "and 5 more rows\n"));
}

TEST_CASE("gradcheck: where only networks are wrong, the advice is to look at how they are put together") {
  CHECK(contains(advice({wrong("network-relu", "fc1.weight")}), "Network::backward"));
  CHECK(advice({}) == "");
}

}  // namespace bnlab::testing::advice_test
