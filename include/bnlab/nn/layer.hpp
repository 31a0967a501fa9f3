// What every layer can do: compute its output, and pass a gradient back through itself.
//
// Notation, in all of nn: x is a layer's input, y its output, L the loss. dy is short for ∂L/∂y, a tensor of y's shape;
// dx, dW, dγ likewise. N is the number of examples in the batch, D the number of features.
//
// A layer owns its output and whatever it must remember for its backward pass, in one `Cache` per mode: a forward pass
// in evaluation mode disturbs nothing that training needs. It borrows its input: x must stay as it is
// until backward has run. Copies of a layer are independent and remember no forward pass.
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

// Batch normalization and dropout do one thing while training and another when the network is used.
enum class Mode { train, eval };

// A tensor that an optimizer changes, and the gradient that backward leaves for it.
struct Parameter {
  std::string name;  // as in PyTorch's state_dict: "fc1.weight"
  Tensor* value;
  Tensor* grad;
};

// State that forward changes and that is saved with the parameters: a tensor or a counter.
struct Buffer {
  std::string name;  // "bn1.running_mean"
  Tensor* values = nullptr;
  std::int64_t* count = nullptr;
};

// A pointer to a tensor that somebody else owns; a copy points to nothing, as the original's input is not the copy's.
class Borrowed {
 public:
  Borrowed() = default;
  Borrowed(const Borrowed&) {}
  Borrowed& operator=(const Borrowed&) { return tensor_ = nullptr, *this; }
  Borrowed& operator=(const Tensor& t) { return tensor_ = &t, *this; }
  explicit operator bool() const { return tensor_ != nullptr; }
  const Tensor& operator*() const { return *tensor_; }

 private:
  const Tensor* tensor_ = nullptr;
};

class Layer {
 public:
  virtual ~Layer() = default;

  // x [N, D_in] -> y [N, D_out]; y belongs to the layer and lives until its next forward pass in this mode.
  virtual const Tensor& forward(const Tensor& x, Mode mode) = 0;

  // dy [N, D_out] -> dx [N, D_in], for the last forward pass in that mode: the exact vector-Jacobian product, no 1/N
  // (that is the loss's). Gradients of parameters are overwritten, not added to: there is no zero_grad. What the pass
  // used, its input, the parameters and in evaluation mode the running statistics, must not have changed since.
  virtual const Tensor& backward(const Tensor& dy, Mode mode) = 0;

  virtual std::vector<Parameter> parameters() { return {}; }
  virtual std::vector<Buffer> buffers() { return {}; }
  virtual Random* random_numbers() { return nullptr; }  // what forward draws from: state of a training run
  virtual std::unique_ptr<Layer> clone() const = 0;

  // The first layer of a network need not compute dx, which nobody reads: backward then returns an empty tensor.
  void skip_input_gradient(bool skip) { skip_dx_ = skip; }
  // Who helps with the work; null: nobody. Not owned.
  void use_threads(ThreadPool* threads) { threads_ = threads; }

 protected:
  // body(first, last) over the D columns of a tensor [N, D], shared out among the threads. A column stays with one core
  // from layer to layer, as fetching it from another one's cache takes longer than such a loop.
  template <class Body>
  void for_columns(std::size_t N, std::size_t D, Body body) {
    parallel_for(threads_, D, round_up(16384 / N + 1, 16), body);  // 16 begin a line of the cache
  }

  struct Cache {
    Borrowed x;
    Tensor y;
  };
  ThreadPool* threads_ = nullptr;
  bool skip_dx_ = false;
};

// The two checks that every layer makes.
inline void expect_input(const char* layer, const Tensor& x, std::size_t features) {
  if (x.rank() != 2 || x.cols() != features || x.rows() == 0) {
    fail("%s: expected an input of shape [N, %zu] with N >= 1, got %s", layer, features, x.shape().c_str());
  }
}
inline void expect_gradient(const char* layer, const Borrowed& x, const Tensor& dy, const Tensor& y) {
  if (!x) fail("%s: backward needs a forward pass in the same mode before it", layer);
  if (!dy.same_shape(y)) {
    fail("%s: expected a gradient of the output's shape %s, got %s", layer, y.shape().c_str(), dy.shape().c_str());
  }
}

}  // namespace bnlab
