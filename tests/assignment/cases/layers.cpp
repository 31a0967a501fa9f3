// idx-reader, linear-forward, linear-backward, relu.
#include "cases.hpp"

namespace cases {

void idx_reader(Task& task, std::size_t round) {
  const std::size_t good = task.part(5, "lengths and values", "the file format in include/bnlab/data/idx.hpp");
  const std::size_t length = task.part(2, "truncated and too long files are refused", "the header and file.size()");
  const std::size_t huge = task.part(1, "impossible lengths are refused", "products that overflow");

  struct File {
    std::string name;
    std::vector<std::size_t> lengths;
    std::size_t values;  // that the file really has
    std::size_t part;
  };
  const std::size_t k = round;
  const std::size_t two31 = std::size_t{1} << 31, all32 = 0xffffffff;
  const std::vector<File> files = {{"3 images of 2 x 5", {3 + k, 2, 5}, (3 + k) * 10, good},
                                   {"300 labels", {300 + k}, 300 + k, good},
                                   {"200 labels", {200 + k}, 200 + k, good},
                                   {"a table of 2 x 3", {2, 3 + k}, 2 * (3 + k), good},
                                   {"no image of 4 x 4", {0, 4, 4}, 0, good},
                                   {"images cut short", {4, 3, 3}, 30, length},
                                   {"labels cut short", {9}, 8 - k % 2, length},
                                   {"images too long", {2, 3, 3}, 19 + k, length},
                                   {"labels too long", {5}, 6, length},
                                   {"a header of 2^48 pixels", {65536, 65536, 65536}, 5, huge},
                                   {"a header whose lengths multiply to 2^64", {two31, two31, 4}, 0, huge},
                                   {"a header of nothing but ff", {all32, all32, all32}, 12, huge}};
  for (const File& file : files) {
    Matrix bytes(1, 0);
    const auto push = [&](std::size_t byte) { bytes.values.push_back(static_cast<double>(byte)); };
    push(0), push(0), push(8), push(file.lengths.size());
    for (const std::size_t n : file.lengths)
      push(n >> 24 & 255), push(n >> 16 & 255), push(n >> 8 & 255), push(n & 255);
    const std::size_t header = bytes.values.size();
    for (std::size_t i = 0; i < file.values; ++i) push(random_below(256));
    bytes.cols = bytes.values.size();

    Matrix shape(1, file.lengths.size()), values(1, file.values);
    for (std::size_t i = 0; i < file.lengths.size(); ++i) shape[i] = static_cast<double>(file.lengths[i]);
    for (std::size_t i = 0; i < file.values; ++i) values[i] = bytes[header + i];

    const Oracle oracle = [=](const std::string& m) {
      Results r = {{"outcome", {file.part == good ? 0.0 : 1.0}}, {"shape", shape}, {"values", values}};
      if (m == "idx-all-refused-unnamed") r["outcome"] = {2};
      if (m == "idx-another-exception") r["outcome"] = {3};
      if (file.part != good) {
        const bool is_short = file.part == length && file.name.find("short") != std::string::npos;
        if (m == "idx-short-accepted" && is_short) r["outcome"] = {0};
        if (m == "idx-long-accepted" && file.part == length && !is_short) r["outcome"] = {0};
        if (m == "idx-product-wraps" && file.name.find("multiply") != std::string::npos) r["outcome"] = {0};
        if (m == "idx-memory-first" && file.part == huge) r["outcome"] = {3};
        if (m == "idx-error-unnamed") r["outcome"] = {2};
        return r;
      }
      if (m == "idx-little-endian" && file.values > 0) r["outcome"] = {1};
      if (m == "idx-images-begin-at-8") {
        for (std::size_t i = 0; i < file.values; ++i) r["values"][i] = bytes[8 + i];
      }
      if (m == "idx-lengths-reversed" && file.lengths.size() == 3) std::swap(r["shape"][1], r["shape"][2]);
      if (m == "idx-shape-without-count" && file.lengths.size() == 3) {
        r["shape"] = {shape[1], shape[2]};
      }
      return r;
    };
    const Inputs inputs = {{"axes", {static_cast<double>(file.lengths.size())}}, {"bytes", bytes}};
    std::vector<Wanted> wanted = {{"outcome", file.part, 1, 1}};
    if (file.part == good) {  // who refuses everything has refused nothing
      wanted.push_back({"outcome", length, 1, 1}), wanted.push_back({"outcome", huge, 1, 1});
    }
    if (file.part == good) wanted.push_back({"shape", good, 1, 1}), wanted.push_back({"values", good, 1, 1});
    task.add(file.name, inputs, oracle, wanted);
  }
}

void linear_forward(Task& task, std::size_t round) {
  const std::size_t y_part = task.part(1, "y", "LIN.1 above Linear::forward");

  const std::size_t k = round;
  struct Size {
    std::size_t N, in, out, N2;
  };
  for (const Size s : {Size{3 + k, 4, 5, 6}, Size{1, 7 + k, 2, 4}, Size{5, 19, 70 + k, 2}}) {
    const Matrix x = random_matrix(s.N, s.in), x2 = random_matrix(s.N2, s.in);
    const Matrix W = random_matrix(s.in, s.out), b = random_matrix(1, s.out, 0.5, 2);
    const Matrix W_later = random_matrix(s.in, s.out), b_later = random_matrix(1, s.out, 0.5, 2);
    const auto compute = [=](const Matrix& input, const std::string& m, bool later = false) {
      const Matrix &weights = later ? W_later : W, &biases = later ? b_later : b;
      Matrix y(input.rows, s.out);
      for (std::size_t n = 0; n < input.rows; ++n) {
        for (std::size_t j = 0; j < s.out; ++j) {
          double sum = 0;
          for (std::size_t i = 0; i < s.in - (m == "last-input-left-out"); ++i) {
            sum += input(n, i) * (m == "weight-transposed" ? weights.values[j * s.in + i] : weights(i, j));
          }
          double bias = biases[j];
          if (m == "bias-left-out" || (m == "bias-for-first-example" && n > 0)) bias = 0;
          if (m == "bias-twice") bias *= 2;
          if (m == "bias-subtracted") bias = -bias;
          if (m == "bias-by-row") bias = biases[n % s.out];
          y(n, j) = sum + bias;
        }
      }
      return y;
    };
    const Oracle oracle = [=](const std::string& m) {
      Results r = {{"y", compute(x, m)}, {"y2", compute(x2, m)}, {"y_eval", compute(x, m, true)}, {"still_x", x}};
      if (m == "output-added-up") {
        for (std::size_t i = 0; i < std::min(r["y"].values.size(), r["y2"].values.size()); ++i) r["y2"][i] += r["y"][i];
      }
      return r;
    };
    task.add(
        std::to_string(s.N) + " examples, " + std::to_string(s.in) + " inputs, " + std::to_string(s.out) + " outputs",
        {{"x", x}, {"x2", x2}, {"W", W}, {"b", b}, {"W_later", W_later}, {"b_later", b_later}}, oracle,
        {{"y", y_part}, {"y2", y_part}, {"y_eval", y_part}, {"still_x", y_part}},
        {{"N", double(s.N)}, {"in", double(s.in)}, {"out", double(s.out)}});
  }
}

void linear_backward(Task& task, std::size_t round) {
  const std::size_t dW_part = task.part(3, "dW", "which y depend on an entry of W, and with which derivative");
  const std::size_t db_part = task.part(2, "db", "which y depend on an entry of b");
  const std::size_t dx_part = task.part(3, "dx", "which y depend on an entry of x, and with which derivative");

  const std::size_t k = round;
  struct Size {
    std::size_t N, in, out, N2;
  };
  for (const Size s : {Size{3 + k, 4, 6, 5}, Size{4, 3 + k, 2, 7}, Size{2, 37, 70 + k, 3}}) {
    const Matrix x = random_matrix(s.N, s.in), dy = random_matrix(s.N, s.out), W = random_matrix(s.in, s.out);
    const Matrix x2 = random_matrix(s.N2, s.in), dy2 = random_matrix(s.N2, s.out), b = random_matrix(1, s.out);
    const Matrix x3 = random_matrix(1, s.in), dy3 = random_matrix(1, s.out);
    const auto y_of = [=](const Matrix& input) {
      Matrix y(input.rows, s.out);
      for (std::size_t n = 0; n < input.rows; ++n) {
        for (std::size_t j = 0; j < s.out; ++j) {
          y(n, j) = b[j];
          for (std::size_t i = 0; i < s.in; ++i) y(n, j) += input(n, i) * W(i, j);
        }
      }
      return y;
    };
    const auto compute = [=](const Matrix& input, const Matrix& up, const Matrix& dW_before, const Matrix& db_before,
                             const std::string& m, const std::string& suffix) {
      const std::size_t N = up.rows;
      const double scale = 1 / static_cast<double>(N);
      Results r = {
          {"dW" + suffix, Matrix(s.in, s.out)}, {"db" + suffix, Matrix(1, s.out)}, {"dx" + suffix, Matrix(N, s.in)}};
      Matrix &dW = r["dW" + suffix], &db = r["db" + suffix], &dx = r["dx" + suffix];
      for (std::size_t n = 0; n < N; ++n) {
        for (std::size_t j = 0; j < s.out; ++j) {
          const bool db_out = (m == "db-of-first-example" && n > 0) || (m == "db-without-last-example" && n + 1 == N);
          if (!db_out) db[j] += up(n, j) * (m == "db-of-x" ? input(n, j % s.in) : 1);
          for (std::size_t i = 0; i < s.in; ++i) {
            const bool dw_out =
                (m == "dw-without-last-example" && n + 1 == N) || (m == "dw-without-first-example" && n == 0);
            if (!dw_out)
              dW(i, j) += (m == "dw-of-rows" ? input.values[i * N % input.values.size() + n] : input(n, i)) * up(n, j);
            dx(n, i) += up(n, j) * (m == "dx-of-untransposed-weight" ? W.values[j * s.in + i] : W(i, j));
          }
        }
      }
      if (m == "dw-of-rows") {  // x's numbers, row after row, taken for those of its transpose
        for (std::size_t i = 0; i < s.in; ++i) {
          for (std::size_t j = 0; j < s.out; ++j) {
            dW(i, j) = 0;
            for (std::size_t n = 0; n < N; ++n) dW(i, j) += input.values[i * N + n] * up(n, j);
          }
        }
      }
      if (m == "dw-of-output") {  // of which there may be more or fewer than of x
        const Matrix y = y_of(input);
        for (std::size_t i = 0; i < s.in; ++i) {
          for (std::size_t j = 0; j < s.out; ++j) {
            dW(i, j) = 0;
            for (std::size_t n = 0; n < N; ++n) dW(i, j) += y(n, i % s.out) * up(n, j);
          }
        }
      }
      if (m == "dw-averaged" || m == "all-averaged") {
        for (double& v : dW.values) v *= scale;
      }
      if (m == "db-averaged" || m == "all-averaged") {
        for (double& v : db.values) v *= scale;
      }
      if (m == "all-averaged") {
        for (double& v : dx.values) v *= scale;
      }
      if (m == "dw-transposed") {
        Matrix flat = dW;
        for (std::size_t i = 0; i < s.in; ++i) {
          for (std::size_t j = 0; j < s.out; ++j) flat.values[j * s.in + i] = dW(i, j);
        }
        dW = flat;
      }
      if (m == "dw-added" || m == "all-added") {
        for (std::size_t i = 0; i < dW.values.size(); ++i) dW[i] += dW_before[i];
      }
      if (m == "db-added" || m == "all-added") {
        for (std::size_t i = 0; i < db.values.size(); ++i) db[i] += db_before[i];
      }
      return r;
    };
    const Oracle oracle = [=](const std::string& m) {
      Matrix dW(s.in, s.out), db(1, s.out);
      for (double& v : dW.values) v = 77;
      for (double& v : db.values) v = 77;
      Results r = compute(x, dy, dW, db, m, "");
      Results second = compute(x2, dy2, r["dW"], r["db"], m, "2");
      const Results skip = compute(x3, dy3, dW, db, m, "_skip");
      if (m.find("-without-") == std::string::npos) {  // of a batch of one nothing would be left
        second["dW_skip"] = skip.at("dW_skip"), second["db_skip"] = skip.at("db_skip");
      }
      r.insert(second.begin(), second.end());
      const Results eval = compute(x, dy, r["dW2"], r["db2"], m, "_eval");
      r.insert(eval.begin(), eval.end());
      r["layout"] = {m == "layout-lost" ? 0.0 : 1.0}, r["still_W"] = W, r["still_b"] = b;
      const Results alone = r;
      for (const auto& [name, matrix] : alone) r["full." + name] = matrix;
      return r;
    };
    std::vector<Wanted> wanted;
    for (int way = 1; way <= 2; ++way) {
      const std::string prefix = way == 1 ? "" : "full.";
      for (const std::string suffix : {"", "2", "_eval", "_skip"}) {
        wanted.push_back({prefix + "dW" + suffix, dW_part, way}),
            wanted.push_back({prefix + "db" + suffix, db_part, way});
        if (suffix != "_skip") wanted.push_back({prefix + "dx" + suffix, dx_part, way});
      }
      wanted.push_back({prefix + "layout", dW_part, way, 1}), wanted.push_back({prefix + "still_W", dx_part, way});
      wanted.push_back({prefix + "still_b", db_part, way});
    }
    task.add(
        std::to_string(s.N) + " examples, " + std::to_string(s.in) + " inputs, " + std::to_string(s.out) + " outputs",
        {{"x", x},
         {"y", y_of(x)},
         {"y2", y_of(x2)},
         {"y3", y_of(x3)},
         {"dy", dy},
         {"x2", x2},
         {"dy2", dy2},
         {"x3", x3},
         {"dy3", dy3},
         {"W", W},
         {"b", b}},
        oracle, wanted, {{"N", double(s.N)}, {"in", double(s.in)}, {"out", double(s.out)}});
  }
}

void relu(Task& task, std::size_t round) {
  const std::size_t y_part = task.part(2, "y", "ACT.1 in include/bnlab/nn/relu.hpp");
  const std::size_t dx_part = task.part(2, "dx", "the derivative of max(x, 0) on either side of 0");

  Matrix x = random_matrix(4 + round, 5, -2, 2), dy = random_matrix(4 + round, 5, -2, 2);
  x[3] = 0, x[7] = 0, dy[3] = 1.5, dy[7] = -0.5;
  x[8] = 1e30f, x[9] = -1e30f, x[10] = 50, x[11] = as_float(1e-6);
  const Oracle oracle = [=](const std::string& m) {
    Matrix y = x, dx = dy;
    for (std::size_t i = 0; i < x.values.size(); ++i) {
      const double v = x[i], right = v > 0 ? v : 0, up = dy[i];
      y[i] = m == "relu-leaks" && v < 0       ? 0.01 * v
             : m == "relu-lets-negative-pass" ? v
             : m == "relu-absolute"           ? std::abs(v)
             : m == "relu-minimum"            ? std::min(v, 0.0)
             : m == "relu-step"               ? (v > 0 ? 1 : 0)
                                              : right;
      dx[i] = m == "relu-by-upstream"        ? (up > 0 ? up : 0)
              : m == "relu-passes-at-zero"   ? up  // y >= 0 holds everywhere
              : m == "relu-passes-at-x-zero" ? (v >= 0 ? up : 0)
              : m == "relu-mask-inverted"    ? (v > 0 ? 0 : up)
              : m == "relu-times-y"          ? up * right
              : m == "relu-slope-alone"      ? (v > 0 ? 1 : 0)
                                             : (v > 0 ? up : 0);
    }
    return Results{{"y", y}, {"y_eval", y}, {"dx", dx}};
  };
  Matrix right_y = x;
  for (double& v : right_y.values) v = v > 0 ? v : 0;
  task.add(std::to_string(4 + round) + " x 5 numbers of both signs and 0", {{"x", x}, {"dy", dy}, {"right_y", right_y}},
           oracle, {{"y", y_part, 1, 1e-9}, {"y_eval", y_part, 1, 1e-9}, {"dx", dx_part}});
}

}  // namespace cases
