// Which equation each row of the gradient check is the result of.
#include "bnlab/lab/equations.hpp"

#include "bnlab/nn/kinds.hpp"
#include "support.hpp"

namespace bnlab::testing::equations_test {

TEST_CASE("gradcheck: each layer's wrong gradient is traced to its equation, evaluation's to its own") {
  CHECK(equation_of("linear", "layer.weight").number == "LIN.2");
  CHECK(equation_of("linear-large-eval", "layer.bias").number == "LIN.3");
  CHECK(equation_of("linear", "input").number == "LIN.4");
  CHECK(equation_of("relu", "input").number == "ACT.1");
  CHECK(equation_of("sigmoid", "input").number == "ACT.2");
  CHECK(equation_of("tanh-eval", "input").number == "ACT.3");
  CHECK(equation_of("dropout", "input").number == "DROP.2");
  CHECK(equation_of("softmax-cross-entropy", "input").number == "CE.4");
  CHECK(equation_of("batchnorm", "layer.bias").number == "BN.7");
  CHECK(equation_of("batchnorm-narrow", "layer.weight").number == "BN.8");
  CHECK(equation_of("batchnorm-large", "input").number == "BN.9");
  CHECK(equation_of("batchnorm-no-affine-eval", "input").number == "BN.10");
  CHECK(equation_of("network-relu", "fc1.weight").number == "");
}

TEST_CASE("gradcheck: every equation that is named stands in the file that is named") {
  for (const char* row :
       {"linear", "relu", "sigmoid", "tanh", "dropout", "softmax-cross-entropy", "batchnorm", "batchnorm-eval"}) {
    for (const char* tensor : {"layer.weight", "layer.bias", "input"}) {
      const Equation equation = equation_of(row, tensor);
      if (!equation.number.empty()) CHECK(contains(read_text(equation.source), equation.number + "   "));
    }
  }
}

TEST_CASE("gradcheck: every norm and activation has an equation, and no other layer's") {
  for (const NormKind& kind : norm_kinds()) {
    if (std::string(kind.name) == "none") continue;
    for (const char* ending : {"", "-large", "-narrow-eval"}) {
      CHECK(equation_of(kind.model + std::string(ending), "input").number != "");
    }
  }
  for (const ActivationKind& kind : activation_kinds()) {
    CHECK(equation_of(kind.name, "input").number != "");
    CHECK(equation_of(kind.name + std::string("-eval"), "input").number != "");
    CHECK(equation_of(kind.name + std::string("x"), "input").number == "");
  }
}

}  // namespace bnlab::testing::equations_test
