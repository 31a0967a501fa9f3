// sgd.
#include "bnlab/optim/sgd.hpp"

#include "optimizers.hpp"

int main(int count, char** words) {
  return grader::run(
      count, words, {{"sgd", [](const grader::Case& in, grader::Results& out) {
                        bnlab::SgdOptions options;
                        options.lr = in.number("lr"), options.momentum = in.number("momentum");
                        options.nesterov = in.number("nesterov") != 0;
                        options.weight_decay = in.number("weight_decay");
                        grader::steps(in, out, [&](const auto& parameters) { return bnlab::Sgd(parameters, options); });
                      }}});
}
