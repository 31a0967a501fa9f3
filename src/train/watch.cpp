#include "bnlab/train/watch.hpp"

#include <algorithm>
#include <cmath>
#include <typeinfo>

#include "bnlab/nn/kinds.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/nn/loss.hpp"

namespace bnlab {
namespace {

bool is_activation(const Layer& layer) {
  return std::any_of(activation_kinds().begin(), activation_kinds().end(), [&](const ActivationKind& kind) {
    const std::unique_ptr<Layer> of_that_kind = kind.make();
    const Layer& other = *of_that_kind;
    return typeid(layer) == typeid(other);
  });
}

struct MeanAndDeviation {
  double mean, deviation;
};

// Two passes and sums in double, as in batch normalization.
MeanAndDeviation mean_and_deviation(std::span<const real> values) {
  const auto count = static_cast<double>(values.size());
  double sum = 0;
  for (const real value : values) sum += value;
  const double mean = sum / count;
  double squares = 0;
  for (const real value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / count)};
}

// x [N, D]: the inputs to the activation. Where an entry is not finite, all stays as it is, NaN.
void read_inputs(LayerStatistics& layer, const Tensor& x) {
  if (!is_finite(x)) return;
  const MeanAndDeviation all = mean_and_deviation(x.stored());
  layer.mean = all.mean;
  layer.deviation = all.deviation;
  std::vector<real> values(x.stored().begin(), x.stored().end());
  layer.percentile_15 = percentile(values, 15);
  layer.percentile_50 = percentile(values, 50);
  layer.percentile_85 = percentile(values, 85);
  std::vector<real> of_first_unit;
  for (std::size_t n = 0; n < x.rows(); ++n) of_first_unit.push_back(x(n, 0));
  layer.unit_15 = percentile(of_first_unit, 15);
  layer.unit_50 = percentile(of_first_unit, 50);
  layer.unit_85 = percentile(of_first_unit, 85);
}

// Of a norm's two parameters.
void read_scale_and_shift(LayerStatistics& layer, Layer& norm) {
  for (const Parameter& p : norm.parameters()) {
    if (!is_finite(*p.value)) continue;
    const MeanAndDeviation over_units = mean_and_deviation(p.value->stored());
    if (p.name == "weight") {
      layer.gamma_mean = over_units.mean;
      layer.gamma_deviation = over_units.deviation;
    } else if (p.name == "bias") {
      layer.beta_mean = over_units.mean;
      layer.beta_deviation = over_units.deviation;
    }
  }
}

// sqrt(Σ t_ij²). In panels the padding is zero.
double norm_of(const Tensor& t) {
  if (!is_finite(t)) return kNone;
  double squares = 0;
  for (const real value : t.stored()) squares += static_cast<double>(value) * value;
  return std::sqrt(squares);
}

}  // namespace

double percentile(std::vector<real>& values, double percent) {
  const double place = percent / 100 * static_cast<double>(values.size() - 1);
  const double whole = std::floor(place);
  const auto below = values.begin() + static_cast<std::ptrdiff_t>(whole);
  std::nth_element(values.begin(), below, values.end());
  const double low = *below;
  if (place == whole) return low;
  const double high = *std::min_element(below + 1, values.end());
  return low + (place - whole) * (high - low);
}

std::vector<LayerStatistics> layer_statistics(const Network& network, const Batch& probe) {
  Network copy = network;
  std::vector<LayerStatistics> all;
  std::vector<const Linear*> linears;
  bool has_activation = false;  // the layer that is being read: only its first one counts
  const Tensor* x = &probe.images;
  for (const auto& [name, layer] : copy.layers()) {
    if (const auto* linear = dynamic_cast<const Linear*>(layer.get())) {
      linears.push_back(linear);
      all.push_back({.layer = name});
      has_activation = false;
    } else if (!all.empty() && is_activation(*layer) && !has_activation) {
      read_inputs(all.back(), *x);
      has_activation = true;
    } else if (!all.empty()) {
      read_scale_and_shift(all.back(), *layer);
    }
    x = &layer->forward(*x, Mode::train);
  }
  SoftmaxCrossEntropy criterion;
  criterion.forward(*x, probe.labels);
  copy.backward(criterion.backward());
  for (std::size_t i = 0; i < all.size(); ++i) all[i].gradient_norm = norm_of(linears[i]->weight_grad);
  return all;
}

Watch make_watch(const Subset& training_images, const TrainSettings& settings, std::size_t every, ThreadPool* threads) {
  const std::size_t images = training_images.indices.size();
  const std::size_t steps = BatchPlan(images, settings.batch).count() * settings.epochs;
  Watch watch{.every = every > 0 ? every : std::max<std::size_t>(steps / 100, 1), .probe = {}};
  constexpr std::size_t kLeast = 64;
  Subset shuffled = training_images;
  shuffle_for_epoch(shuffled, settings.seed, 0);  // an order that no epoch of training has
  watch.probe.load(shuffled, 0, std::min(std::max(settings.batch, kLeast), images), threads);
  return watch;
}

}  // namespace bnlab
