// batchnorm-forward, batchnorm-evaluation and batchnorm-backward.
//
// Two ways lead to most results. "full": the student's own passes, one after the other. "alone": what earlier passes leave
// behind is put there by the grader. One of them is enough: so a wrong forward pass costs nothing in the later tasks, and
// a solution that remembers other things than the given members is not wrong for that.
#include "bnlab/nn/batchnorm.hpp"

#include "bnlab/nn/batchnorm_staged.hpp"
#include "child.hpp"

namespace grader {

using namespace bnlab;

using Sums = std::vector<double, AlignedAllocator<double>>;
GRADER_OPENS(XHat, BatchNorm, x_hat_, Tensor)
GRADER_OPENS(Mean, BatchNorm, mean_, Sums)
GRADER_OPENS(Var, BatchNorm, var_, Sums)
GRADER_OPENS(InvStd, BatchNorm, inv_std_, Sums)

struct Y {
  using type = Tensor (BatchNorm::*)[2];
  friend type member(Y);
};
template struct Opens<Y, &BatchNorm::y_>;
struct ForwardTrain {
  using type = void (BatchNorm::*)(const Tensor&, std::size_t, std::size_t);
  friend type member(ForwardTrain);
};
template struct Opens<ForwardTrain, &BatchNorm::forward_train>;
struct BackwardTrain {
  using type = void (BatchNorm::*)(const Tensor&, std::size_t, std::size_t);
  friend type member(BackwardTrain);
};
template struct Opens<BackwardTrain, &BatchNorm::backward_train>;
struct UpdateRunning {
  using type = void (BatchNorm::*)(std::size_t, std::size_t, std::size_t);
  friend type member(UpdateRunning);
};
template struct Opens<UpdateRunning, &BatchNorm::update_running>;

namespace {

BatchNorm layer_of(const Case& in) {
  BatchNormOptions options;
  options.eps = in.number("eps");
  if (in.has("momentum")) options.momentum = in.number("momentum");
  if (in.has("cumulative")) options.momentum = std::nullopt;
  BatchNorm layer(in.vector("gamma").cols(), options);
  layer.gamma = in.vector("gamma"), layer.beta = in.vector("beta");
  return layer;
}

// The output of a pass in training mode, also where only the running statistics are not there yet.
const Tensor& forward_train(BatchNorm& layer, const Tensor& x) {
  try {
    return layer.forward(x, Mode::train);
  } catch (const Error& error) {
    if (std::string(error.what()) != "not implemented: batchnorm-evaluation") throw;
    return (layer.*member(Y{}))[static_cast<int>(Mode::train)];
  }
}

// A pass in training mode, whatever comes of it, and then what it should have left behind.
void remember(BatchNorm& layer, const Case& in, const std::string& suffix, const Tensor& x) {
  try {
    layer.forward(x, Mode::train);
  } catch (...) {
  }
  layer.*member(XHat{}) = in.matrix("x_hat" + suffix);
  const auto put = [&](Sums& sums, const std::string& name) {
    const std::vector<double>& values = in.array(name + suffix).values;
    sums.assign(values.begin(), values.end());
  };
  put(layer.*member(Mean{}), "mean");
  put(layer.*member(Var{}), "var");
  put(layer.*member(InvStd{}), "inv_std");
}

std::vector<double> numbers(const Sums& sums) { return {sums.begin(), sums.end()}; }

void send_gradients(BatchNorm& layer, const Tensor& dy, Mode mode, const std::string& prefix, const std::string& suffix,
                    Results& out) {
  layer.gamma_grad.fill(77), layer.beta_grad.fill(77);  // where nothing is written, it shall show
  out.attempt([&] {
    const Tensor dx = layer.backward(dy, mode);
    out.send(prefix + "dx" + suffix, dx);
    out.send(prefix + "dgamma" + suffix, layer.gamma_grad);
    out.send(prefix + "dbeta" + suffix, layer.beta_grad);
  });
}

void forward(const Case& in, Results& out) {
  BatchNorm layer = layer_of(in);
  layer.running_mean = in.vector("running_mean"), layer.running_var = in.vector("running_var");
  for (const std::string suffix : {"", "2"}) {  // a second batch of another size through the same layer
    const Tensor x = in.matrix("x" + suffix), dy = in.matrix("dy" + suffix);
    out.attempt([&] {
      out.send("y" + suffix, forward_train(layer, x));
      out.send("mean" + suffix, numbers(layer.*member(Mean{})));
      out.send("var" + suffix, numbers(layer.*member(Var{})));
      out.send("inv_std" + suffix, numbers(layer.*member(InvStd{})));
      out.send("x_hat" + suffix, layer.*member(XHat{}));
    });
    send_gradients(layer, dy, Mode::train, "full.", suffix, out);
    out.send("full.running_mean" + suffix, layer.running_mean);
    out.send("full.running_var" + suffix, layer.running_var);
  }
  // One column alone, as a thread would do it: the others stay as they are.
  out.attempt([&] {
    const Tensor x = in.matrix("x2"), other = in.matrix("x3");
    BatchNorm part = layer_of(in);
    part.running_mean = in.vector("running_mean"), part.running_var = in.vector("running_var");
    forward_train(part, x);
    (part.*member(ForwardTrain{}))(other, 1, 2);
    out.send("column_y", (part.*member(Y{}))[static_cast<int>(Mode::train)]);
  });
}

void evaluation(const Case& in, Results& out) {
  if (in.has("batches")) {  // the running statistics
    BatchNorm full = layer_of(in), alone = layer_of(in);
    for (std::size_t b = 1; b <= in.count("batches"); ++b) {
      const std::string suffix = std::to_string(b);
      const Tensor x = in.matrix("x" + suffix);
      // Twice the same loop, so that what one way throws does not cost the other.
      out.attempt([&] {
        full.forward(x, Mode::train);
        out.send("full.running_mean" + suffix, full.running_mean);
        out.send("full.running_var" + suffix, full.running_var);
      });
      out.attempt([&] {
        const Tensor mean_before = alone.running_mean, var_before = alone.running_var;
        remember(alone, in, suffix, x);
        alone.running_mean = mean_before, alone.running_var = var_before;
        alone.num_batches_tracked = static_cast<std::int64_t>(b);
        (alone.*member(UpdateRunning{}))(x.rows(), 0, x.cols());
        out.send("running_mean" + suffix, alone.running_mean);
        out.send("running_var" + suffix, alone.running_var);
      });
    }
    out.attempt([&] {  // one column alone, as a thread would do it
      const Tensor mean_before = alone.running_mean, var_before = alone.running_var;
      const Tensor x = in.matrix("x1");
      remember(alone, in, "1", x);
      alone.running_mean = mean_before, alone.running_var = var_before;
      (alone.*member(UpdateRunning{}))(x.rows(), 1, 2);
      out.send("column_running_mean", alone.running_mean);
      out.send("column_running_var", alone.running_var);
    });
    return;
  }
  BatchNorm layer = layer_of(in);
  const Tensor x = in.matrix("x"), one = in.matrix("one"), dy = in.matrix("dy");
  remember(layer, in, "", in.matrix("trained"));
  layer.running_mean = in.vector("running_mean"), layer.running_var = in.vector("running_var");
  layer.num_batches_tracked = 3;
  out.attempt([&] { out.send("y", layer.forward(x, Mode::eval)); });
  out.attempt([&] { out.send("y_one", layer.forward(one, Mode::eval)); });
  out.attempt([&] { out.send("y_again", layer.forward(x, Mode::eval)); });
  send_gradients(layer, dy, Mode::eval, "", "", out);
  out.send("state_mean", layer.running_mean);
  out.send("state_var", layer.running_var);
  out.send("state_batches", static_cast<double>(layer.num_batches_tracked));
  out.send("state_x_hat", layer.*member(XHat{}));
  out.send("state_inv_std", numbers(layer.*member(InvStd{})));
}

void stages(const Case& in, Results& out) {
  const Tensor x = in.matrix("x"), mean = in.vector("mean"), var = in.vector("var"), gamma = in.vector("gamma");
  const Tensor dy = in.matrix("dy"), dx_hat = in.matrix("dx_hat"), dvar = in.vector("dvar"), dmean = in.vector("dmean");
  const double eps = in.number("eps");
  out.attempt([&] { out.send("stage_dx_hat", stage_dx_hat(dy, gamma)); });
  out.attempt([&] { out.send("stage_dvar", stage_dvar(dx_hat, x, mean, var, eps)); });
  out.attempt([&] { out.send("stage_dmean", stage_dmean(dx_hat, dvar, x, mean, var, eps)); });
  out.attempt([&] { out.send("stage_dx", stage_dx(dx_hat, dvar, dmean, x, mean, var, eps)); });
}

void backward(const Case& in, Results& out) {
  const Tensor x = in.matrix("x"), dy = in.matrix("dy"), x2 = in.matrix("x2"), dy2 = in.matrix("dy2");
  BatchNorm full = layer_of(in), alone = layer_of(in);
  out.attempt([&] { forward_train(full, x); });
  send_gradients(full, dy, Mode::train, "full.", "", out);
  remember(alone, in, "", x);
  send_gradients(alone, dy, Mode::train, "", "", out);
  // Another batch, of another size: nothing is left over from the first.
  out.attempt([&] { forward_train(full, x2); });
  send_gradients(full, dy2, Mode::train, "full.", "2", out);
  remember(alone, in, "2", x2);
  send_gradients(alone, dy2, Mode::train, "", "2", out);
  // One column alone, as a thread would do it: the others stay as they are.
  for (const std::string way : {"", "full."}) {
    out.attempt([&] {
      BatchNorm& layer = way.empty() ? alone : full;
      Tensor other = dy2;
      for (real& value : other.stored()) value = value * 2 + 1;
      (layer.*member(BackwardTrain{}))(other, 1, 2);
      out.send(way + "column_dgamma", layer.gamma_grad);
      out.send(way + "column_dbeta", layer.beta_grad);
    });
  }
  stages(in, out);
}

}  // namespace
}  // namespace grader

int main(int count, char** words) {
  return grader::run(count, words,
                     {{"batchnorm-forward", grader::forward},
                      {"batchnorm-evaluation", grader::evaluation},
                      {"batchnorm-backward", grader::backward}});
}
