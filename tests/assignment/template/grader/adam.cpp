// adam.
#include "bnlab/optim/adam.hpp"

#include "optimizers.hpp"

using namespace grader;

int main(int count, char** words) {
  return run(count, words, {{"adam", [](const Case& in, Results& out) {
                               bnlab::AdamOptions options;
                               options.lr = in.number("lr"), options.eps = in.number("eps");
                               options.beta1 = in.number("beta1"), options.beta2 = in.number("beta2");
                               options.weight_decay = in.number("weight_decay");
                               options.decoupled = in.number("decoupled") != 0;
                               steps(in, out, [&](const auto& parameters) { return bnlab::Adam(parameters, options); });
                             }}});
}
