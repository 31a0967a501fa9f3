// The interface of every layer: a forward pass and a backward pass.
//
// Notation, in all of nn: x is a layer's input, y its output, L the loss. dy is short for ∂L/∂y, a tensor of y's shape;
// dx, dW, dγ likewise. N is the number of examples in the batch, D the number of features.
//
// The contract:
//
//   forward(x, mode)    returns y, and caches what backward needs, until the next forward pass.
//   backward(dy, mode)  returns dx, the vector-Jacobian product dx_j = Σ_i dy_i ∂y_i/∂x_j, by the chain rule. It is
//                       valid for the most recent forward pass, which must have been in the same mode. It overwrites
//                       the gradients of the parameters: nothing is accumulated, there is no zero_grad. It does not
//                       average over the batch: the gradient of the loss already contains that 1/N.
//
// The layer owns y and dx. It keeps a pointer to x: x must outlive the backward pass and must not change before it. The
// layer's own y or dx as its x is an Error, and so is its own dx as its dy. A forward pass in evaluation mode changes
// no parameter and no buffer.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bnlab/core/error.hpp"
#include "bnlab/core/random.hpp"
#include "bnlab/core/tensor.hpp"
#include "bnlab/core/threads.hpp"

namespace bnlab {

// Batch normalization and dropout behave differently in training and in evaluation (inference).
enum class Mode { train, eval };

// A learnable tensor and its gradient, which backward computes.
struct Parameter {
  std::string name;  // as in PyTorch's state_dict: "fc1.weight"
  Tensor* value;
  Tensor* grad;
};

// State that is saved with the parameters but not learned: a tensor or a counter.
struct Buffer {
  std::string name;  // "bn1.running_mean"
  Tensor* values = nullptr;
  std::int64_t* count = nullptr;
  bool not_negative = false;    // no entry of the tensor is below 0, such as a variance
  bool may_be_missing = false;  // in model files: it is then 0
};

class Layer {
 public:
  virtual ~Layer() = default;

  const char* kind() const { return name_; }  // "Linear"

  // x [N, D_in] -> y [N, D_out]. Error: x has the wrong shape.
  virtual const Tensor& forward(const Tensor& x, Mode mode) = 0;

  // dy [N, D_out] -> dx [N, D_in]. Error: there was no forward pass, or the last one was in the other mode; the
  // shape of dy is not that of y. Parameters and running statistics must not have changed since that pass.
  virtual const Tensor& backward(const Tensor& dy, Mode mode) = 0;

  virtual std::vector<Parameter> parameters() { return {}; }
  virtual std::vector<Buffer> buffers() { return {}; }
  virtual bool has_kink() const { return false; }       // not differentiable where an entry of x is 0
  virtual Random* random_numbers() { return nullptr; }  // the generator that forward draws from, if any
  virtual std::unique_ptr<Layer> clone() const = 0;     // a deep copy that has had no forward pass

  // The first layer of a network need not compute dx. A layer may then return an empty tensor; only Linear does.
  void skip_input_gradient(bool skip) { skip_dx_ = skip; }
  // The thread pool, not owned; null runs serially.
  void use_threads(ThreadPool* threads) { threads_ = threads; }

 protected:
  explicit Layer(const char* name) : name_(name) {}

  // Error unless a layer can have so many features: at least 1. Returns their number.
  std::size_t expect_features(std::size_t features) const;
  // Error unless a variance can be added to this number: finite and >= 0.
  void expect_eps(double eps) const;

  // Error unless x is [N, features] with N >= 1.
  void expect_input(const Tensor& x, std::size_t features) const;

  // Call first in forward: keeps x and the mode. Does not resize y_. Error: x is the layer's own y or dx.
  void remember(const Tensor& x, Mode mode);

  // Call first in backward: checks mode and dy as backward promises, and returns the x of the last forward pass.
  const Tensor& recall(const Tensor& dy, Mode mode) const;

  // Calls body(first, last) for ranges of the D columns of a tensor [N, D], in parallel. In layers of equal
  // width a thread usually gets the same columns, which may still be in its core's cache.
  template <class Body>
  void for_columns(std::size_t N, std::size_t D, Body body) {
    constexpr std::size_t kMinEntries = 16384;  // some 10 µs of work; for less it is not worth waking a thread
    parallel_for(threads_, D, round_up(kMinEntries / N + 1, 16), body);  // 16 floats are a cache line
  }

  Tensor y_, dx_;
  ThreadPool* threads_ = nullptr;
  bool skip_dx_ = false;

 private:
  // The x of the last forward pass. clone() copies it as null: the copy has had no forward pass.
  struct Borrowed {
    const Tensor* tensor = nullptr;
    Borrowed() = default;
    Borrowed(const Borrowed&) {}
    Borrowed& operator=(const Borrowed&) {
      tensor = nullptr;
      return *this;
    }
  };

  const char* name_;  // for messages: "Linear"
  Borrowed x_;
  Mode mode_ = Mode::train;
};

}  // namespace bnlab
