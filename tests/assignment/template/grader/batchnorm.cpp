// batchnorm-forward, batchnorm-evaluation and batchnorm-backward.
//
// Most results are computed in two ways. "full": the student's own passes, one after the other. "alone": one function,
// with the right results of earlier passes supplied by the grader. One right way is enough. So a wrong forward pass
// costs no points in the later tasks, and a solution may keep other members than the given ones.
#include "bnlab/nn/batchnorm.hpp"

#include <list>

#include "bnlab/nn/batchnorm_staged.hpp"
#include "layer.hpp"

namespace grader {

using namespace bnlab;

using Sums = std::vector<double, AlignedAllocator<double>>;
GRADER_OPENS(XHat, BatchNorm, x_hat_, Tensor)
GRADER_OPENS(Mean, BatchNorm, mean_, Sums)
GRADER_OPENS(Var, BatchNorm, var_, Sums)
GRADER_OPENS(InvStd, BatchNorm, inv_std_, Sums)
GRADER_OPENS(SumDy, BatchNorm, sum_dy_, Sums)
GRADER_OPENS(SumDyXHat, BatchNorm, sum_dy_x_hat_, Sums)

using OnColumns = void(const Tensor&, std::size_t, std::size_t);
using OnColumnsOfTwo = void(const Tensor&, const Tensor&, std::size_t, std::size_t);
using UpdateColumns = void(std::size_t, std::size_t, std::size_t);
GRADER_OPENS(ForwardTrain, BatchNorm, forward_train, OnColumns)
GRADER_OPENS(UpdateRunning, BatchNorm, update_running, UpdateColumns)
GRADER_OPENS(ForwardEval, BatchNorm, forward_eval, OnColumns)
GRADER_OPENS(BackwardTrain, BatchNorm, backward_train, OnColumns)
GRADER_OPENS(BackwardEval, BatchNorm, backward_eval, OnColumnsOfTwo)

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

// What forward() does in training mode before it calls the student's functions.
void begin_training(BatchNorm& layer, const Tensor& x) {
  remember(layer, x, Mode::train);
  y_of(layer).resize_like(x);
  (layer.*member(XHat{})).resize_like(x);
}

// As if a correct forward pass in training mode had run. No student code is called.
void put_training(BatchNorm& layer, const Case& in, const std::string& suffix, const Tensor& x) {
  remember(layer, x, Mode::train);
  y_of(layer) = in.matrix("y" + suffix);
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

Tensor as_tensor(const Sums& sums) {
  Tensor t({sums.size()});
  for (std::size_t d = 0; d < sums.size(); ++d) t(d) = static_cast<real>(sums[d]);
  return t;
}

// Everything that is stored by column; and the number of its entries outside column 1 that have changed since.
std::vector<Tensor> columns_of(BatchNorm& layer) {
  return {as_tensor(layer.*member(Mean{})),
          as_tensor(layer.*member(Var{})),
          as_tensor(layer.*member(InvStd{})),
          as_tensor(layer.*member(SumDy{})),
          as_tensor(layer.*member(SumDyXHat{})),
          layer.*member(XHat{}),
          dx_of(layer),
          y_of(layer),
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
  layer.gamma_grad.fill(77), layer.beta_grad.fill(77);  // a marker: an entry that is still 77 was not written
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
      begin_training(layer, x);
      (layer.*member(ForwardTrain{}))(x, 0, x.cols());
      out.send("y" + suffix, y_of(layer));
      out.send("mean" + suffix, numbers(layer.*member(Mean{})));
      out.send("var" + suffix, numbers(layer.*member(Var{})));
      out.send("inv_std" + suffix, numbers(layer.*member(InvStd{})));
      out.send("x_hat" + suffix, layer.*member(XHat{}));
    }
    out.send("still_mean", layer.running_mean);  // unchanged by forward_train
    out.send("still_var", layer.running_var);
    out.send("batches", static_cast<double>(layer.num_batches_tracked));
    // One column alone, as one thread would compute it: the others must not change.
    const Tensor other = in.matrix("x3");
    const std::vector<Tensor> before = columns_of(layer);
    (layer.*member(ForwardTrain{}))(other, 1, 2);
    out.send("column_y", y_of(layer));
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
    out.send("full.column_y", y_of(layer));
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
      put_training(layer, in, suffix, x);
      layer.num_batches_tracked = static_cast<std::int64_t>(b);
      (layer.*member(UpdateRunning{}))(x.rows(), 0, x.cols());
      out.send("running_mean" + suffix, layer.running_mean);
      out.send("running_var" + suffix, layer.running_var);
    }
    out.send("batches", static_cast<double>(layer.num_batches_tracked));
    const Tensor x = in.matrix("x1");  // one column alone, as one thread would compute it
    put_training(layer, in, "1", x);
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
  put_training(layer, in, "", trained);
  layer.num_batches_tracked = 3;
  out.attempt([&] { out.send("y", layer.forward(x, Mode::eval)); });
  out.attempt([&] { out.send("y_one", layer.forward(one, Mode::eval)); });
  layer.gamma = in.vector("gamma_later"), layer.running_mean = in.vector("running_mean_later");  // after more training
  out.attempt([&] { out.send("y_again", layer.forward(x, Mode::eval)); });
  send_gradients(layer, dy, Mode::eval, "", "", out);
  out.send("state_mean", layer.running_mean);
  out.send("state_var", layer.running_var);
  out.send("state_batches", static_cast<double>(layer.num_batches_tracked));
  out.send("state_gamma", layer.gamma);
  out.send("state_beta", layer.beta);
  out.apart(false, [&] {  // one column alone, as one thread would compute it
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
      try {
        layer.forward(other_x, Mode::eval);  // as between two epochs
      } catch (...) {
      }
      layer.forward(x, Mode::train);
    } else {
      put_training(layer, in, suffix, x);
    }
    send_gradients(layer, dy, Mode::train, way, suffix, out);
  }
  // One column alone, as one thread would compute it: the others must not change.
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
