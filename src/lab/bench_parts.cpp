#include "bnlab/lab/bench.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/nn/loss.hpp"

namespace bnlab {
namespace {

bool is_linear(const Layer& layer) { return dynamic_cast<const Linear*>(&layer) != nullptr; }

// What layers of this kind are called together: norms by the prefix of their names, all that is left is entry by entry.
std::string kind_of_layer(const Network::Named& named) {
  if (is_linear(*named.layer)) return "products";
  for (const NormKind& norm : norm_kinds()) {
    if (*norm.prefix != '\0' && named.name.starts_with(norm.prefix)) return norm.help;
  }
  return "activation";
}

// A training run, one batch after the other, with the clock read after each part.
class TimedTraining {
 public:
  explicit TimedTraining(Run& run) : run_(run), layers_(run.network.layers()), activations_(layers_.size() + 1) {
    for (const Network::Named& named : layers_) {
      layer_parts_.push_back({.name = named.name, .kind = kind_of_layer(named)});
    }
  }

  void step(const Subset& images, std::size_t begin, std::size_t end) {
    watch_.lap();
    batch_.load(images, begin, end, run_.threads);
    assembly_.forward += watch_.lap();
    forward();
    criterion_.forward(*activations_.back(), batch_.labels);
    loss_.forward += watch_.lap();
    const Tensor& dlogits = criterion_.backward();
    loss_.backward += watch_.lap();
    backward(dlogits);
    run_.optimizer->step();
    optimizer_.forward += watch_.lap();
    count_work();
  }

  std::vector<PartTime> parts() const {
    std::vector<PartTime> all = {assembly_};
    all.insert(all.end(), layer_parts_.begin(), layer_parts_.end());
    all.push_back(loss_);
    all.push_back(optimizer_);
    return all;
  }

 private:
  void forward() {
    activations_[0] = &batch_.images;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      activations_[i + 1] = &layers_[i].layer->forward(*activations_[i], Mode::train);
      layer_parts_[i].forward += watch_.lap();
    }
  }

  void backward(const Tensor& dlogits) {
    const Tensor* gradient = &dlogits;
    for (std::size_t i = layers_.size(); i-- > 0;) {
      gradient = &layers_[i].layer->backward(*gradient, Mode::train);
      layer_parts_[i].backward += watch_.lap();
    }
  }

  void count_work() {
    const auto gigabytes = [](const Tensor& t) { return 1e-9 * sizeof(real) * static_cast<double>(t.size()); };
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const Tensor& x = *activations_[i];
      const Tensor& y = *activations_[i + 1];
      if (is_linear(*layers_[i].layer)) {
        const std::size_t products = i == 0 ? 2 : 3;  // y, dW and dx; the first layer has no dx
        layer_parts_[i].gflop += 2e-9 * static_cast<double>(products * x.cols() * y.size());
      } else {
        layer_parts_[i].gigabytes += 2 * (gigabytes(x) + gigabytes(y));
      }
    }
    assembly_.gigabytes += gigabytes(*activations_.front());
    loss_.gigabytes += 3 * gigabytes(*activations_.back());
    // Adam reads θ, its gradient, m and v, and writes θ, m and v.
    for (const Parameter& p : run_.network.parameters()) optimizer_.gigabytes += 7 * gigabytes(*p.value);
  }

  Run& run_;
  const std::vector<Network::Named>& layers_;
  std::vector<const Tensor*> activations_;  // each layer's input; last, the logits
  Batch batch_;
  SoftmaxCrossEntropy criterion_;
  Stopwatch watch_;
  PartTime assembly_ = {.name = "batch", .kind = "batch"};
  PartTime loss_ = {.name = "loss", .kind = "loss"};
  PartTime optimizer_ = {.name = "optimizer", .kind = "optimizer"};
  std::vector<PartTime> layer_parts_;
};

}  // namespace

std::vector<PartTime> time_parts(Run& run, Subset images) {
  const BatchPlan plan(images.indices.size(), run.settings.training.batch);
  shuffle_for_epoch(images, run.settings.training.seed, 1);
  TimedTraining training(run);
  for (std::size_t b = 0; b < plan.count(); ++b) training.step(images, plan.begin(b), plan.end(b));
  return training.parts();
}

}  // namespace bnlab
