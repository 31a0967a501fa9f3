#include "bnlab/lab/consistency.hpp"

#include <cstring>

namespace bnlab {
namespace {

bool same_bits(const Tensor& a, const Tensor& b) {
  return a.same_shape(b) && std::memcmp(a.stored().data(), b.stored().data(), a.stored().size_bytes()) == 0;
}

bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

// Says `what` of each of the first `count` tensors whose gradient in `other` is not that in f.
void compare(LossFunction& f, LossFunction& other, std::size_t count, const std::string& what,
             std::vector<std::string>& found) {
  const std::vector<Parameter> tensors = f.tensors();
  const std::vector<Parameter> others = other.tensors();
  for (std::size_t t = 0; t < count; ++t) {
    if (found[t].empty() && !same_bits(*tensors[t].grad, *others[t].grad)) found[t] = what;
  }
}

// A loop over few grains has as many ranges as there are threads, one over many as there are grains: so both are tried.
void compare_with_threads(LossFunction& f, std::size_t threads, std::vector<std::string>& found) {
  ThreadPool pool(threads);
  LossFunction parallel = f;
  for (const auto& [name, layer] : parallel.network.layers()) layer->use_threads(&pool);
  const std::string what = format("differs with %zu threads", threads);
  if (found.back().empty() && !same_bits(parallel.evaluate().loss, f.evaluate().loss)) {
    found.back() = "of the output " + what;
  }
  parallel.backward();
  compare(f, parallel, found.size(), what, found);
}

// The first layer of a network need not compute dx, but all else.
void compare_without_dx(LossFunction& f, std::vector<std::string>& found) {
  if (f.network.layers().empty()) return;
  LossFunction first = f;
  first.network.layers()[0].layer->skip_input_gradient(true);
  first.backward();
  compare(f, first, found.size() - 1, "differs where dx is skipped", found);
}

}  // namespace

std::vector<std::string> inconsistencies_of(LossFunction& f) {
  std::vector<std::string> found(f.tensors().size());
  compare_with_threads(f, 2, found);
  compare_with_threads(f, 5, found);
  compare_without_dx(f, found);
  return found;
}

}  // namespace bnlab
