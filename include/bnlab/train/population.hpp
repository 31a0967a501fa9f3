// Batch normalization's statistics over a whole set of images, in place of the running ones.
//
// Ioffe and Szegedy (2015), algorithm 2: in inference a layer is normalized with the mean and the variance of the
// *population*, which are those of all training images as the finished network sees them. Running statistics approximate
// these. They lag behind the weights, and while they were recorded the earlier layers were in training mode.
#pragma once

#include "bnlab/data/batch.hpp"
#include "bnlab/nn/network.hpp"

namespace bnlab {

// Sets running_mean and running_var of every BatchNorm to the mean and the unbiased variance (divided by N - 1, as in
// BN.5) of its inputs over all N images. The layers are taken from the first to the last, in evaluation mode: those
// before a BatchNorm already use their new statistics. So these are what evaluation would use if the running statistics
// were exact. num_batches_tracked stays as it is; a network without BatchNorm stays as it is.
//
// The result does not depend on `batch_size`, nor on the number of threads. Each layer is computed once: memory is
// needed for the activations of all images at two places of the network.
//
// The paper's algorithm 2 and PyTorch's torch.optim.swa_utils.update_bn average what single batches have instead. The
// network is in training mode, so each layer is normalized with its batch's own statistics, and dropout is on; the mean
// of the batches' variances leaves out how their means differ; and a smaller last batch counts as much as the others.
//
// Error: fewer than two images; statistics that are not finite, as the activations overflow (the message names the
// layer, which is unchanged; those before it have their new statistics).
void estimate_population_statistics(Network& network, const Subset& images, ThreadPool* threads,
                                    std::size_t batch_size = 256);

}  // namespace bnlab
