#include "bnlab/train/population.hpp"

#include <algorithm>
#include <span>

#include "bnlab/core/error.hpp"
#include "bnlab/nn/batchnorm.hpp"

namespace bnlab {
namespace {

// What all N images are at one place of the network, [N, D]: at first their pixels, then the outputs of layers.
class Inputs {
 public:
  Inputs(const Subset& images, std::size_t batch_size, ThreadPool* threads)
      : images_(images), plan_(images.indices.size(), batch_size), threads_(threads) {}

  // Passes all images on, in batches, through those layers in evaluation mode.
  void pass_through(std::span<const Network::Named> layers) {
    Tensor outputs;
    for (std::size_t b = 0; b < plan_.count(); ++b) {
      const Tensor* x = &load(plan_.begin(b), plan_.end(b));
      for (const Network::Named& named : layers) x = &named.layer->forward(*x, Mode::eval);
      outputs.resize({images_.indices.size(), x->cols()});
      std::copy(x->row(0), x->row(0) + x->size(), outputs.row(plan_.begin(b)));
    }
    activations_ = std::move(outputs);
    are_pixels_ = false;
  }

  const Tensor& activations() const { return activations_; }

 private:
  // The inputs of the images begin … end - 1.
  const Tensor& load(std::size_t begin, std::size_t end) {
    if (are_pixels_) {
      batch_.load(images_, begin, end, threads_);
    } else {
      batch_.images.resize({end - begin, activations_.cols()});
      std::copy(activations_.row(begin), activations_.row(end), batch_.images.row(0));
    }
    return batch_.images;
  }

  const Subset& images_;
  const BatchPlan plan_;
  ThreadPool* const threads_;
  Batch batch_;
  Tensor activations_;      // [N, D]
  bool are_pixels_ = true;  // no layer has been computed: the inputs are the images themselves
};

struct Statistics {
  std::vector<double> mean, var;  // [D]
};

// As BN.1 and BN.2, over all N rows and not those of a batch. In two passes, and in double. Sums are in the order of
// the rows, whatever the number of threads: these have columns of their own.
Statistics statistics_of(const Tensor& x, ThreadPool* threads) {
  // BEGIN SOLUTION withheld
  const std::size_t N = x.rows();
  const std::size_t D = x.cols();
  Statistics s{.mean = std::vector<double>(D), .var = std::vector<double>(D)};
  constexpr std::size_t kMinColumns = 16;
  parallel_for(threads, D, kMinColumns, [&](std::size_t first, std::size_t last) {
    for (std::size_t n = 0; n < N; ++n) {
      const real* x_n = x.row(n);
      for (std::size_t d = first; d < last; ++d) s.mean[d] += x_n[d];
    }
    for (std::size_t d = first; d < last; ++d) s.mean[d] /= static_cast<double>(N);
    for (std::size_t n = 0; n < N; ++n) {
      const real* x_n = x.row(n);
      for (std::size_t d = first; d < last; ++d) {
        const double centred = x_n[d] - s.mean[d];
        s.var[d] += centred * centred;
      }
    }
    for (std::size_t d = first; d < last; ++d) s.var[d] /= static_cast<double>(N - 1);
  });
  return s;
  // END SOLUTION
}

Tensor rounded(const std::vector<double>& numbers) {
  Tensor t({numbers.size()});
  std::transform(numbers.begin(), numbers.end(), t.stored().begin(), to_real);
  return t;
}

void set_statistics(const std::string& name, BatchNorm& norm, const Tensor& x, ThreadPool* threads) {
  if (x.cols() != norm.gamma.cols()) {
    fail("%s: expected inputs with %zu features, got %zu", name.c_str(), norm.gamma.cols(), x.cols());
  }
  const Statistics s = statistics_of(x, threads);
  Tensor mean = rounded(s.mean);
  Tensor var = rounded(s.var);
  if (!is_finite(mean) || !is_finite(var)) {
    fail("%s: expected inputs with a finite mean and variance over all %zu images, found numbers that overflow",
         name.c_str(), x.rows());
  }
  norm.running_mean = std::move(mean);
  norm.running_var = std::move(var);
}

}  // namespace

void estimate_population_statistics(Network& network, const Subset& images, ThreadPool* threads,
                                    std::size_t batch_size) {
  const std::size_t N = images.indices.size();
  if (N < 2) fail("expected at least 2 images to estimate batch normalization's statistics from, found %zu", N);
  const std::span<const Network::Named> layers = network.layers();
  Inputs inputs(images, batch_size, threads);
  std::size_t done = 0;  // layers that `inputs` has passed
  for (std::size_t i = 0; i < layers.size(); ++i) {
    auto* norm = dynamic_cast<BatchNorm*>(layers[i].layer.get());
    if (norm == nullptr) continue;
    inputs.pass_through(layers.subspan(done, i - done));
    done = i;
    set_statistics(layers[i].name, *norm, inputs.activations(), threads);
  }
}

}  // namespace bnlab
