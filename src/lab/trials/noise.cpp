#include "bnlab/lab/trials/noise.hpp"

#include <algorithm>

#include "bnlab/nn/batchnorm.hpp"

namespace bnlab {

const Tensor& Noise::forward(const Tensor& x, Mode mode) {
  remember(x, mode);
  y_.resize_like(x);
  if (mode == Mode::eval) {
    std::copy(x.stored().begin(), x.stored().end(), y_.stored().begin());
    return y_;
  }
  const std::size_t N = x.rows(), D = x.cols();
  scale_.resize({D});
  shift_.resize({D});
  for (std::size_t d = 0; d < D; ++d) {
    scale_(d) = static_cast<real>(random_.uniform(1 - r_, 1 + r_));
    shift_(d) = static_cast<real>(random_.uniform(-r_, r_));
  }
  for (std::size_t n = 0; n < N; ++n) {
    for (std::size_t d = 0; d < D; ++d) y_(n, d) = scale_(d) * x(n, d) + shift_(d);
  }
  return y_;
}

// Scale and shift are constants, so dx_nd = a_d dy_nd.
const Tensor& Noise::backward(const Tensor& dy, Mode mode) {
  recall(dy, mode);
  dx_.resize_like(dy);
  for (std::size_t n = 0; n < dy.rows(); ++n) {
    for (std::size_t d = 0; d < dy.cols(); ++d) {
      dx_(n, d) = mode == Mode::train ? scale_(d) * dy(n, d) : dy(n, d);
    }
  }
  return dx_;
}

void add_noise(Run& run, double r) {
  Network noisy(run.threads);
  for (const auto& [name, layer] : run.network.layers()) {
    noisy.add(name, layer->clone());
    if (dynamic_cast<const BatchNorm*>(layer.get()) == nullptr) continue;
    const std::string noise_name = "noise of " + name;
    noisy.add(noise_name, Noise(r, Random(run.settings.training.seed, noise_name)));
  }
  run.network = std::move(noisy);
  run.optimizer = make_optimizer(run.settings.optimizer, run.network, run.threads);
}

}  // namespace bnlab
