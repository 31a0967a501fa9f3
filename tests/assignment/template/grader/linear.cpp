// linear-forward and linear-backward. The backward pass is graded in two ways, as in batchnorm.cpp: after the student's
// own forward pass ("full."), and alone, with the right results of the forward pass supplied by the grader.
#include "bnlab/nn/linear.hpp"

#include "layer.hpp"

namespace grader {

using namespace bnlab;

namespace {

void set(const Case& in, const std::string& suffix, Linear& layer) {
  in.copy_to("W" + suffix, layer.weight);
  layer.bias = in.vector("b" + suffix);
}

Linear layer_of(const Case& in) {
  const Array& w = in.array("W");
  Linear layer(w.rows, w.cols, Random(1, "any"));
  set(in, "", layer);
  return layer;
}

// Two batches of different sizes in training mode, then one in evaluation mode with other weights.
void forward(const Case& in, Results& out) {
  Linear layer = layer_of(in);
  const Tensor x = in.matrix("x"), x2 = in.matrix("x2");
  out.attempt([&] { out.send("y", layer.forward(x, Mode::train)); });
  out.attempt([&] { out.send("y2", layer.forward(x2, Mode::train)); });
  set(in, "_later", layer);
  out.attempt([&] { out.send("y_eval", layer.forward(x, Mode::eval)); });
  out.send("still_x", x);
}

void backward_steps(const Case& in, Results& out, const std::string& way) {
  Linear layer = layer_of(in);
  const Tensor x = in.matrix("x"), dy = in.matrix("dy"), x2 = in.matrix("x2"), dy2 = in.matrix("dy2");
  const Tensor x3 = in.matrix("x3"), dy3 = in.matrix("dy3");
  const auto forward = [&](const Tensor& input, const std::string& y, Mode mode) {
    if (way == "full.") {
      layer.forward(input, mode);
    } else {
      remember(layer, input, mode);
      y_of(layer) = in.matrix(y);
    }
  };
  const auto send = [&](const std::string& suffix, const Tensor& upstream, Mode mode) {
    out.attempt([&] {
      const Tensor dx = layer.backward(upstream, mode);
      if (suffix != "_skip") out.send(way + "dx" + suffix, dx);
      out.send(way + "dW" + suffix, layer.weight_grad);
      out.send(way + "db" + suffix, layer.bias_grad);
    });
  };
  // A marker: an entry that is still 77 was not written.
  layer.weight_grad.fill(77), layer.bias_grad.fill(77);
  forward(x, "y", Mode::train);
  send("", dy, Mode::train);
  forward(x2, "y2", Mode::train);
  send("2", dy2, Mode::train);
  forward(x, "y", Mode::eval);
  send("_eval", dy, Mode::eval);
  // One example, without dx.
  layer.skip_input_gradient(true);
  layer.weight_grad.fill(77), layer.bias_grad.fill(77);
  forward(x3, "y3", Mode::train);
  send("_skip", dy3, Mode::train);
  // The optimizer relies on the layout. The parameters must not change.
  const bool layout = layer.weight_grad.layout() == layer.weight.layout() &&
                      layer.weight_grad.stored().size() == layer.weight.stored().size();
  out.send(way + "layout", layout ? 1 : 0);
  out.send(way + "still_W", layer.weight);
  out.send(way + "still_b", layer.bias);
}

void backward(const Case& in, Results& out) {
  out.apart(false, [&] { backward_steps(in, out, ""); });
  out.apart(true, [&] { backward_steps(in, out, "full."); });
}

}  // namespace
}  // namespace grader

int main(int count, char** words) {
  return grader::run(count, words, {{"linear-forward", grader::forward}, {"linear-backward", grader::backward}});
}
