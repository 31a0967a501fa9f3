// Attributes an error in batch normalization's dx to one of its three paths.
// BEGIN SOLUTION withheld
//
// x reaches y directly, through the batch's mean and through its variance. BN.9 is the sum of the gradients along the
// three paths:
//
//   direct      γ_d / sqrt(σ²_d + ε) · dy_nd
//   mean      - γ_d / sqrt(σ²_d + ε) · (1/N) Σ_n dy_nd
//   variance  - γ_d / sqrt(σ²_d + ε) · x̂_nd (1/N) Σ_n dy_nd x̂_nd
//
// So a dx that is wrong in one of them is often still their sum, only with other factors than 1: 0 where the path is
// missing, -1 where its sign is wrong, N where a sum was used instead of a mean. Least squares finds the factors.
// END SOLUTION
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "bnlab/nn/batchnorm.hpp"

namespace bnlab {

enum { kDirectPath, kMeanPath, kVariancePath, kPaths };

// Of each path: row after row, [N, D], in double.
using PathTerms = std::array<std::vector<double>, kPaths>;
using PathFactors = std::array<double, kPaths>;

// Computed from BN.1 to BN.3 and the three lines above, independently of the layer's code.
PathTerms three_paths(const Tensor& x, const Tensor& gamma, double eps, const Tensor& dy);

// The factors with which the paths add up to dx; none where they do not, whatever the factors, or where the batch is
// too small to tell the paths apart.
std::optional<PathFactors> fit_paths(const PathTerms& terms, const Tensor& dx);

// "the path through the variance is missing"; what dx lacks as far as the factors show it, empty where they are all 1.
std::string path_words(const PathFactors& factors, std::size_t N);

// The same for a layer's own backward pass in training mode, with a random upstream gradient; empty where nothing is
// wrong with it. The layer is left as it was.
std::string wrong_paths(const BatchNorm& layer, const Tensor& x, std::uint64_t seed);

// "has the wrong sign"; "is 6 times what it should be: 6 is N"; "is missing".
std::string factor_words(double factor, std::size_t N);

}  // namespace bnlab
