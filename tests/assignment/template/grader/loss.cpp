// softmax-cross-entropy.
#include "bnlab/nn/loss.hpp"

#include <cmath>

#include "child.hpp"

namespace grader {
namespace {

using namespace bnlab;

void batch(SoftmaxCrossEntropy& criterion, const Case& in, const std::string& suffix, Results& out) {
  const Tensor logits = in.matrix("logits" + suffix);
  const std::vector<std::uint8_t> labels = in.bytes("labels" + suffix);
  out.attempt([&] {
    out.send("loss" + suffix, criterion.forward(logits, labels));
    out.send("p" + suffix, criterion.probabilities());
    const auto correct = criterion.correct();
    out.send("correct" + suffix, std::vector<double>(correct.begin(), correct.end()));
    criterion.backward();
    out.send("dlogits" + suffix, criterion.backward());  // once more: the same
    out.send("p_after" + suffix, criterion.probabilities());
  });
}

void softmax_cross_entropy(const Case& in, Results& out) {
  SoftmaxCrossEntropy criterion;
  if (in.has("not_finite")) {
    out.attempt([&] {
      const double loss = criterion.forward(in.matrix("logits"), in.bytes("labels"));
      out.send("finite", std::isfinite(loss) ? 1 : 0);
    });
    return;
  }
  if (in.has("bad_label")) {
    const Tensor logits = in.matrix("logits");
    const std::vector<std::uint8_t> labels = in.bytes("labels");
    double outcome = 0;  // 0: returned; 1: an Error; 3: another exception
    out.attempt([&] {
      try {
        criterion.forward(logits, labels);
      } catch (const Error& error) {
        if (std::string(error.what()).rfind("not implemented", 0) == 0) throw;
        outcome = 1;
      } catch (const std::exception&) {
        outcome = 3;
      }
      out.send("outcome", outcome);
    });
    return;
  }
  batch(criterion, in, "", out);
  if (in.has("logits2")) batch(criterion, in, "2", out);  // the same object, another size
}

}  // namespace
}  // namespace grader

int main(int count, char** words) {
  return grader::run(count, words, {{"softmax-cross-entropy", grader::softmax_cross_entropy}});
}
