// linear-forward and linear-backward.
#include "bnlab/nn/linear.hpp"

#include "child.hpp"

namespace grader {
namespace {

using namespace bnlab;

Linear layer_of(const Case& in) {
  const Array& w = in.array("W");
  Linear layer(w.rows, w.cols, Random(1, "any"));
  in.copy_to("W", layer.weight);
  layer.bias = in.vector("b");
  return layer;
}

// A second batch of another size through the same layer, then one in evaluation mode.
void forward(const Case& in, Results& out) {
  Linear layer = layer_of(in);
  const Tensor x = in.matrix("x"), x2 = in.matrix("x2");
  out.attempt([&] { out.send("y", layer.forward(x, Mode::train)); });
  out.attempt([&] { out.send("y2", layer.forward(x2, Mode::train)); });
  out.attempt([&] { out.send("y_eval", layer.forward(x, Mode::eval)); });
}

void backward(const Case& in, Results& out) {
  Linear layer = layer_of(in);
  const Tensor x = in.matrix("x"), dy = in.matrix("dy"), x2 = in.matrix("x2"), dy2 = in.matrix("dy2");
  const auto forward = [&](const Tensor& input, Mode mode) {
    try {
      layer.forward(input, mode);  // linear-forward may not be there yet; backward does not need its result
    } catch (...) {
    }
  };
  const auto send = [&](const std::string& suffix, const Tensor& upstream) {
    out.attempt([&] {
      const Tensor& dx = layer.backward(upstream, Mode::train);
      out.send("dx" + suffix, dx);
      out.send("dW" + suffix, layer.weight_grad);
      out.send("db" + suffix, layer.bias_grad);
    });
  };
  // Entries in which nothing was written shall show.
  layer.weight_grad.fill(77), layer.bias_grad.fill(77);
  forward(x, Mode::train);
  forward(x2, Mode::eval);  // disturbs nothing
  send("", dy);
  forward(x2, Mode::train);
  send("2", dy2);
  // One example, and nobody reads dx.
  const Tensor x3 = in.matrix("x3"), dy3 = in.matrix("dy3");
  layer.skip_input_gradient(true);
  layer.weight_grad.fill(77), layer.bias_grad.fill(77);
  forward(x3, Mode::train);
  out.attempt([&] {
    layer.backward(dy3, Mode::train);
    out.send("dW_skip", layer.weight_grad);
    out.send("db_skip", layer.bias_grad);
  });
}

}  // namespace
}  // namespace grader

int main(int count, char** words) {
  return grader::run(count, words, {{"linear-forward", grader::forward}, {"linear-backward", grader::backward}});
}
