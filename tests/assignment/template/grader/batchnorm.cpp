// batchnorm-forward, batchnorm-evaluation and batchnorm-backward.
//
// Two ways lead to most results. "full": the student's own passes, one after the other. "alone": what earlier passes leave
// behind is put there by the grader. One of them is enough: so a wrong forward pass costs nothing in the later tasks, and
// a solution that remembers other things than the given members is not wrong for that.
#include "bnlab/nn/batchnorm.hpp"

#include <list>

#include "bnlab/nn/batchnorm_staged.hpp"
#include "child.hpp"

namespace grader {

using namespace bnlab;

using Sums = std::vector<double, AlignedAllocator<double>>;
GRADER_OPENS(XHat, BatchNorm, x_hat_, Tensor)
GRADER_OPENS(Mean, BatchNorm, mean_, Sums)
GRADER_OPENS(Var, BatchNorm, var_, Sums)
GRADER_OPENS(InvStd, BatchNorm, inv_std_, Sums)

GRADER_OPENS(SumDy, BatchNorm, sum_dy_, Sums)
GRADER_OPENS(SumDyXHat, BatchNorm, sum_dy_x_hat_, Sums)
GRADER_OPENS(Dx, BatchNorm, dx_, Tensor)

// What the macro cannot say: arrays and functions.
struct Y {
  using type = Tensor (BatchNorm::*)[2];
  friend type member(Y);
};
template struct Opens<Y, &BatchNorm::y_>;
struct X {
  using type = Borrowed (BatchNorm::*)[2];
  friend type member(X);
};
template struct Opens<X, &BatchNorm::x_>;
using OnColumns = void (BatchNorm::*)(const Tensor&, std::size_t, std::size_t);
struct ForwardTrain {
  using type = OnColumns;
  friend type member(ForwardTrain);
};
template struct Opens<ForwardTrain, &BatchNorm::forward_train>;
struct ForwardEval {
  using type = OnColumns;
  friend type member(ForwardEval);
};
template struct Opens<ForwardEval, &BatchNorm::forward_eval>;
struct BackwardTrain {
  using type = OnColumns;
  friend type member(BackwardTrain);
};
template struct Opens<BackwardTrain, &BatchNorm::backward_train>;
struct BackwardEval {
  using type = void (BatchNorm::*)(const Tensor&, const Tensor&, std::size_t, std::size_t);
  friend type member(BackwardEval);
};
template struct Opens<BackwardEval, &BatchNorm::backward_eval>;
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
  if (in.has("running_mean")) layer.running_mean = in.vector("running_mean");
  if (in.has("running_var")) layer.running_var = in.vector("running_var");
  return layer;
}

Tensor& y_of(BatchNorm& layer, Mode mode) { return (layer.*member(Y{}))[static_cast<int>(mode)]; }

// What forward() does before it calls the functions that students write.
void begin(BatchNorm& layer, const Tensor& x, Mode mode) {
  (layer.*member(X{}))[static_cast<int>(mode)] = x;
  y_of(layer, mode).resize_like(x);
  if (mode == Mode::train) (layer.*member(XHat{})).resize_like(x);
}

// The same, and what a right pass in training mode leaves behind. No student's code runs.
void remember(BatchNorm& layer, const Case& in, const std::string& suffix, const Tensor& x) {
  begin(layer, x, Mode::train);
  layer.*member(XHat{}) = in.matrix("x_hat" + suffix);
  y_of(layer, Mode::train) = in.matrix("y" + suffix);
  const auto put = [&](Sums& sums, const std::string& name) {
    const std::vector<double>& values = in.array(name + suffix).values;
    sums.assign(values.begin(), values.end());
  };
  put(layer.*member(Mean{}), "mean");
  put(layer.*member(Var{}), "var");
  put(layer.*member(InvStd{}), "inv_std");
}

std::vector<double> numbers(const Sums& sums) { return {sums.begin(), sums.end()}; }

Tensor as_tensor(const Sums& sums) {
  Tensor t({sums.size()});
  for (std::size_t d = 0; d < sums.size(); ++d) t(d) = static_cast<real>(sums[d]);
  return t;
}

