// The arms that most experiments compare, and words for them.
#pragma once

#include "bnlab/lab/trials/experiment.hpp"

namespace bnlab {

inline constexpr const char* kPlain = "plain";
inline constexpr const char* kCentred = "plain centred";
inline constexpr const char* kBatchNorm = "batchnorm";

Arm plain_arm();
// Without normalization, but each pixel less its mean over the training images: batch normalization takes the means of
// its inputs away, too, so a comparison of speed without this arm credits the layer with what a subtraction does.
Arm centred_arm();
Arm batchnorm_arm();

// The usual initial weights for an activation: He et al. (2015) for the kinds of ReLU, Glorot and Bengio (2010) for those
// that saturate.
std::string good_init(const std::string& activation);

// "At the shared learning rate 0.001 it was lower by … in 512 relu." for the experiment's measure; a sentence that says
// how much a verdict owes to the choice of the rates.
std::string shared_rate_remark(const Results& results, const std::string& control, const std::string& treated);

// "Own best learning rates: plain 0.003, batchnorm 0.01 (512 relu); …"
std::string own_rates_remark(const Results& results);

}  // namespace bnlab
