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
        } else if (m == "decay-without-learning-rate") {
          theta[k] -= decay * theta[k];
        } else {
          g += decay * theta[k];
        }
        const double old = b[k];
        double mu = m == "momentum-left-out" ? 0 : o.momentum;
        b[k] = mu * b[k] + g;
        if (m == "momentum-dampened") b[k] = mu * old + (1 - mu) * g;
        if (m == "momentum-first-step-dampened" && s == 0) b[k] = (1 - mu) * g;
        if (m == "first-gradient-missed" && s == 0) b[k] = 0;
        if (m == "learning-rate-in-velocity") b[k] = mu * old + o.lr * g;
        if (m == "velocity-restarts") b[k] = g;
        if (m == "velocity-subtracted") b[k] = mu * old - g;
        double u = o.nesterov ? g + mu * b[k] : b[k];
        if (m == "momentum-first-step-missed") u = o.nesterov ? g + mu * old : old;
        if (m == "nesterov-of-old-velocity") u = b[k];
        if (m == "nesterov-always") u = g + mu * b[k];
        if (m == "nesterov-momentum-left-out") u = o.nesterov ? g + b[k] : b[k];
        if (m == "nesterov-without-decay") u = o.nesterov ? p.grads[i][s][k] + mu * b[k] : b[k];
        if (m == "velocity-subtracted") u = -u;
        if (m == "gradient-alone") u = g;
        const double lr = m == "learning-rate-left-out" || m == "learning-rate-in-velocity" ? 1
                          : m == "uphill"                                                   ? -o.lr
                                                                                            : o.lr;
        if (m == "copies-of-parameters" || (m == "first-parameter-only" && i > 0)) continue;
        if (m == "last-entry-left-out" && k + 1 == theta.values.size()) continue;
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
      if (m == "steps-count-tensors") t = static_cast<double>(s * p.theta.size() + i + 1);
      if (m == "correction-off-by-one") t += 1;
      if (m == "correction-from-zero") t -= 1;
      const double beta1 = m == "betas-swapped-everywhere" || m == "betas-swapped" ? o.beta2
                           : m == "betas-hard-coded"                               ? 0.9
                                                                                   : o.beta1;
      const double beta2 = m == "betas-swapped-everywhere" || m == "betas-swapped" ? o.beta1
                           : m == "betas-hard-coded"                               ? 0.999
                                                                                   : o.beta2;
      double c1 = 1 - std::pow(beta1, t), c2 = 1 - std::pow(beta2, t);
      if (m == "no-correction" || m == "first-moment-not-corrected") c1 = 1;
      if (m == "no-correction" || m == "second-moment-not-corrected") c2 = 1;
      if (m == "corrections-swapped" || m == "betas-swapped") std::swap(c1, c2);
      if (m == "correction-multiplied") c1 = 1 / c1, c2 = 1 / c2;
      if (m == "correction-of-first-step") c1 = 1 - beta1, c2 = 1 - beta2;
      for (std::size_t k = 0; k < theta.values.size(); ++k) {
        const bool vector = theta.rows == 1;
        double g = p.grads[i][s][k], decay = m == "decay-spares-vectors" && vector ? 0 : o.decay;
        if (m == "decay-left-out") decay = 0;
        const bool decoupled = m == "decay-decoupled-in-adam" ? true
                               : m == "decay-added-in-adamw"  ? false
                                                              : o.decoupled;
        if (!decoupled) g += decay * theta[k];
        first[k] = beta1 * first[k] + (m == "rest-left-out" ? 1 : 1 - beta1) * g;
        second[k] =
            beta2 * second[k] + (m == "rest-left-out" ? 1 : 1 - beta2) * (m == "square-left-out" ? std::abs(g) : g * g);
        if (m == "moments-replaced") first[k] = g, second[k] = g * g;
        const double eps = m == "eps-left-out" ? 0 : m == "eps-hard-coded" ? 1e-8 : o.eps;
        double root = std::sqrt(second[k] / c2) + eps;
        if (m == "eps-inside-root") root = std::sqrt(second[k] / c2 + eps);
        if (m == "eps-before-correction") root = (std::sqrt(second[k]) + eps) / std::sqrt(c2);
        if (m == "root-forgotten") root = second[k] / c2 + eps;
        if (m == "root-left-out") root = 1;
        double u = first[k] / c1 / root;
        if (m == "gradient-for-moment") u = g / root;
        const double shrink = decoupled ? (m == "decay-without-learning-rate" ? decay : o.lr * decay) * theta[k] : 0;
        const double lr = m == "uphill" ? -o.lr : m == "learning-rate-left-out" ? 1 : o.lr;
        if (m != "copies-of-parameters") theta[k] -= shrink + lr * u;
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
  const std::size_t nesterov = task.part(1, "Nesterov momentum", "SGD.3 above Sgd::step");
  const std::size_t decay = task.part(1, "weight decay", "SGD.1 above Sgd::step");
  const std::size_t velocity =
      task.part(1, "the velocity", "SGD.2: what velocity_ holds, and that the learning rate is not part of it");

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