// All that belongs to columns: as it is, and how much of it, outside of column 1, is no longer as it was.
std::vector<Tensor> columns_of(BatchNorm& layer) {
  return {as_tensor(layer.*member(Mean{})),
          as_tensor(layer.*member(Var{})),
          as_tensor(layer.*member(InvStd{})),
          as_tensor(layer.*member(SumDy{})),
          as_tensor(layer.*member(SumDyXHat{})),
          layer.*member(XHat{}),
          layer.*member(Dx{}),
          y_of(layer, Mode::train),
          y_of(layer, Mode::eval),
          layer.gamma_grad,
          layer.beta_grad,
          layer.running_mean,
          layer.running_var};
}
double changed_since(const std::vector<Tensor>& before, BatchNorm& layer) {
  const std::vector<Tensor> after = columns_of(layer);
  std::size_t changed = 0;
  for (std::size_t i = 0; i < before.size(); ++i) changed += changed_elsewhere(before[i], after[i], 1);
  return static_cast<double>(changed);
}

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
  out.apart(false, [&] {  // forward_train alone
    BatchNorm layer = layer_of(in);
    const Tensor first = in.matrix("x"),
                 second = in.matrix("x2");  // a second batch of another size through the same layer
    for (const std::string suffix : {"", "2"}) {
      const Tensor& x = suffix.empty() ? first : second;
      begin(layer, x, Mode::train);
      (layer.*member(ForwardTrain{}))(x, 0, x.cols());
      out.send("y" + suffix, y_of(layer, Mode::train));
      out.send("mean" + suffix, numbers(layer.*member(Mean{})));
      out.send("var" + suffix, numbers(layer.*member(Var{})));
      out.send("inv_std" + suffix, numbers(layer.*member(InvStd{})));
      out.send("x_hat" + suffix, layer.*member(XHat{}));
    }
    out.send("still_mean", layer.running_mean);  // which others move
    out.send("still_var", layer.running_var);
    out.send("batches", static_cast<double>(layer.num_batches_tracked));
    // One column alone, as a thread would do it: the others stay as they are.
    const Tensor other = in.matrix("x3");
    const std::vector<Tensor> before = columns_of(layer);
    (layer.*member(ForwardTrain{}))(other, 1, 2);
    out.send("column_y", y_of(layer, Mode::train));
    out.send("changed", changed_since(before, layer));
  });
  out.apart(true, [&] {  // as a network does it
    BatchNorm layer = layer_of(in);
    const Tensor first = in.matrix("x"), second = in.matrix("x2");
    for (const std::string suffix : {"", "2"}) {
      const Tensor &x = suffix.empty() ? first : second, dy = in.matrix("dy" + suffix);
      out.send("full.y" + suffix, layer.forward(x, Mode::train));
      send_gradients(layer, dy, Mode::train, "full.", suffix, out);
      out.send("full.running_mean" + suffix, layer.running_mean);
      out.send("full.running_var" + suffix, layer.running_var);
    }
    out.send("full.batches", static_cast<double>(layer.num_batches_tracked));
    const Tensor other = in.matrix("x3");
    const std::vector<Tensor> before = columns_of(layer);
    (layer.*member(ForwardTrain{}))(other, 1, 2);
    out.send("full.column_y", y_of(layer, Mode::train));
    out.send("full.changed", changed_since(before, layer));
  });
}

void running(const Case& in, Results& out) {
  out.apart(false, [&] {  // update_running alone
    BatchNorm layer = layer_of(in);
    std::list<Tensor> inputs;  // which the layer borrows
    for (std::size_t b = 1; b <= in.count("batches"); ++b) {
      const std::string suffix = std::to_string(b);
      inputs.push_back(in.matrix("x" + suffix));
      const Tensor& x = inputs.back();
      remember(layer, in, suffix, x);
      layer.num_batches_tracked = static_cast<std::int64_t>(b);
      (layer.*member(UpdateRunning{}))(x.rows(), 0, x.cols());
      out.send("running_mean" + suffix, layer.running_mean);
      out.send("running_var" + suffix, layer.running_var);
    }
    out.send("batches", static_cast<double>(layer.num_batches_tracked));
    const Tensor x = in.matrix("x1");  // one column alone, as a thread would do it
    remember(layer, in, "1", x);
    const std::vector<Tensor> before = columns_of(layer);
    (layer.*member(UpdateRunning{}))(x.rows(), 1, 2);
    out.send("column_running_mean", layer.running_mean);
    out.send("column_running_var", layer.running_var);
    out.send("changed", changed_since(before, layer));
  });
  out.apart(true, [&] {
    BatchNorm layer = layer_of(in);
    std::list<Tensor> inputs;
    for (std::size_t b = 1; b <= in.count("batches"); ++b) {
      const std::string suffix = std::to_string(b);
      inputs.push_back(in.matrix("x" + suffix));
      layer.forward(inputs.back(), Mode::train);
      out.send("full.running_mean" + suffix, layer.running_mean);
      out.send("full.running_var" + suffix, layer.running_var);
    }
    out.send("full.batches", static_cast<double>(layer.num_batches_tracked));
    const std::vector<Tensor> before = columns_of(layer);
    (layer.*member(UpdateRunning{}))(inputs.back().rows(), 1, 2);
    out.send("full.column_running_mean", layer.running_mean);
    out.send("full.column_running_var", layer.running_var);
    out.send("full.changed", changed_since(before, layer));
  });
}

