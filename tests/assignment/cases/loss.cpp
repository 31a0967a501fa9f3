// softmax-cross-entropy.
#include <algorithm>

#include "cases.hpp"

namespace cases {
namespace {

// With numbers as a float holds them where a mistake makes them overflow.
float exp_float(double z) { return std::exp(static_cast<float>(z)); }

Results compute(const Matrix& logits, const std::vector<std::size_t>& labels, const std::string& m, std::size_t old_N) {
  const std::size_t N = logits.rows, C = logits.cols;
  Results r = {{"p", Matrix(N, C)}, {"dlogits", Matrix(N, C)}, {"correct", Matrix(1, N)}, {"loss", Matrix(1, 1)}};
  Matrix &p = r["p"], &dz = r["dlogits"], &correct = r["correct"];
  double loss = 0;
  for (std::size_t n = 0; n < N; ++n) {
    const double* z = &logits.values[n * C];
    const std::size_t t = labels[n];
    const std::size_t largest = static_cast<std::size_t>(std::max_element(z, z + C) - z);
    double shift = z[largest];
    if (m == "maximum-not-subtracted") shift = 0;
    if (m == "maximum-starts-at-zero") shift = std::max(shift, 0.0);
    if (m == "maximum-starts-at-minus-ten-thousand") shift = std::max(shift, -10000.0);
    double sum = 0;
    for (std::size_t c = 0; c < C; ++c) sum += static_cast<double>(exp_float(z[c] - shift));
    for (std::size_t c = 0; c < C; ++c) {
      p(n, c) = static_cast<double>(exp_float(z[c] - shift)) / sum;
      if (m == "maximum-not-subtracted" && std::isinf(sum)) p(n, c) = std::isinf(exp_float(z[c])) ? std::nan("") : 0;
    }
    if (m == "softmax-twice") {
      double again = 0;
      for (std::size_t c = 0; c < C; ++c) again += std::exp(p(n, c));
      for (std::size_t c = 0; c < C; ++c) p(n, c) = std::exp(p(n, c)) / again;
      sum = 0;
      loss -= std::log(p(n, t));
    } else if (m == "logarithm-of-probability") {
      loss -= std::log(static_cast<double>(static_cast<float>(p(n, t))));
    } else if (m == "shift-forgotten") {
      loss += std::log(sum) - z[t];
    } else if (m == "loss-of-all-classes") {
      for (std::size_t c = 0; c < C; ++c) loss += (std::log(sum) - (z[c] - shift)) / static_cast<double>(C);
    } else if (m == "logarithm-to-2") {
      loss += (std::log(sum) - (z[t] - shift)) / std::log(2.0);
    } else {
      loss += std::log(sum) - (z[t] - shift);
    }
    if (m == "logarithm-left-out") loss += p(n, t) - (std::log(sum) - (z[t] - shift));
    correct[n] = largest == t;
    if (m == "correct-by-last-of-equal") {
      std::size_t last = 0;
      for (std::size_t c = 0; c < C; ++c) last = z[c] >= z[last] ? c : last;
      correct[n] = last == t;
    }
    if (m == "correct-above-half") correct[n] = p(n, t) > 0.5;
    for (std::size_t c = 0; c < C; ++c) {
      double deserved = c == t ? 1 : 0;
      if (m == "label-as-number") deserved = static_cast<double>(t);
      if (m == "label-off-by-one-above") deserved = c == t + 1 ? 1 : 0;
      if (m == "label-left-out") deserved = 0;
      double gradient = p(n, c) - deserved;
      if (m == "jacobian-diagonal" && c != t) gradient = 0;
      if (m == "one-hot-transposed") gradient = p(n, c) - (c < N && labels[c] == n ? 1 : 0);
      if (m == "label-off-by-one") gradient = p(n, c) - (c + 1 == t ? 1 : 0);
      if (m == "jacobian-diagonal-as-factor") gradient *= p(n, c) * (1 - p(n, c));
      if (m == "gradient-sign") gradient = -gradient;
      if (m == "gradient-without-last-example") gradient = n + 1 == N ? 0 : gradient;
      const double divisor = m == "gradient-not-divided" ? 1 : static_cast<double>(N);
      dz(n, c) = gradient / divisor;
      if (m == "gradient-divided-twice") dz(n, c) /= divisor;
      if (m == "gradient-divided-by-classes") dz(n, c) = gradient / static_cast<double>(C);
      if (m == "stale-batch-size") dz(n, c) = gradient / static_cast<double>(old_N);
    }
  }
  r["p_after"] = p;
  r["loss"][0] = m == "loss-summed"               ? loss
                 : m == "loss-divided-by-classes" ? loss / static_cast<double>(C)
                                                  : loss / static_cast<double>(N);
  if (m == "loss-sign") r["loss"][0] = -r["loss"][0];
  return r;
}

Matrix as_row(const std::vector<std::size_t>& labels) {
  Matrix row(1, labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) row[i] = static_cast<double>(labels[i]);
  return row;
}

}  // namespace

void softmax_cross_entropy(Task& task, std::size_t round) {
  const std::size_t loss_part = task.part(3, "the loss", "CE.3 above SoftmaxCrossEntropy::forward");
  const std::size_t p_part = task.part(2, "probabilities", "CE.2 above SoftmaxCrossEntropy::forward");
  const std::size_t gradient =
      task.part(3, "the gradient", "the derivative of CE.3 with respect to each logit, and the mean's 1/N");
  const std::size_t extreme =
      task.part(1, "very large and very small logits", "CE.1 above SoftmaxCrossEntropy::forward");
  const std::size_t rest =
      task.part(1, "correct predictions, and labels out of range", "correct() in include/bnlab/nn/loss.hpp");

  const std::size_t k = round;
  struct Batch {
    std::string name;
    Matrix logits, logits2;
    std::vector<std::size_t> labels, labels2;
    bool is_extreme = false;
  };
  std::vector<Batch> batches;
  const auto random_labels = [](std::size_t N, std::size_t C) {
    std::vector<std::size_t> labels;
    for (std::size_t n = 0; n < N; ++n) labels.push_back(random_below(C));
    return labels;
  };
  {
    const std::size_t N = 5 + k, C = 3 + k;
    Batch b{"5 examples, 3 classes, then 4", random_matrix(N, C, -2, 2), random_matrix(4, C, -2, 2),
            random_labels(N, C), random_labels(4, C)};
    b.name = std::to_string(N) + " examples, " + std::to_string(C) + " classes, then 4 examples";
    b.labels[0] = C - 1, b.labels[1] = 0, b.labels[2] = 1;
    batches.push_back(b);
  }
  {
    Batch b{"2 examples, 10 classes, then 1", random_matrix(2, 10, -3, 3), random_matrix(1, 10, -3, 3), {7, 2}, {4}};
    batches.push_back(b);
  }
  {
    Batch b{"a perfect answer, a wrong one, equal logits", Matrix(3, 3), {}, {1, 2, 0}, {}};
    b.logits.values = {0, 9, 0, 7, 0, 0, 1, 1, 1};
    batches.push_back(b);
  }
  {
    Batch b{"logits of 1000, -100000, -200 and -60", Matrix(7, 3), {}, {0, 2, 1, 2, 0, 1, 0}, {}};
    b.logits.values = {1000, 0,      -1000,  0,      500,  -500, -100000, -100000, -100001, 60,  -60,
                       0,    -20000, -20000, -20003, -200, -201, -203,    0,       -5,      1000};
    b.is_extreme = true;
    batches.push_back(b);
  }
  {
    Batch b{"logits of which p rounds to 0", Matrix(2, 3), {}, {1, 0}, {}};
    b.logits.values = {0, -200, 3, -300, 20, 10};
    b.is_extreme = true;
    batches.push_back(b);
  }
  for (const Batch& b : batches) {
    const bool two = b.logits2.rows > 0;
    const Oracle oracle = [=](const std::string& m) {
      Results r = compute(b.logits, b.labels, m, b.logits.rows);
      if (two) {
        for (auto& [name, matrix] : compute(b.logits2, b.labels2, m, b.logits.rows)) r[name + "2"] = matrix;
      }
      return r;
    };
    Inputs inputs = {{"logits", b.logits}, {"labels", as_row(b.labels)}};
    if (two) inputs.push_back({"logits2", b.logits2}), inputs.push_back({"labels2", as_row(b.labels2)});
    std::vector<Wanted> wanted;
    for (const std::string suffix : {"", "2"}) {
      if (!suffix.empty() && !two) continue;
      wanted.push_back({"loss" + suffix, b.is_extreme ? extreme : loss_part, 1, 1});
      wanted.push_back({"p" + suffix, b.is_extreme ? extreme : p_part, 1, 0.01});
      wanted.push_back({"dlogits" + suffix, b.is_extreme ? extreme : gradient, 1, 0.01});
      wanted.push_back({"correct" + suffix, rest, 1, 1});
      wanted.push_back({"p_after" + suffix, b.is_extreme ? extreme : p_part, 1, 0.01});
    }
    task.add(b.name, inputs, oracle, wanted, {{"N", double(b.logits.rows)}, {"C", double(b.logits.cols)}});
  }
  const Oracle refusal = [](const std::string& m) {
    return Results{{"outcome", {m == "label-not-checked" ? 0.0 : 1.0}}};
  };
  for (const Matrix& labels : {Matrix{1, 4}, Matrix{255, 0}}) {
    task.add("a label out of range", {{"bad_label", {1}}, {"logits", random_matrix(2, 4)}, {"labels", labels}}, refusal,
             {{"outcome", rest, 1, 1}});
  }
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    Matrix logits = random_matrix(2, 3);
    logits[4] = bad;
    const Oracle lost = [](const std::string& m) { return Results{{"finite", {m == "loss-made-finite" ? 1.0 : 0.0}}}; };
    task.add("a NaN or infinite logit", {{"not_finite", {1}}, {"logits", logits}, {"labels", {0, 2}}}, lost,
             {{"finite", extreme, 1, 1}});
  }
}

}  // namespace cases
