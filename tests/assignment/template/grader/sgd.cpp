// sgd.
#include "bnlab/optim/sgd.hpp"

#include "optimizers.hpp"

using namespace grader;

int main(int count, char** words) {
  return run(count, words, {{"sgd", [](const Case& in, Results& out) {
                               bnlab::SgdOptions options;
                               options.lr = in.number("lr"), options.momentum = in.number("momentum");
                               options.nesterov = in.number("nesterov") != 0;
                               options.weight_decay = in.number("weight_decay");
                               steps(in, out, [&](const auto& parameters) { return bnlab::Sgd(parameters, options); });
                             }}});
}
