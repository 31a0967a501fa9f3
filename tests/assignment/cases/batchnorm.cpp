// batchnorm-forward, batchnorm-evaluation, batchnorm-backward.
#include <algorithm>

#include "cases.hpp"

namespace cases {
namespace {

struct Layer {
  Matrix gamma, beta;  // [1, D]
  double eps = 1e-5;
};

// BN.1 to BN.4, and what the pass leaves behind.
struct Forward {
  Matrix y, mean, var, inv_std, x_hat;
};

Forward forward(const Matrix& x, const Layer& layer, const std::string& m = "", const Matrix& running_mean = {},
                const Matrix& running_var = {}) {
  const std::size_t N = x.rows, D = x.cols;
  const double n_examples = static_cast<double>(N), n_features = static_cast<double>(D);
  Forward f{Matrix(N, D), Matrix(1, D), Matrix(1, D), Matrix(1, D), Matrix(N, D)};
  double all_mean = 0, all_var = 0;
  for (const double v : x.values) all_mean += v / (n_examples * n_features);
  for (const double v : x.values) all_var += (v - all_mean) * (v - all_mean) / (n_examples * n_features);
  for (std::size_t d = 0; d < D; ++d) {
    double mean = 0, var = 0;
    for (std::size_t n = 0; n < N; ++n) mean += x(n, d);
    mean /= m == "mean-summed" ? 1 : n_examples;
    if (m == "mean-left-out") mean = 0;
    if (m == "mean-of-all") mean = all_mean;
    if (m == "training-uses-running-statistics") mean = running_mean[d];
    for (std::size_t n = 0; n < N; ++n) var += (x(n, d) - mean) * (x(n, d) - mean);
    var /= m == "variance-summed" ? 1 : m == "variance-unbiased" ? n_examples - 1 : n_examples;
    if (m == "training-uses-running-statistics") var = running_var[d];
    if (m == "mean-and-variance-of-all") mean = all_mean, var = all_var;
    const double eps = m == "eps-left-out" ? 0 : m == "eps-hard-coded" ? 1e-5 : layer.eps;
    double inv = 1 / std::sqrt(var + eps);
    if (m == "eps-outside-root") inv = 1 / (std::sqrt(var) + eps);
    if (m == "root-forgotten") inv = 1 / (var + eps);
    if (m == "root-taken-twice") inv = 1 / std::sqrt(std::sqrt(var + eps));
    if (m == "eps-squared") inv = 1 / std::sqrt(var + eps * eps);
    if (m == "multiplied-by-deviation") inv = std::sqrt(var + eps);
    f.mean[d] = mean, f.var[d] = var, f.inv_std[d] = inv;
    for (std::size_t n = 0; n < N; ++n) {
      double centre = mean, scale = inv;
      if (m == "mean-and-variance-over-features") {
        double row = 0, square = 0;
        for (std::size_t k = 0; k < D; ++k) row += x(n, k) / n_features;
        for (std::size_t k = 0; k < D; ++k) square += (x(n, k) - row) * (x(n, k) - row) / n_features;
        centre = row, scale = 1 / std::sqrt(square + eps);
      }
      if (m == "mean-over-features") {
        centre = 0;
        for (std::size_t k = 0; k < D; ++k) centre += x(n, k) / n_features;
      }
      if (m == "training-uses-running-mean") centre = running_mean[d];
      if (m == "not-centred") centre = 0;
      if (m == "not-scaled") scale = 1;
      const double x_hat = (x(n, d) - centre) * scale;
      const double g = m == "gamma-left-out" ? 1 : layer.gamma[d], b = m == "beta-left-out" ? 0 : layer.beta[d];
      f.x_hat(n, d) = x_hat;
      f.y(n, d) = m == "beta-inside"                ? g * (x_hat + b)
                  : m == "gamma-and-beta-exchanged" ? b * x_hat + g
                  : m == "beta-subtracted"          ? g * x_hat - b
                                                    : g * x_hat + b;
      if (m == "x-hat-of-y") f.x_hat(n, d) = f.y(n, d);
      if (m == "x-hat-not-scaled") f.x_hat(n, d) = x(n, d) - mean;
      if (m == "x-hat-not-stored") f.x_hat(n, d) = 0;
      if (m == "x-hat-scaled-in-place") f.x_hat(n, d) = g * x_hat;
    }
    if (m == "deviation-for-its-inverse") f.inv_std[d] = 1 / inv;
    if (m == "variance-kept-unbiased") f.var[d] = var * n_examples / (n_examples - 1);
    if (m == "variance-kept-with-eps") f.var[d] = var + layer.eps;
    if (m == "deviation-kept-as-variance") f.var[d] = std::sqrt(var);
  }
  return f;
}

// The three terms of BN.9, and BN.7 and BN.8.
struct Backward {
  Matrix dbeta, dgamma, direct, by_mean, by_var, dx;
};

Backward backward(const Matrix& x, const Matrix& dy, const Layer& layer, const std::string& m = "") {
  // Does a wrong dgamma go on into dx? It does where dx is computed from it.
  const bool goes_on = m == "dgamma-of-x" || m == "dgamma-and-dx-of-centred" || m == "dgamma-and-dx-of-y";
  const std::size_t N = x.rows, D = x.cols;
  const double examples = static_cast<double>(N);
  const Forward f = forward(x, layer);
  Backward b{Matrix(1, D), Matrix(1, D), Matrix(N, D), Matrix(N, D), Matrix(N, D), Matrix(N, D)};
  for (std::size_t d = 0; d < D; ++d) {
    double sum = 0, sum_x_hat = 0, dgamma = 0;
    for (std::size_t n = 0; n < N; ++n) {
      sum += dy(n, d), sum_x_hat += dy(n, d) * f.x_hat(n, d);
      double with = f.x_hat(n, d);
      if (m == "dgamma-of-x" || m == "dgamma-alone-of-x") with = x(n, d);
      if (m == "dgamma-of-centred" || m == "dgamma-and-dx-of-centred") with = x(n, d) - f.mean[d];
      if (m == "dgamma-of-y" || m == "dgamma-and-dx-of-y") with = f.y(n, d);
      if (m == "dgamma-is-dbeta") with = 1;
      if (m == "dgamma-times-gamma") with = f.x_hat(n, d) * layer.gamma[d];
      dgamma += dy(n, d) * with;
    }
    const bool averaged = m == "dgamma-and-dbeta-averaged";
    if (goes_on) sum_x_hat = dgamma;
    b.dbeta[d] = m == "dbeta-averaged" || averaged ? sum / examples
                 : m == "dbeta-times-gamma"        ? sum * layer.gamma[d]
                                                   : sum;
    b.dgamma[d] = m == "dgamma-averaged" || averaged ? dgamma / examples : dgamma;
    for (std::size_t n = 0; n < N; ++n) {
      double scale = layer.gamma[d] * f.inv_std[d];
      if (m == "gamma-left-out-of-dx") scale = f.inv_std[d];
      if (m == "inv-std-left-out-of-dx") scale = layer.gamma[d];
      if (m == "inv-std-squared-in-dx") scale = layer.gamma[d] * f.inv_std[d] * f.inv_std[d];
      if (m == "dx-times-deviation") scale = layer.gamma[d] / f.inv_std[d];
      if (m == "backward-eps-left-out") scale = layer.gamma[d] / std::sqrt(f.var[d]);
      double mean_scale = scale, var_scale = scale, x_hat = f.x_hat(n, d);
      if (m == "gamma-in-first-term-only") mean_scale = var_scale = f.inv_std[d];
      if (m == "y-for-x-hat") x_hat = f.y(n, d);
      if (m == "centred-for-x-hat") x_hat = x(n, d) - f.mean[d];
      if (m == "x-for-x-hat") x_hat = x(n, d);
      b.direct(n, d) = scale * dy(n, d);
      b.by_mean(n, d) = -mean_scale * sum / examples;
      b.by_var(n, d) = -var_scale * x_hat * sum_x_hat / examples;
      if (m == "dx-by-n-minus-1") b.by_var(n, d) *= examples / (examples - 1);
      b.dx(n, d) = b.direct(n, d) + b.by_mean(n, d) + b.by_var(n, d);
      if (m == "dx-averaged") b.dx(n, d) /= examples;
      if (m == "x-hat-from-y" && layer.gamma[d] == 0) b.dx(n, d) = std::nan("");
    }
    if (m == "x-hat-from-y" && layer.gamma[d] == 0) b.dgamma[d] = std::nan("");
  }
  return b;
}

// Columns that show what others hide: 0 ordinary, 1 far from 0, 2 constant, 3 narrow beside eps, then ordinary ones.
Matrix telling_columns(std::size_t N, std::size_t D) {
  Matrix x = random_matrix(N, D, -2, 2);
  for (std::size_t n = 0; n < N; ++n) {
    if (D > 1) x(n, 1) = as_float(x(n, 1) + 3);
    if (D > 2) x(n, 2) = 0.75;
    if (D > 3) x(n, 3) = as_float(x(n, 3) * 0.004 + 0.25);
  }
  return x;
}

Layer random_layer(std::size_t D, double eps) {
  return {random_matrix(1, D, 0.5, 2), random_matrix(1, D, -2, -0.5), eps};
}

std::string shape(const Matrix& x) {
  return std::to_string(x.rows) + " examples, " + std::to_string(x.cols) + " features";
}

// BN.5 after each batch.
Results running(const std::vector<Matrix>& batches, double momentum, bool cumulative, const std::string& m,
                Matrix mean = {}, Matrix var = {}) {
  const std::size_t D = batches[0].cols;
  if (mean.values.empty()) {
    mean = var = Matrix(1, D);
    for (double& v : var.values) v = 1;
  }
  Results r;
  Layer plain{Matrix(1, D), Matrix(1, D), 1};
  for (std::size_t b = 0; b < batches.size(); ++b) {
    const double N = static_cast<double>(batches[b].rows);
    const Forward f = forward(batches[b], plain);
    double w = cumulative ? 1 / static_cast<double>(b + 1) : momentum;
    if (cumulative && m == "cumulative-ignored") w = 0.1;
    if (cumulative && m == "average-off-by-one") w = 1 / static_cast<double>(b + 2);
    if (!cumulative && m == "momentum-hard-coded") w = 0.1;
    for (std::size_t d = 0; d < D; ++d) {
      double batch_var = f.var[d] * N / (N - 1);
      if (m == "running-variance-biased") batch_var = f.var[d];
      if (m == "running-variance-biased-twice") batch_var = f.var[d] * (N - 1) / N;
      if (m == "running-variance-unbiased-twice") batch_var = f.var[d] * N / (N - 1) * N / (N - 1);
      if (m == "running-variance-of-deviation") batch_var = std::sqrt(batch_var);
      if (m == "running-variance-of-inverse") batch_var = f.inv_std[d];
      const double keep = m == "momentum-swapped"          ? w
                          : m == "running-statistics-grow" ? 1
                                                           : 1 - w,
                   take = m == "momentum-swapped" ? 1 - w : w;
      if (m == "running-statistics-never-updated" || (m == "last-feature-forgotten" && d + 1 == D)) continue;
      if (m == "running-statistics-replaced") {
        mean[d] = f.mean[d], var[d] = batch_var;
        continue;
      }
      mean[d] = keep * mean[d] + take * f.mean[d];
      if (m != "running-variance-never-updated") var[d] = keep * var[d] + take * batch_var;
      if (m == "running-mean-unbiased") mean[d] += take * f.mean[d] * (N / (N - 1) - 1);
    }
    r["running_mean" + std::to_string(b + 1)] = mean, r["running_var" + std::to_string(b + 1)] = var;
  }
  return r;
}

// BN.6 with given running statistics.
Matrix evaluate(const Matrix& x, const Layer& layer, const Matrix& mean, const Matrix& var, const std::string& m) {
  Matrix y(x.rows, x.cols);
  if (m == "evaluation-uses-batch") return forward(x, layer).y;
  for (std::size_t n = 0; n < x.rows; ++n) {
    for (std::size_t d = 0; d < x.cols; ++d) {
      double inv = 1 / std::sqrt(var[d] + layer.eps);
      if (m == "evaluation-eps-outside-root") inv = 1 / (std::sqrt(var[d]) + layer.eps);
      if (m == "evaluation-eps-left-out") inv = 1 / std::sqrt(var[d]);
      if (m == "evaluation-root-forgotten") inv = 1 / (var[d] + layer.eps);
      if (m == "evaluation-not-scaled") inv = 1;
      const double g = m == "evaluation-gamma-left-out" ? 1 : layer.gamma[d],
                   b = m == "evaluation-beta-left-out" ? 0 : layer.beta[d];
      y(n, d) = (x(n, d) - (m == "evaluation-not-centred" ? 0 : mean[d])) * inv * g + b;
    }
  }
  return y;
}

}  // namespace

void batchnorm_forward(Task& task, std::size_t round) {
  const std::size_t y_part = task.part(8, "y", "BN.1 to BN.4 above BatchNorm::forward_train");
  const std::size_t large = task.part(2, "numerical stability with a large mean",
                                      "BN.2: in float E[x^2] - E[x]^2 loses all digits; use two passes over x");
  const std::size_t kept = task.part(3, "what later passes need: mean_, var_, inv_std_, x_hat_",
                                     "the members in include/bnlab/nn/batchnorm.hpp");
  const std::size_t columns =
      task.part(1, "only the columns first ... last - 1", "forward_train's arguments first and last");

  const std::size_t k = round;
  struct Size {
    std::size_t N, N2, D;
    double eps;
  };
  for (const Size s : {Size{6 + k, 4, 5 + k, 1e-6}, Size{2, 3 + k, 3, 0.1}}) {
    Layer layer = random_layer(s.D, s.eps);
    layer.gamma[0] = -layer.gamma[0];
    if (s.D > 4) layer.gamma[4] = 0;  // switched off
    const Matrix x = telling_columns(s.N, s.D), x2 = telling_columns(s.N2, s.D), x3 = random_matrix(s.N2, s.D, -3, 1);
    const Matrix dy = random_matrix(s.N, s.D), dy2 = random_matrix(s.N2, s.D);
    const Matrix mean = random_matrix(1, s.D, 1, 3), var = random_matrix(1, s.D, 0.5, 3);  // running, at first
    const Oracle oracle = [=](const std::string& m) {
      Results r;
      const Results means = running({x, x2}, 0.1, false, "", mean, var);
      for (const std::string suffix : {"", "2"}) {
        const Matrix& input = suffix.empty() ? x : x2;
        const Matrix& old_mean = suffix.empty() ? mean : means.at("running_mean1");
        const Matrix& old_var = suffix.empty() ? var : means.at("running_var1");
        const Forward f = forward(input, layer, m, old_mean, old_var);
        r["y" + suffix] = f.y, r["mean" + suffix] = f.mean, r["var" + suffix] = f.var;
        r["inv_std" + suffix] = f.inv_std, r["x_hat" + suffix] = f.x_hat;
        r["full.y" + suffix] = f.y;
        if (!m.empty()) continue;
        const Backward b = backward(input, suffix.empty() ? dy : dy2, layer);
        r["full.dx" + suffix] = b.dx, r["full.dgamma" + suffix] = b.dgamma, r["full.dbeta" + suffix] = b.dbeta;
        const std::string batch = suffix.empty() ? "1" : "2";
        r["full.running_mean" + suffix] = means.at("running_mean" + batch);
        r["full.running_var" + suffix] = means.at("running_var" + batch);
      }
      if (m.starts_with("training-uses-running")) return r;
      const Matrix other = forward(x3, layer, m).y;
      r["column_y"] = forward(x2, layer, m).y;
      for (std::size_t n = 0; n < s.N2; ++n) r["column_y"](n, 1) = other(n, 1);
      r["full.column_y"] = r["column_y"], r["changed"] = r["full.changed"] = {0};
      r["still_mean"] = mean, r["still_var"] = var, r["batches"] = {0}, r["full.batches"] = {2};
      return r;
    };
    std::vector<Wanted> wanted;
    for (const std::string suffix : {"", "2"}) {
      wanted.push_back({"y" + suffix, y_part, 1}), wanted.push_back({"full.y" + suffix, y_part, 2});
      for (const std::string name : {"mean", "var", "inv_std", "x_hat"}) wanted.push_back({name + suffix, kept, 1});
      for (const std::string name : {"dx", "dgamma", "dbeta", "running_mean", "running_var"}) {
        wanted.push_back({"full." + name + suffix, kept, 2, 0, 1e-3});
      }
    }
    for (const std::string name : {"still_mean", "still_var", "batches"}) wanted.push_back({name, kept, 1});
    wanted.push_back({"full.batches", kept, 2});
    for (int way = 1; way <= 2; ++way) {
      const std::string prefix = way == 1 ? "" : "full.";
      wanted.push_back({prefix + "column_y", columns, way}), wanted.push_back({prefix + "changed", columns, way, 1});
    }
    task.add(shape(x) + " (one of them constant)" + ", eps " + (s.eps == 0.1 ? "0.1" : "1e-6"),
             {{"eps", {s.eps}},
              {"gamma", layer.gamma},
              {"beta", layer.beta},
              {"x", x},
              {"x2", x2},
              {"x3", x3},
              {"dy", dy},
              {"dy2", dy2},
              {"running_mean", mean},
              {"running_var", var}},
             oracle, wanted, {{"N", double(s.N)}, {"D", double(s.D)}});
  }
  {  // Sums of these numbers are exact in float; of their squares they are not.
    const Layer layer = random_layer(2, 1e-5);
    Matrix x(8, 2);
    for (std::size_t n = 0; n < 8; ++n) {
      for (std::size_t d = 0; d < 2; ++d)
        x(n, d) = (d == 0 ? 2048 : -1024) + static_cast<double>(n * (5 + d) % 8) / 8 +
                  static_cast<double>(random_below(2)) / 16;
    }
    const Matrix dy = random_matrix(8, 2);
    const Matrix running = {1, 2};
    const Oracle oracle = [=](const std::string& m) {
      const Matrix y = forward(x, layer, m, running, running).y;
      return Results{{"y", y}, {"full.y", y}};
    };
    task.add("features around 2048 and -1024 with a deviation of 0.3",
             {{"eps", {1e-5}},
              {"gamma", layer.gamma},
              {"beta", layer.beta},
              {"x", x},
              {"x2", x},
              {"x3", x},
              {"dy", dy},
              {"dy2", dy},
              {"running_mean", running},
              {"running_var", running}},
             oracle, {{"y", large, 1, 0, 1e-2}, {"full.y", large, 2, 0, 1e-2}}, {{"N", 8.0}});
  }
}

void batchnorm_evaluation(Task& task, std::size_t round) {
  const std::size_t mean_part = task.part(2, "running_mean", "BN.5 above BatchNorm::update_running");
  const std::size_t var_part = task.part(3, "running_var", "BN.5 above BatchNorm::update_running");
  const std::size_t cumulative = task.part(1, "momentum std::nullopt: a cumulative average",
                                           "momentum in include/bnlab/nn/batchnorm.hpp, and num_batches_tracked");
  const std::size_t y_part = task.part(3, "evaluation mode's output; running statistics and parameters unchanged",
                                       "BN.6 above BatchNorm::forward_eval");
  const std::size_t gradients =
      task.part(2, "evaluation mode's gradients", "BN.6: what of it depends on x, gamma, beta?");
  const std::size_t columns =
      task.part(1, "only the columns first ... last - 1", "update_running's arguments first and last");

  const std::size_t k = round, D = 4 + k;
  for (const double momentum : {0.3, -1.0, 0.0}) {
    const bool is_cumulative = momentum < 0;
    std::vector<Matrix> batches;
    Inputs inputs = {
        {"eps", {0.01}}, {"gamma", random_matrix(1, D, 0.5, 2)}, {"beta", random_matrix(1, D)}, {"batches", {4}}};
    inputs.push_back(is_cumulative ? std::pair<std::string, Matrix>{"cumulative", {1}}
                                   : std::pair<std::string, Matrix>{"momentum", {momentum}});
    const Layer layer{inputs[1].second, inputs[2].second, 0.01};
    for (const std::size_t N : {std::size_t{4}, 7 + k, std::size_t{3}, std::size_t{2}}) {
      Matrix x = random_matrix(N, D, -2, 2);
      for (std::size_t n = 0; n < N; ++n) x(n, 0) = as_float(x(n, 0) + 5);
      const Forward f = forward(x, layer);
      const std::string b = std::to_string(batches.size() + 1);
      inputs.insert(inputs.end(), {{"x" + b, x},
                                   {"y" + b, f.y},
                                   {"x_hat" + b, f.x_hat},
                                   {"mean" + b, f.mean},
                                   {"var" + b, f.var},
                                   {"inv_std" + b, f.inv_std}});
      batches.push_back(x);
    }
    const Oracle oracle = [=](const std::string& m) {
      const Results by_batch = running(batches, momentum, is_cumulative, m);
      Results r = by_batch;
      for (const auto& [name, matrix] : by_batch) r["full." + name] = matrix;
      r["batches"] = r["full.batches"] = {4}, r["changed"] = r["full.changed"] = {0};
      // A batch once more, for column 1 alone: the first, or after full passes the last.
      if (!m.empty()) return r;
      for (const std::string prefix : {"", "full."}) {
        const Matrix& again = prefix.empty() ? batches[0] : batches[3];
        const Forward f = forward(again, layer);
        const double w = is_cumulative ? 1.0 / 4 : momentum, N = static_cast<double>(again.rows);
        Matrix &mean = r[prefix + "column_running_mean"], &var = r[prefix + "column_running_var"];
        mean = by_batch.at("running_mean4"), var = by_batch.at("running_var4");
        mean[1] = (1 - w) * mean[1] + w * f.mean[1], var[1] = (1 - w) * var[1] + w * f.var[1] * N / (N - 1);
      }
      return r;
    };
    std::vector<Wanted> wanted;
    for (int way = 1; way <= 2; ++way) {
      for (const std::string b : {"1", "2", "3", "4"}) {
        const std::string prefix = way == 1 ? "" : "full.";
        wanted.push_back({prefix + "running_mean" + b, is_cumulative ? cumulative : mean_part, way});
        wanted.push_back({prefix + "running_var" + b, is_cumulative ? cumulative : var_part, way});
      }
    }
    for (int way = 1; way <= 2; ++way) {
      const std::string prefix = way == 1 ? "" : "full.";
      wanted.push_back({prefix + "batches", is_cumulative ? cumulative : mean_part, way});
      wanted.push_back({prefix + "changed", columns, way, 1});
      wanted.push_back({prefix + "column_running_mean", columns, way});
      wanted.push_back({prefix + "column_running_var", columns, way});
    }
    task.add("batches of 4, " + std::to_string(7 + k) + ", 3 and 2, momentum " +
                 (is_cumulative  ? "std::nullopt"
                  : momentum > 0 ? "0.3"
                                 : "0"),
             inputs, oracle, wanted);
  }

  // Running statistics as they come: large, 0, and small beside eps.
  const Layer before{random_matrix(1, D, 0.5, 2), random_matrix(1, D, -2, -0.5), 1e-3};
  Layer layer = before;  // as training goes on
  for (double& v : layer.gamma.values) v = as_float(v * 1.5);
  layer.gamma[3] = 0;
  Matrix mean_before = random_matrix(1, D, -1, 1);
  mean_before[0] = 5;
  Matrix mean = random_matrix(1, D, -1, 1), var = random_matrix(1, D, 0.5, 2);
  mean[0] = 4, var[0] = 2, var[1] = 0, var[2] = as_float(1e-4);
  const Matrix x = random_matrix(4 + k, D, -2, 2), one = random_matrix(1, D), dy = random_matrix(4 + k, D, 0, 2);
  const Matrix trained = random_matrix(5, D, -3, 3);
  const Forward remembered = forward(trained, before);
  const Oracle oracle = [=](const std::string& m) {
    const std::size_t N = x.rows;
    Results r = {{"y", evaluate(x, before, mean_before, var, m)},
                 {"y_one", evaluate(one, before, mean_before, var, m)},
                 {"changed", {0}},
                 {"column_dbeta", Matrix(1, D)},
                 {"y_again", evaluate(x, layer, mean, var, m)},
                 {"state_mean", mean},
                 {"state_var", var},
                 {"state_batches", {3}},
                 {"state_gamma", layer.gamma},
                 {"state_beta", layer.beta},
                 {"dx", Matrix(N, D)},
                 {"dgamma", Matrix(1, D)},
                 {"dbeta", Matrix(1, D)}};
    for (std::size_t d = 0; d < D; ++d) {
      const double inv = 1 / std::sqrt(var[d] + layer.eps);
      double sum = 0, sum_x_hat = 0;
      for (std::size_t n = 0; n < N; ++n) {
        double x_hat = (x(n, d) - mean[d]) * inv;
        sum += dy(n, d) / static_cast<double>(N), sum_x_hat += dy(n, d) * x_hat / static_cast<double>(N);
        if (m == "evaluation-dgamma-of-x") x_hat = x(n, d);
        if (m == "evaluation-dgamma-of-centred") x_hat = x(n, d) - mean[d];
        if (m == "evaluation-dgamma-by-training") {
          x_hat = remembered.x_hat.values[(n * D + d) % remembered.x_hat.values.size()];
        }
        const double scale = m == "evaluation-gradients-averaged" ? 1 / static_cast<double>(N) : 1;
        r["dgamma"][d] += scale * dy(n, d) * x_hat, r["dbeta"][d] += scale * dy(n, d);
      }
      for (std::size_t n = 0; n < N; ++n) {
        double factor = layer.gamma[d] * inv;
        if (m == "evaluation-dx-without-gamma") factor = inv;
        if (m == "evaluation-dx-without-deviation") factor = layer.gamma[d];
        const double x_hat = (x(n, d) - mean[d]) * inv;
        r["dx"](n, d) = factor * (dy(n, d) - (m == "evaluation-dx-as-in-training" ? sum + x_hat * sum_x_hat : 0));
      }
    }
    r["column_dbeta"] = r["dbeta"];
    r["column_dbeta"][1] = 0;
    for (std::size_t n = 0; n < N; ++n) r["column_dbeta"][1] += 2 * dy(n, 1) + 1;
    if (m == "evaluation-uses-batch") {  // of one example the variance is 0
      r["y_one"] = layer.beta;
      const Backward b = backward(x, dy, layer);
      r.erase("dx"), r.erase("dgamma");
    }
    if (m == "evaluation-updates-running-statistics") {
      // By x, once and twice; after `one`, whose unbiased variance is 0/0, who knows.
      r.erase("state_mean"), r.erase("state_var"), r.erase("y_again"), r.erase("dx"), r.erase("dgamma");
      r["state_mean"] = Matrix(1, D), r["state_var"] = Matrix(1, D);
      for (double& v : r["state_mean"].values) v = std::nan("");
      for (double& v : r["state_var"].values) v = std::nan("");
    }
    if (m == "evaluation-updates-running-mean") {  // with the default momentum, before it is used
      Matrix moved = mean_before;
      for (const auto& [name, batch] : {std::pair<std::string, Matrix>{"y", x}, {"y_one", one}, {"y_again", x}}) {
        if (name == "y_again") moved = mean;
        const Matrix mean_of_batch = forward(batch, layer).mean;
        for (std::size_t d = 0; d < D; ++d) moved[d] += 0.1 * (mean_of_batch[d] - moved[d]);
        r[name] = evaluate(batch, name == "y_again" ? layer : before, moved, var, "");
      }
      r["state_mean"] = moved;
      r.erase("dgamma");
    }
    return r;
  };
  task.add("running variances 2, 0 and 1e-4, batches of " + std::to_string(x.rows) + " and 1, eps 1e-3",
           {{"eps", {1e-3}},
            {"gamma", before.gamma},
            {"gamma_later", layer.gamma},
            {"beta", layer.beta},
            {"x", x},
            {"one", one},
            {"dy", dy},
            {"trained", trained},
            {"y", remembered.y},
            {"x_hat", remembered.x_hat},
            {"mean", remembered.mean},
            {"var", remembered.var},
            {"inv_std", remembered.inv_std},
            {"running_mean", mean_before},
            {"running_mean_later", mean},
            {"running_var", var}},
           oracle,
           {{"y", y_part},
            {"y_one", y_part},
            {"y_again", y_part},
            {"state_mean", y_part},
            {"state_var", y_part},
            {"state_batches", y_part},
            {"state_gamma", y_part},
            {"state_beta", y_part},
            {"changed", columns, 1, 1},
            {"column_dbeta", columns},
            {"dx", gradients},
            {"dgamma", gradients},
            {"dbeta", gradients}},
           {{"N", double(x.rows)}});
}

void batchnorm_backward(Task& task, std::size_t round) {
  const std::size_t dbeta_part = task.part(2, "dbeta", "BN.4: which y depend on beta?");
  const std::size_t dgamma_part = task.part(3, "dgamma", "BN.4: which y depend on gamma, and with which derivative?");
  const std::size_t stage1 = task.part(2, "in stages: dx_hat", "stage_dx_hat in src/nn/batchnorm_staged.cpp, and BN.4");
  const std::size_t stage2 = task.part(3, "in stages: dvar", "stage_dvar in src/nn/batchnorm_staged.cpp, and BN.3");
  const std::size_t stage3 = task.part(2, "in stages: dmean", "stage_dmean in src/nn/batchnorm_staged.cpp, and BN.3");
  const std::size_t stage4 = task.part(2, "in stages: dx", "stage_dx in src/nn/batchnorm_staged.cpp, and BN.1 to BN.3");
  const std::size_t dx_part =
      task.part(5, "dx, simplified", "the paths from x to y: directly, through the mean, through the variance");
  const std::size_t columns =
      task.part(1, "only the columns first ... last - 1", "backward_train's arguments first and last");

  const std::size_t k = round;
  struct Size {
    std::size_t N, N2, D;
    double eps;
  };
  for (const Size s : {Size{5 + k, 4, 3, 1e-2}, Size{4, 7 + k, 6 + k, 1e-5}, Size{2 + k, 3, 2, 0.5}}) {
    Layer layer = random_layer(s.D, s.eps);
    if (s.D > 3) layer.gamma[2] = 0;  // a feature that is switched off: x-hat cannot be had back from y
    Matrix x = random_matrix(s.N, s.D, -2, 2), x2 = random_matrix(s.N2, s.D, -2, 2);
    for (Matrix* m : {&x, &x2}) {
      for (std::size_t n = 0; n < m->rows; ++n) {
        (*m)(n, 1) = as_float((*m)(n, 1) + 3);
        if (s.D > 3) (*m)(n, 3) = as_float((*m)(n, 3) * 0.004);  // eps is visible
      }
    }
    const Matrix dy = random_matrix(s.N, s.D, -1, 2), dy2 = random_matrix(s.N2, s.D, -1, 2);
    const Forward f = forward(x, layer), f2 = forward(x2, layer);
    const Matrix running_mean = random_matrix(1, s.D), x3 = random_matrix(3, s.D);
    const Backward right = backward(x, dy, layer), right2 = backward(x2, dy2, layer);

    // The stages, each from right results of those before.
    Matrix dx_hat(s.N, s.D), dvar(1, s.D), dmean(1, s.D);
    const auto staged = [=](const std::string& m, const Matrix& hat, const Matrix& of_var, const Matrix& of_mean) {
      Results r = {{"stage_dx_hat", Matrix(s.N, s.D)},
                   {"stage_dvar", Matrix(1, s.D)},
                   {"stage_dmean", Matrix(1, s.D)},
                   {"stage_dx", Matrix(s.N, s.D)},
                   {"a", Matrix(s.N, s.D)},
                   {"b", Matrix(s.N, s.D)},
                   {"c", Matrix(s.N, s.D)}};
      const double N = static_cast<double>(s.N);
      for (std::size_t d = 0; d < s.D; ++d) {
        const double inv = f.inv_std[d];
        for (std::size_t n = 0; n < s.N; ++n) {
          const double centred = x(n, d) - f.mean[d], g = layer.gamma[d];
          const double factor = m == "dx-hat-without-gamma" ? 1 : m == "dx-hat-divided-by-gamma" ? 1 / g : g;
          r["stage_dx_hat"](n, d) = dy(n, d) * factor;
          const double with = m == "dvar-of-x" ? x(n, d) : m == "dvar-of-x-hat" ? centred * inv : centred;
          double slope = (m == "dvar-without-half" ? -1 : -0.5) * (m == "dvar-power" ? inv : inv * inv * inv);
          if (m == "dvar-sign") slope = -slope;
          r["stage_dvar"][d] += hat(n, d) * with * slope / (m == "dvar-averaged" ? N : 1);
          const double scale = m == "dmean-without-deviation" ? 1 : m == "dmean-divided-by-variance" ? inv * inv : inv;
          r["stage_dmean"][d] -= hat(n, d) * (m == "dmean-sign" ? -scale : scale) / (m == "dmean-averaged" ? N : 1);
          r["a"](n, d) = hat(n, d) * inv, r["b"](n, d) = of_var[d] * 2 * centred / N, r["c"](n, d) = of_mean[d] / N;
          r["stage_dx"](n, d) = r["a"](n, d) + r["b"](n, d) + r["c"](n, d);
        }
      }
      return r;
    };
    dx_hat = staged("", dx_hat, dvar, dmean).at("stage_dx_hat");
    for (double& v : dx_hat.values) v = as_float(v);
    dvar = staged("", dx_hat, dvar, dmean).at("stage_dvar");
    dmean = staged("", dx_hat, dvar, dmean).at("stage_dmean");
    const Results stages = staged("", dx_hat, dvar, dmean);

    const Oracle oracle = [=](const std::string& m) {
      Results r = staged(m, dx_hat, dvar, dmean);
      r["still_mean"] = running_mean, r["still_x_hat"] = f2.x_hat;
      for (const std::string suffix : {"", "2"}) {
        const Backward b = suffix.empty() ? backward(x, dy, layer, m) : backward(x2, dy2, layer, m);
        for (const std::string prefix : {"", "full."}) {
          r[prefix + "dx" + suffix] = b.dx, r[prefix + "dgamma" + suffix] = b.dgamma,
                            r[prefix + "dbeta" + suffix] = b.dbeta;
        }
      }
      const auto add = [&](const std::string& to, const Matrix& what) {
        for (std::size_t d = 0; d < s.D; ++d) r[to][d] += what[d];
      };
      const Matrix old(Matrix(1, s.D));
      if (m == "gradients-added") {
        Matrix before(1, s.D);  // the grader puts 77 there before each pass
        for (double& v : before.values) v = 77;
        for (const std::string name : {"dgamma", "dbeta", "dgamma2", "dbeta2"}) add(name, before);
      }
      if (m == "sums-not-cleared") {
        add("dgamma2", right.dgamma), add("dbeta2", right.dbeta);
        for (std::size_t n = 0; n < s.N2; ++n) {
          for (std::size_t d = 0; d < s.D; ++d) {
            r["dx2"](n, d) -= layer.gamma[d] * f2.inv_std[d] * (right.dbeta[d] + f2.x_hat(n, d) * right.dgamma[d]) /
                              static_cast<double>(s.N2);
          }
        }
      }
      Matrix other = dy2;
      for (double& v : other.values) v = v * 2 + 1;
      const Backward column = backward(x2, other, layer);
      for (const std::string prefix : {"", "full."}) {
        r[prefix + "column_dgamma"] = right2.dgamma, r[prefix + "column_dbeta"] = right2.dbeta;
        r[prefix + "column_dgamma"][1] = column.dgamma[1], r[prefix + "column_dbeta"][1] = column.dbeta[1];
        r[prefix + "changed"] = {0}, r[prefix + "still_gamma"] = layer.gamma, r[prefix + "still_beta"] = layer.beta;
      }
      return r;
    };
    std::vector<Wanted> wanted;
    for (const std::string suffix : {"", "2"}) {
      const Backward& b = suffix.empty() ? right : right2;
      for (int way = 1; way <= 2; ++way) {
        const std::string prefix = way == 1 ? "" : "full.";
        wanted.push_back({prefix + "dbeta" + suffix, dbeta_part, way});
        wanted.push_back({prefix + "dgamma" + suffix, dgamma_part, way});
        wanted.push_back({prefix + "dx" + suffix,
                          dx_part,
                          way,
                          0,
                          1e-3,
                          {{"the_direct_term_of_dx", b.direct},
                           {"the_path_through_the_mean", b.by_mean},
                           {"the_path_through_the_variance", b.by_var}}});
      }
    }
    for (int way = 1; way <= 2; ++way) {
      const std::string prefix = way == 1 ? "" : "full.";
      wanted.push_back({prefix + "column_dgamma", columns, way}),
          wanted.push_back({prefix + "column_dbeta", columns, way});
      wanted.push_back({prefix + "changed", columns, way, 1});
      wanted.push_back({prefix + "still_gamma", dgamma_part, way}),
          wanted.push_back({prefix + "still_beta", dbeta_part, way});
    }
    wanted.push_back({"still_mean", dx_part, 1}), wanted.push_back({"still_x_hat", dx_part, 1});
    wanted.push_back({"stage_dx_hat", stage1});
    wanted.push_back({"stage_dvar", stage2});
    wanted.push_back({"stage_dmean", stage3, 1, 0, 1e-3});
    wanted.push_back({"stage_dx",
                      stage4,
                      1,
                      0,
                      1e-3,
                      {{"stage_4:_the_direct_term", stages.at("a")},
                       {"stage_4:_the_path_through_the_variance", stages.at("b")},
                       {"stage_4:_the_path_through_the_mean", stages.at("c")}}});
    Inputs inputs = {{"running_mean", running_mean},
                     {"x3", x3},
                     {"eps", {s.eps}},
                     {"gamma", layer.gamma},
                     {"beta", layer.beta},
                     {"x", x},
                     {"dy", dy},
                     {"x2", x2},
                     {"dy2", dy2},
                     {"dx_hat", dx_hat},
                     {"dvar", dvar},
                     {"dmean", dmean}};
    for (const std::string suffix : {"", "2"}) {
      const Forward& p = suffix.empty() ? f : f2;
      inputs.insert(inputs.end(), {{"y" + suffix, p.y},
                                   {"x_hat" + suffix, p.x_hat},
                                   {"mean" + suffix, p.mean},
                                   {"var" + suffix, p.var},
                                   {"inv_std" + suffix, p.inv_std}});
    }
    task.add(shape(x) + ", then " + std::to_string(s.N2) + " examples", inputs, oracle, wanted,
             {{"N", double(s.N)}, {"D", double(s.D)}});
  }
}

}  // namespace cases
