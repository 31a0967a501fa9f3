#include "bnlab/lab/three_paths.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace bnlab {
namespace {

// The relative tolerance within which two factors are equal. dx may be in float; mistakes differ by far more.
constexpr double kClose = 1e-3;

bool close(double a, double b) { return std::abs(a - b) <= kClose * std::max(std::abs(b), 1e-6); }

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// The three terms of one column of x, written to theirs.
void paths_of_column(const Tensor& x, double gamma, double eps, const Tensor& dy, std::size_t d, PathTerms& terms) {
  // BEGIN SOLUTION withheld
  const std::size_t N = x.rows();
  const std::size_t D = x.cols();
  const auto at = [d](const Tensor& t, std::size_t n) { return static_cast<double>(t(n, d)); };
  double mean = 0;
  double mean_dy = 0;
  for (std::size_t n = 0; n < N; ++n) {
    mean += at(x, n);
    mean_dy += at(dy, n);
  }
  mean /= static_cast<double>(N);     // BN.1
  mean_dy /= static_cast<double>(N);  // BN.7, over N
  double variance = 0;
  for (std::size_t n = 0; n < N; ++n) variance += (at(x, n) - mean) * (at(x, n) - mean);
  variance /= static_cast<double>(N);  // BN.2
  const double inv_std = 1 / std::sqrt(variance + eps);
  const auto x_hat = [&](std::size_t n) { return (at(x, n) - mean) * inv_std; };  // BN.3
  double mean_dy_x_hat = 0;
  for (std::size_t n = 0; n < N; ++n) mean_dy_x_hat += at(dy, n) * x_hat(n);
  mean_dy_x_hat /= static_cast<double>(N);  // BN.8, over N
  for (std::size_t n = 0; n < N; ++n) {
    terms[kDirectPath][n * D + d] = gamma * inv_std * at(dy, n);
    terms[kMeanPath][n * D + d] = -gamma * inv_std * mean_dy;
    terms[kVariancePath][n * D + d] = -gamma * inv_std * x_hat(n) * mean_dy_x_hat;
  }
  // END SOLUTION
}

// The normal equations of least squares, each term divided by its norm; the right side in the last column.
using NormalEquations = std::array<std::array<double, kPaths + 1>, kPaths>;

// Gauss-Jordan elimination. False: a pivot is near 0, as the terms are not linearly independent.
bool eliminate(NormalEquations& rows) {
  for (std::size_t i = 0; i < kPaths; ++i) {
    if (!(rows[i][i] > 1e-6)) return false;
    for (std::size_t r = 0; r < kPaths; ++r) {
      if (r == i) continue;
      const double factor = rows[r][i] / rows[i][i];
      for (std::size_t c = 0; c <= kPaths; ++c) rows[r][c] -= factor * rows[i][c];
    }
  }
  return true;
}

}  // namespace

PathTerms three_paths(const Tensor& x, const Tensor& gamma, double eps, const Tensor& dy) {
  PathTerms terms;
  for (auto& term : terms) term.resize(x.size());
  for (std::size_t d = 0; d < x.cols(); ++d) paths_of_column(x, static_cast<double>(gamma(d)), eps, dy, d, terms);
  return terms;
}

std::optional<PathFactors> fit_paths(const PathTerms& terms, const Tensor& dx) {
  const std::vector<double> got(dx.stored().begin(), dx.stored().end());
  std::array<double, kPaths> norms;
  for (std::size_t i = 0; i < kPaths; ++i) norms[i] = std::sqrt(dot(terms[i], terms[i]));
  NormalEquations rows;
  for (std::size_t i = 0; i < kPaths; ++i) {
    for (std::size_t j = 0; j < kPaths; ++j) rows[i][j] = dot(terms[i], terms[j]) / (norms[i] * norms[j]);
    rows[i][kPaths] = dot(terms[i], got) / norms[i];
  }
  if (!eliminate(rows)) return std::nullopt;
  PathFactors factors;
  for (std::size_t i = 0; i < kPaths; ++i) factors[i] = rows[i][kPaths] / rows[i][i] / norms[i];

  std::vector<double> residual = got;
  for (std::size_t k = 0; k < got.size(); ++k) {
    for (std::size_t i = 0; i < kPaths; ++i) residual[k] -= factors[i] * terms[i][k];
  }
  const bool adds_up = dot(residual, residual) <= 1e-8 * dot(got, got);  // a ten-thousandth of its norm; false for NaN
  return adds_up ? std::optional(factors) : std::nullopt;
}

std::string factor_words(double factor, std::size_t N) {
  const double n = static_cast<double>(N);
  const std::pair<double, const char*> known[] = {{n, "N"},
                                                  {1 / n, "1/N"},
                                                  {n - 1, "N - 1"},
                                                  {1 / (n - 1), "1/(N - 1)"},
                                                  {n / (n - 1), "N/(N - 1)"},
                                                  {(n - 1) / n, "(N - 1)/N"}};
  if (std::abs(factor) < kClose) return "is missing";
  if (close(factor, -1)) return "has the wrong sign";
  std::string words = format("is %.4g times what it should be", std::abs(factor));
  for (const auto& [value, name] : known) {
    if (!close(std::abs(factor), value)) continue;
    words += format(": %.4g is %s", value, name);
    break;
  }
  return factor < 0 ? "has the wrong sign and " + words : words;
}

std::string path_words(const PathFactors& factors, std::size_t N) {
  const char* const names[] = {"the direct path", "the path through the mean", "the path through the variance"};
  if (close(factors[kDirectPath], factors[kMeanPath]) && close(factors[kDirectPath], factors[kVariancePath])) {
    return close(factors[0], 1) ? "" : "dx as a whole " + factor_words(factors[0], N);
  }
  std::string words;
  for (std::size_t i = 0; i < kPaths; ++i) {
    if (close(factors[i], 1)) continue;
    if (!words.empty()) words += ", and ";
    words += std::string(names[i]) + " " + factor_words(factors[i], N);
  }
  return words;
}

std::string wrong_paths(const BatchNorm& layer, const Tensor& x, std::uint64_t seed) {
  // BEGIN SOLUTION withheld
  const std::unique_ptr<Layer> copy = layer.clone();
  Random random(seed, "upstream gradient of the three paths");
  Tensor dy = Tensor::zeros_like(copy->forward(x, Mode::train));
  for (real& value : dy.stored()) value = static_cast<real>(random.uniform(-1, 1));
  const PathTerms terms = three_paths(x, layer.gamma, layer.options().eps, dy);
  const std::optional<PathFactors> factors = fit_paths(terms, copy->backward(dy, Mode::train));
  return factors ? path_words(*factors, x.rows()) : "dx is no sum of its three paths, whatever their factors";
  // END SOLUTION
}

}  // namespace bnlab
