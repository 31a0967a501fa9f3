#include "bnlab/train/initialization.hpp"

#include <cmath>

#include "bnlab/core/number.hpp"

namespace bnlab {
namespace {

// Each entry of W is draw(); b is 0.
template <class Draw>
void fill(Linear& layer, Draw draw) {
  for (std::size_t i = 0; i < layer.weight.rows(); ++i) {
    for (std::size_t j = 0; j < layer.weight.cols(); ++j) layer.weight(i, j) = static_cast<real>(draw());
  }
  layer.bias.fill(0);
}

// As the constructor drew them.
void keep(Linear&, double, Random) {}

// y = x W has fan_in terms, so its variance is fan_in E[x²] times that of an entry of W. Where x is what a ReLU made of
// y of the layer before, half of that is lost: E[x²] = Var[y] / 2. With Var[W] = 2 / fan_in the variance of y is then the
// same in each layer; 2 is the gain, squared.
void draw_kaiming(Linear& layer, double gain, Random random) {
  const double deviation = gain / std::sqrt(static_cast<double>(layer.weight.rows()));
  fill(layer, [&] { return deviation * random.normal(); });
}

// Forward a layer keeps the variance with Var[W] = 1 / fan_in, backward, where dx = dy Wᵀ has fan_out terms, with
// 1 / fan_out. Between them is Var[W] = 2 / (fan_in + fan_out); a uniform number in ±a has the variance a²/3.
void draw_xavier(Linear& layer, double gain, Random random) {
  const double fans = static_cast<double>(layer.weight.rows() + layer.weight.cols());
  const double a = gain * std::sqrt(6 / fans);
  fill(layer, [&] { return random.uniform(-a, a); });
}

struct Method {
  const char* name;
  void (*draw)(Linear& layer, double gain, Random random);
};

constexpr Method kMethods[] = {
    {.name = "default", .draw = keep},
    {.name = "kaiming", .draw = draw_kaiming},
    {.name = "xavier", .draw = draw_xavier},
};

}  // namespace

std::string InitOptions::describe() const {
  const std::string text = method + " initial weights";
  return scale == 1 ? text : text + " x " + shortest_decimal(scale);
}

std::string init_method_names() {
  std::string names;
  for (const Method& method : kMethods) names += (names.empty() ? "" : "|") + std::string(method.name);
  return names;
}

void initialize(Linear& layer, const std::string& method, double gain, Random random) {
  for (const Method& known : kMethods) {
    if (method == known.name) return known.draw(layer, gain, random);
  }
  fail("expected the initial weights to be %s, got '%s'", init_method_names().c_str(), shown(method).c_str());
}

void scale_weight(Linear& layer, double scale) {
  for (std::size_t i = 0; i < layer.weight.rows(); ++i) {
    for (std::size_t j = 0; j < layer.weight.cols(); ++j) {
      layer.weight(i, j) = static_cast<real>(static_cast<double>(layer.weight(i, j)) * scale);
    }
  }
}

}  // namespace bnlab
