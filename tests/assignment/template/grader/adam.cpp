// adam.
#include "bnlab/optim/adam.hpp"

#include "optimizers.hpp"

int main(int count, char** words) {
  return grader::run(count, words, {{"adam", [](const grader::Case& in, grader::Results& out) {
                                       bnlab::AdamOptions options;
                                       options.lr = in.number("lr"), options.eps = in.number("eps");
                                       options.beta1 = in.number("beta1"), options.beta2 = in.number("beta2");
                                       options.weight_decay = in.number("weight_decay");
                                       options.decoupled = in.number("decoupled") != 0;
                                       grader::steps(in, out, [&](const auto& parameters) {
                                         return bnlab::Adam(parameters, options);
                                       });
                                     }}});
}
