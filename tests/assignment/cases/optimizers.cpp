// sgd and adam.
#include <algorithm>

#include "cases.hpp"

namespace cases {
namespace {

struct Problem {
  std::vector<Matrix> theta;               // at first
  std::vector<std::vector<Matrix>> grads;  // [parameter][step]
};

// Parameters of different shapes: a matrix, a vector, a single number.
Problem random_problem(std::size_t steps, double size, std::size_t round) {
  Problem p;
  p.theta = {random_matrix(2 + round, 3, -0.5, 0.5), random_matrix(1, 4 + round, -0.5, 0.5),
             random_matrix(1, 1, 0.2, 0.5)};
  for (const Matrix& theta : p.theta) {
    p.grads.emplace_back();
    for (std::size_t s = 0; s < steps; ++s) {
      p.grads.back().push_back(random_matrix(theta.rows, theta.cols, -size, size));
    }
    if (theta.values.size() > 1)
      p.grads.back()[1][0] = p.grads.back()[3][1] = 0;  // what has no gradient still moves on
  }
  return p;
}

Inputs inputs_of(const Problem& p, Inputs options) {
  options.push_back({"parameters", {static_cast<double>(p.theta.size())}});
  options.push_back({"steps", {static_cast<double>(p.grads[0].size())}});
  for (std::size_t i = 0; i < p.theta.size(); ++i) {
    options.push_back({"theta" + std::to_string(i), p.theta[i]});
    for (std::size_t s = 0; s < p.grads[i].size(); ++s) {
      options.push_back({"g" + std::to_string(i) + "_" + std::to_string(s + 1), p.grads[i][s]});
    }
  }
  return options;
}

struct SgdOptions {
  double lr, momentum, decay;
  bool nesterov;
};

Results sgd_steps(const Problem& p, const SgdOptions& o, const std::string& m) {
  Results r;
  for (std::size_t i = 0; i < p.theta.size(); ++i) {
    Matrix theta = p.theta[i], b(theta.rows, theta.cols);
    for (std::size_t s = 0; s < p.grads[i].size(); ++s) {
      for (std::size_t k = 0; k < theta.values.size(); ++k) {
        double g = p.grads[i][s][k];
        const bool vector = theta.rows == 1;
        double decay = m == "decay-left-out" || (m == "decay-spares-vectors" && vector) ? 0 : o.decay;
        if (m == "decay-sign") decay = -decay;
        if (m == "decay-decoupled") {
          theta[k] -= o.lr * decay * theta[k];
        } else if (m == "decay-without-lr") {
          theta[k] -= decay * theta[k];
        } else {
          g += decay * theta[k];
        }
        const double old = b[k];
        double mu = m == "momentum-left-out" ? 0 : o.momentum;
        b[k] = mu * b[k] + g;
        if (m == "dampened") b[k] = mu * old + (1 - mu) * g;
        if (m == "first-dampened" && s == 0) b[k] = (1 - mu) * g;
        if (m == "first-missed" && s == 0) b[k] = 0;
        if (m == "lr-in-velocity") b[k] = mu * old + o.lr * g;
        if (m == "velocity-restarts") b[k] = g;
        if (m == "velocity-subtracted") b[k] = mu * old - g;
        double u = o.nesterov ? g + mu * b[k] : b[k];
        if (m == "old-velocity") u = o.nesterov ? g + mu * old : old;
        if (m == "nesterov-left-out") u = b[k];
        if (m == "nesterov-always") u = g + mu * b[k];
        if (m == "nesterov-without-momentum") u = o.nesterov ? g + b[k] : b[k];
        if (m == "nesterov-without-decay") u = o.nesterov ? p.grads[i][s][k] + mu * b[k] : b[k];
        if (m == "velocity-subtracted") u = -u;
        if (m == "gradient-alone") u = g;
        const double lr = m == "lr-left-out" || m == "lr-in-velocity" ? 1 : m == "sign" ? -o.lr : o.lr;
        if (m == "nothing-changes" || (m == "first-parameter-only" && i > 0)) continue;
        if (m == "last-entry" && k + 1 == theta.values.size()) continue;
        theta[k] -= lr * u;
      }
      r["theta" + std::to_string(i) + "_" + std::to_string(s + 1)] = theta;
    }
    if (o.momentum > 0) r["p" + std::to_string(i) + ".momentum_buffer"] = b;
  }
  return r;
}

struct AdamOptions {
  double lr, beta1, beta2, eps, decay;
  bool decoupled;
};

Results adam_steps(const Problem& p, const AdamOptions& o, const std::string& m) {
  Results r;
  for (std::size_t i = 0; i < p.theta.size(); ++i) {
    Matrix theta = p.theta[i], first(theta.rows, theta.cols), second(theta.rows, theta.cols);
    for (std::size_t s = 0; s < p.grads[i].size(); ++s) {
      double t = static_cast<double>(s + 1);
      if (m == "step-per-tensor") t = static_cast<double>(s * p.theta.size() + i + 1);
      if (m == "correction-off-by-one") t += 1;
      if (m == "correction-from-zero") t -= 1;
      const double beta1 = m == "betas-swapped" || m == "betas-swapped-in-moments" ? o.beta2
                           : m == "betas-hard-coded"                               ? 0.9
                                                                                   : o.beta1;
      const double beta2 = m == "betas-swapped" || m == "betas-swapped-in-moments" ? o.beta1
                           : m == "betas-hard-coded"                               ? 0.999
                                                                                   : o.beta2;
      double c1 = 1 - std::pow(beta1, t), c2 = 1 - std::pow(beta2, t);
      if (m == "no-correction" || m == "first-not-corrected") c1 = 1;
      if (m == "no-correction" || m == "second-not-corrected") c2 = 1;
      if (m == "corrections-swapped" || m == "betas-swapped-in-moments") std::swap(c1, c2);
      if (m == "correction-multiplied") c1 = 1 / c1, c2 = 1 / c2;
      if (m == "correction-without-power") c1 = 1 - beta1, c2 = 1 - beta2;
      for (std::size_t k = 0; k < theta.values.size(); ++k) {
        const bool vector = theta.rows == 1;
        double g = p.grads[i][s][k], decay = m == "decay-spares-vectors" && vector ? 0 : o.decay;
        if (m == "decay-left-out") decay = 0;
        const bool decoupled = m == "decay-decoupled-in-adam" ? true
                               : m == "decay-added-in-adamw"  ? false
                                                              : o.decoupled;
        if (!decoupled) g += decay * theta[k];
        first[k] = beta1 * first[k] + (m == "rest-left-out" ? 1 : 1 - beta1) * g;
        second[k] = beta2 * second[k] +
                    (m == "rest-left-out" ? 1 : 1 - beta2) * (m == "gradient-not-squared" ? std::abs(g) : g * g);
        if (m == "moments-replaced") first[k] = g, second[k] = g * g;
        const double eps = m == "eps-left-out" ? 0 : m == "eps-hard-coded" ? 1e-8 : o.eps;
        double root = std::sqrt(second[k] / c2) + eps;
        if (m == "eps-inside") root = std::sqrt(second[k] / c2 + eps);
        if (m == "eps-before-correction") root = (std::sqrt(second[k]) + eps) / std::sqrt(c2);
        if (m == "root-forgotten") root = second[k] / c2 + eps;
        if (m == "root-left-out") root = 1;
        double u = first[k] / c1 / root;
        if (m == "gradient-for-first") u = g / root;
        const double shrink = decoupled ? (m == "decay-without-lr" ? decay : o.lr * decay) * theta[k] : 0;
        const double lr = m == "sign" ? -o.lr : m == "lr-left-out" ? 1 : o.lr;
        if (m != "nothing-changes") theta[k] -= shrink + lr * u;
      }
      r["theta" + std::to_string(i) + "_" + std::to_string(s + 1)] = theta;
    }
    r["p" + std::to_string(i) + ".exp_avg"] = first, r["p" + std::to_string(i) + ".exp_avg_sq"] = second;
  }
  return r;
}

}  // namespace

void sgd(Task& task, std::size_t round) {
  const std::size_t plain = task.part(1, "without momentum", "SGD.1 and SGD.4 above Sgd::step");
  const std::size_t momentum = task.part(2, "with momentum", "SGD.2 above Sgd::step");
  const std::size_t nesterov = task.part(1, "Nesterov's step", "SGD.3 above Sgd::step");
  const std::size_t decay = task.part(1, "weight decay", "SGD.1 above Sgd::step");
  const std::size_t velocity =
      task.part(1, "the velocity", "SGD.2: what velocity_ holds, and that the learning rate is not part of it");
  task.mistake("sign", "the parameters go up the gradient; the step is subtracted");
  task.mistake("lr-left-out", "the learning rate is left out");
  task.mistake("lr-in-velocity", "the learning rate is part of the velocity; it multiplies the step (SGD.4)");
  task.mistake("momentum-left-out", "momentum has no effect");
  task.mistake("gradient-alone", "the step is the gradient alone; the velocity is computed, but not used");
  task.mistake("dampened", "the gradient is multiplied by 1 - momentum; SGD.2 adds it as it is");
  task.mistake("first-dampened", "the first gradient is multiplied by 1 - momentum; SGD.2 adds it as it is");
  task.mistake("first-missed", "the first gradient does not enter the velocity");
  task.mistake("velocity-subtracted", "the velocity subtracts the gradient (SGD.2 adds it): its sign is turned");
  task.mistake("nesterov-left-out",
               "Nesterov's step is the ordinary one (as g + momentum times the old velocity is, too); it takes the new "
               "velocity");
  task.mistake("nesterov-always", "Nesterov's step is taken always; only where the option is on");
  task.mistake("nesterov-without-momentum", "Nesterov's step adds the velocity without the factor momentum");
  task.mistake("nesterov-without-decay", "Nesterov's step uses the gradient without weight decay");
  task.mistake("decay-left-out", "weight decay is left out");
  task.mistake("decay-sign", "weight decay has the wrong sign: weights grow");
  task.mistake(
      "decay-decoupled",
      "weight decay is taken from the weights directly; SGD.1 adds it to the gradient, so it enters the velocity");
  task.mistake("decay-without-lr",
               "weight decay is not multiplied by the learning rate; SGD.1 adds it to the gradient");
  task.mistake("decay-spares-vectors", "weight decay leaves vectors out; it is for all parameters");
  task.mistake("first-parameter-only", "only the first parameter is changed");
  task.mistake("last-entry", "the last entry of each parameter is left out");
  task.mistake("old-velocity",
               "the step takes the velocity as it was before this gradient, so the first step does nothing");
  task.mistake("nothing-changes", "the parameters are not changed: is it copies of them that are?");
  task.mistake("velocity-restarts", "the velocity forgets the steps before: is it kept between steps?");

  struct Kind {
    std::string name;
    SgdOptions options;
    std::size_t part;
  };
  for (const Kind& kind :
       {Kind{"learning rate 0.3", {0.3, 0, 0, false}, plain},
        Kind{"learning rate 0.1, momentum 0.8", {0.1, 0.8, 0, false}, momentum},
        Kind{"learning rate 0.1, momentum 0.7, Nesterov", {0.1, 0.7, 0, true}, nesterov},
        Kind{"learning rate 0.2, weight decay 0.4", {0.2, 0, 0.4, false}, decay},
        Kind{"learning rate 0.2, momentum 0.6, Nesterov, weight decay 0.4", {0.2, 0.6, 0.4, true}, decay},
        Kind{"learning rate 0.2, momentum 0.6, weight decay 0.4", {0.2, 0.6, 0.4, false}, decay}}) {
    const SgdOptions& o = kind.options;
    const Problem p = random_problem(4, 1, round);
    std::vector<Wanted> wanted;
    for (std::size_t i = 0; i < p.theta.size(); ++i) {
      for (std::size_t s = 1; s <= 4; ++s)
        wanted.push_back({"theta" + std::to_string(i) + "_" + std::to_string(s), kind.part});
      if (kind.part == momentum) wanted.push_back({"p" + std::to_string(i) + ".momentum_buffer", velocity});
    }
    task.add(kind.name,
             inputs_of(p, {{"lr", {o.lr}},
                           {"momentum", {o.momentum}},
                           {"nesterov", {o.nesterov ? 1.0 : 0.0}},
                           {"weight_decay", {o.decay}}}),
             [=](const std::string& m) { return sgd_steps(p, o, m); }, wanted, {{"lr", o.lr}});
  }
}

void adam(Task& task, std::size_t round) {
  const std::size_t first =
      task.part(2, "the first step", "ADAM.4 above Adam::step: the first step is about the learning rate");
  const std::size_t later = task.part(3, "later steps", "ADAM.2 to ADAM.5 above Adam::step");
  const std::size_t small =
      task.part(1, "small gradients", "ADAM.5: eps stands outside the root, after the correction");
  const std::size_t decay = task.part(1, "weight decay, Adam's and AdamW's", "ADAM.1 above Adam::step");
  const std::size_t moments = task.part(1, "the moments m_ and v_", "ADAM.2 and ADAM.3 above Adam::step");
  task.mistake("sign", "the parameters go up the gradient; the step is subtracted");
  task.mistake("lr-left-out", "the learning rate is left out");
  task.mistake("nothing-changes", "the parameters are not changed: is it copies of them that are?");
  task.mistake("no-correction", "the bias correction is missing (ADAM.4)");
  task.mistake("first-not-corrected", "only v is corrected for its start at 0; m is, too (ADAM.4)");
  task.mistake("second-not-corrected", "only m is corrected for its start at 0; v is, too (ADAM.4)");
  task.mistake("corrections-swapped", "the corrections of m and v are exchanged");
  task.mistake("correction-multiplied", "m and v are multiplied by their corrections; they are divided by them");
  task.mistake("correction-without-power",
               "t stays 1 in the corrections: they are 1 - beta^t, where t counts the steps");
  task.mistake("correction-off-by-one",
               "t begins at 2; at the first step it is 1, and steps_ has been counted already");
  task.mistake("correction-from-zero", "t begins at 0, so the first corrections are 0; at the first step it is 1");
  task.mistake("step-per-tensor", "t is counted up once for each parameter; it counts steps, once for all of them");
  task.mistake("betas-swapped", "beta1 and beta2 are exchanged");
  task.mistake("betas-swapped-in-moments",
               "beta1 and beta2 are exchanged in the moments: beta1 belongs to m, beta2 to v");
  task.mistake("betas-hard-coded", "beta1 and beta2 are constants in the code; they are in options_");
  task.mistake("rest-left-out", "the new gradient lacks its factor 1 - beta");
  task.mistake("moments-replaced", "m and v forget the steps before; they are running means");
  task.mistake("gradient-not-squared", "v is a mean of |g|; it is one of g squared");
  task.mistake("gradient-for-first", "the step uses the gradient in place of m");
  task.mistake("root-forgotten", "m is divided by v; it is divided by v's root");
  task.mistake("root-left-out", "m is not divided by the root of v");
  task.mistake("eps-inside", "eps is added inside the root; it is sqrt(v) + eps");
  task.mistake("eps-before-correction", "eps is added before v is corrected; it is added afterwards");
  task.mistake("eps-left-out", "eps is left out");
  task.mistake("eps-hard-coded", "eps is a constant in the code; it is options_.eps");
  task.mistake("decay-left-out", "weight decay is left out");
  task.mistake("decay-decoupled-in-adam",
               "Adam's weight decay is taken from the weights directly; that is AdamW's. Adam adds it to the gradient");
  task.mistake(
      "decay-added-in-adamw",
      "AdamW's weight decay is added to the gradient; that is Adam's. AdamW takes it from the weights directly");
  task.mistake("decay-without-lr", "AdamW's weight decay is not multiplied by the learning rate");
  task.mistake("decay-spares-vectors", "weight decay leaves vectors out; it is for all parameters");

  struct Kind {
    std::string name;
    AdamOptions options;
    double size;  // of gradients
    std::size_t part;
  };
  for (const Kind& kind : {Kind{"learning rate 0.1", {0.1, 0.8, 0.95, 1e-8, 0, false}, 1, later},
                           Kind{"gradients of 1e-6 beside eps 1e-7", {0.1, 0.9, 0.99, 1e-7, 0, false}, 1e-6, small},
                           Kind{"gradients of 1e-5 beside eps 1e-8", {0.1, 0.9, 0.999, 1e-8, 0, false}, 1e-5, small},
                           Kind{"weight decay 0.5 (Adam)", {0.05, 0.7, 0.9, 1e-8, 0.5, false}, 0.5, decay},
                           Kind{"weight decay 0.5 (AdamW)", {0.05, 0.7, 0.9, 1e-8, 0.5, true}, 0.5, decay}}) {
    const AdamOptions& o = kind.options;
    const Problem p = random_problem(4, kind.size, round);
    std::vector<Wanted> wanted;
    for (std::size_t i = 0; i < p.theta.size(); ++i) {
      const std::string name = std::to_string(i);
      for (std::size_t s = 1; s <= 4; ++s) {
        wanted.push_back({"theta" + name + "_" + std::to_string(s), kind.part == later && s == 1 ? first : kind.part});
      }
      if (kind.part == later)
        wanted.push_back({"p" + name + ".exp_avg", moments}), wanted.push_back({"p" + name + ".exp_avg_sq", moments});
    }
    task.add(kind.name,
             inputs_of(p, {{"lr", {o.lr}},
                           {"beta1", {o.beta1}},
                           {"beta2", {o.beta2}},
                           {"eps", {o.eps}},
                           {"weight_decay", {o.decay}},
                           {"decoupled", {o.decoupled ? 1.0 : 0.0}}}),
             [=](const std::string& m) { return adam_steps(p, o, m); }, wanted, {{"lr", o.lr}});
  }
}

}  // namespace cases
