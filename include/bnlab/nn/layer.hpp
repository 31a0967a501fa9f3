// What every layer does: compute its output, and propagate a gradient back through itself.
//
// Notation, in all of nn: x is a layer's input, y its output, L the loss. dy is short for ∂L/∂y, a tensor of y's shape;
// dx, dW, dγ likewise. N is the number of examples in the batch, D the number of features.
//
// The contract:
//
//   forward(x, mode)    returns y. It remembers x, y and whatever backward needs, until the next forward pass.
//   backward(dy, mode)  returns dx, the exact vector-Jacobian product of that last forward pass, which must have been in
//                       the same mode, and overwrites the gradients of the parameters. There is no 1/N in it: the loss has
//                       that. There is no zero_grad: nothing is accumulated.
//
// The layer owns y and dx. It borrows x, which must not change until backward has run. A forward pass in evaluation mode
// changes nothing that is saved.
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

// Batch normalization and dropout compute one thing in training and another in evaluation (inference).
enum class Mode { train, eval };

// A learnable tensor, and the gradient that backward leaves for it.
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
};

class Layer {
 public:
  virtual ~Layer() = default;

  // x [N, D_in] -> y [N, D_out]. Error: x has the wrong shape.
  virtual const Tensor& forward(const Tensor& x, Mode mode) = 0;

  // dy [N, D_out] -> dx [N, D_in]. Error: there was no forward pass, or the last one was in the other mode; dy has not the
  // shape of y. The parameters, and in evaluation mode the running statistics, must be as they were in that pass.
  virtual const Tensor& backward(const Tensor& dy, Mode mode) = 0;

  virtual std::vector<Parameter> parameters() { return {}; }
  virtual std::vector<Buffer> buffers() { return {}; }
  virtual bool has_kink() const { return false; }       // not differentiable where an entry of x is 0
  virtual Random* random_numbers() { return nullptr; }  // the generator that forward draws from, if any
  virtual std::unique_ptr<Layer> clone() const = 0;     // a deep copy, without a forward pass to go back through

  // The first layer of a network need not compute dx: backward then returns an empty tensor.
  void skip_input_gradient(bool skip) { skip_dx_ = skip; }
  // The thread pool to compute with; null: one thread. Not owned.
  void use_threads(ThreadPool* threads) { threads_ = threads; }

 protected:
  explicit Layer(const char* name) : name_(name) {}

  // Error unless x is [N, features] with N >= 1.
  void expect_input(const Tensor& x, std::size_t features) const;

  // Every forward pass begins with this. y_ gets no shape.
  void remember(const Tensor& x, Mode mode);

  // Every backward pass begins with this: the x of the last forward pass, after the checks that backward promises.
  const Tensor& recall(const Tensor& dy, Mode mode) const;

  // body(first, last) over the D columns of a tensor [N, D], divided among the threads. A column stays with one core from
  // layer to layer, as fetching it from another core's cache takes longer than such a loop.
  template <class Body>
  void for_columns(std::size_t N, std::size_t D, Body body) {
    parallel_for(threads_, D, round_up(16384 / N + 1, 16), body);  // 16 floats are a line of the cache
  }

  Tensor y_, dx_;
  ThreadPool* threads_ = nullptr;
  bool skip_dx_ = false;

 private:
  // The x of the last forward pass. A copy of the layer has none: the original's x is not the copy's.
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