void evaluation(const Case& in, Results& out) {
  if (in.has("batches")) return running(in, out);
  BatchNorm layer = layer_of(in);
  const Tensor x = in.matrix("x"), one = in.matrix("one"), dy = in.matrix("dy"), trained = in.matrix("trained");
  remember(layer, in, "", trained);
  layer.num_batches_tracked = 3;
  out.attempt([&] { out.send("y", layer.forward(x, Mode::eval)); });
  out.attempt([&] { out.send("y_one", layer.forward(one, Mode::eval)); });
  layer.gamma = in.vector("gamma_later"), layer.running_mean = in.vector("running_mean_later");  // after more training
  out.attempt([&] { out.send("y_again", layer.forward(x, Mode::eval)); });
  send_gradients(layer, dy, Mode::eval, "", "", out);
  out.send("state_mean", layer.running_mean);
  out.send("state_var", layer.running_var);
  out.send("state_batches", static_cast<double>(layer.num_batches_tracked));
  out.send("state_x_hat", layer.*member(XHat{}));
  out.send("state_inv_std", numbers(layer.*member(InvStd{})));
  out.send("state_batch_mean", numbers(layer.*member(Mean{})));
  out.send("state_batch_var", numbers(layer.*member(Var{})));
  out.apart(false, [&] {  // one column alone, as a thread would do it
    Tensor other = dy;
    for (real& value : other.stored()) value = value * 2 + 1;
    std::vector<Tensor> before = columns_of(layer);
    (layer.*member(ForwardEval{}))(other, 1, 2);
    (layer.*member(BackwardEval{}))(other, other, 1, 2);
    out.send("changed", changed_since(before, layer));
    out.send("column_dbeta", layer.beta_grad);
  });
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

void backward_steps(const Case& in, Results& out, const std::string& way) {
  BatchNorm layer = layer_of(in);
  const Tensor first = in.matrix("x"), second = in.matrix("x2"), other_x = in.matrix("x3");
  for (const std::string suffix : {"", "2"}) {  // another batch, of another size: nothing is left over from the first
    const Tensor &x = suffix.empty() ? first : second, dy = in.matrix("dy" + suffix);
    if (way == "full.") {
      layer.forward(x, Mode::train);
      try {
        layer.forward(other_x, Mode::eval);  // disturbs nothing
      } catch (...) {
      }
    } else {
      remember(layer, in, suffix, x);
    }
    send_gradients(layer, dy, Mode::train, way, suffix, out);
  }
  // One column alone, as a thread would do it: the others stay as they are.
  Tensor other = in.matrix("dy2");
  for (real& value : other.stored()) value = value * 2 + 1;
  const std::vector<Tensor> before = columns_of(layer);
  (layer.*member(BackwardTrain{}))(other, 1, 2);
  out.send(way + "column_dgamma", layer.gamma_grad);
  out.send(way + "column_dbeta", layer.beta_grad);
  out.send(way + "changed", changed_since(before, layer));
  out.send(way + "still_gamma", layer.gamma);
  out.send(way + "still_beta", layer.beta);
  if (way.empty()) {
    out.send("still_mean", layer.running_mean);
    out.send("still_x_hat", layer.*member(XHat{}));
  }
}

void backward(const Case& in, Results& out) {
  out.apart(false, [&] { backward_steps(in, out, ""); });
  out.apart(true, [&] { backward_steps(in, out, "full."); });
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
