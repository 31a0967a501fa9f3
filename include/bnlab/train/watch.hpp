// What happens inside a network while it is trained: statistics of its layers for a probe, a batch that stays the same.
#pragma once

#include <limits>

#include "bnlab/data/batch.hpp"
#include "bnlab/nn/network.hpp"
#include "bnlab/train/trainer.hpp"

namespace bnlab {

inline constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// A Linear and what stands between it and the next: norm, activation, dropout. The members are the columns of the file
// that --watch writes, in this order. NaN (in the file an empty field): there is nothing of the kind, or it has an entry
// that is not finite.
struct LayerStatistics {
  std::string layer;  // the Linear's name: "fc1"

  // The inputs to the layer's activation, which is where batch normalization usually stands: of all units, over the
  // batch. The deviation is the biased one (BN.2).
  double mean = kNone, deviation = kNone;
  double percentile_15 = kNone, percentile_50 = kNone, percentile_85 = kNone;

  // The norm of the loss's gradient with respect to the Linear's weight: sqrt(Σ_ij dW_ij²).
  double gradient_norm = kNone;

  // Mean and deviation over the units of the layer's norm: its learnable scale γ and shift β.
  double gamma_mean = kNone, gamma_deviation = kNone;
  double beta_mean = kNone, beta_deviation = kNone;

  // The inputs to the activation of the first unit alone, over the batch: figure 1 of Ioffe and Szegedy (2015).
  double unit_15 = kNone, unit_50 = kNone, unit_85 = kNone;
};

// One forward and one backward pass of the probe in training mode, through a copy of the network: neither its running
// statistics nor its gradients nor the random numbers of its dropout change, so a run that is watched computes the same
// bits as one that is not. One entry for each Linear. Error: as forward in training mode, such as one image for batch
// normalization.
std::vector<LayerStatistics> layer_statistics(const Network& network, const Batch& probe);

// The value below which `percent` of the values lie, with linear interpolation between the two nearest, as
// numpy.percentile computes it. Changes the order of the values, of which there must be one or more, all finite.
double percentile(std::vector<real>& values, double percent);

// When to look at a network in training, and with which images.
struct Watch {
  std::size_t every = 1;  // steps; the first look is before the first step, at step 0
  Batch probe;

  bool is_due(std::size_t step) const { return step % every == 0; }
};

// The probe is drawn from the training images by the run's seed. It is as large as a batch of training, but at least 64
// images, so that percentiles mean something. `every` 0: a hundredth of the run's steps, rounded down.
Watch make_watch(const Subset& training_images, const TrainSettings& settings, std::size_t every, ThreadPool* threads);

}  // namespace bnlab
