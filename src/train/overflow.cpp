#include "bnlab/train/overflow.hpp"

namespace bnlab {
namespace {

[[noreturn]] void fail_in(const std::string& layer, const std::string& path) {
  fail("%s: its numbers overflow in '%s' for these images: the weights are finite, but too large", path.c_str(),
       layer.c_str());
}

// The layer that overflows for the first batch in which one does. Empty: none.
std::string overflowing_layer(Network& network, const Subset& images, Mode mode, std::size_t batch_size) {
  const BatchPlan plan(images.indices.size(), batch_size);
  Batch batch;
  std::string layer;
  for (std::size_t b = 0; b < plan.count() && layer.empty(); ++b) {
    batch.load(images, plan.begin(b), plan.end(b), nullptr);
    layer = overflowing_layer(network, batch.images, mode);
  }
  return layer;
}

}  // namespace

std::string overflowing_layer(Network& network, const Tensor& x, Mode mode) {
  const Tensor* activations = &x;
  for (const auto& [name, layer] : network.layers()) {
    activations = &layer->forward(*activations, mode);
    if (!is_finite(*activations)) return name;
  }
  return "";
}

void expect_no_overflow(const std::string& path, Network& network, const Tensor& x) {
  const std::string layer = overflowing_layer(network, x, Mode::eval);
  if (!layer.empty()) fail_in(layer, path);
}

Evaluation evaluate_finite(const std::string& path, Network& network, const Subset& images, ThreadPool* threads,
                           Tensor* all_logits, Mode mode, std::size_t batch_size) {
  const Evaluation result = evaluate(network, images, threads, all_logits, mode, batch_size);
  if (result.finite) return result;
  const std::string layer = overflowing_layer(network, images, mode, batch_size);
  fail_in(layer.empty() ? "the loss" : layer, path);
}

}  // namespace bnlab
