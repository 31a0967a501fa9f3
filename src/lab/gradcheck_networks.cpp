#include "bnlab/core/error.hpp"
#include "bnlab/lab/gradcheck_cases.hpp"
#include "bnlab/train/architecture.hpp"

namespace bnlab {

std::vector<GradcheckCase> network_cases(std::uint64_t seed) {
  std::vector<GradcheckCase> all;
  const auto add = [&](const std::string& name, const Architecture& architecture, std::size_t batch,
                       std::size_t entries = 200) {
    const Network network = make_network(architecture, seed, nullptr);
    const Tensor x = gradcheck_input(batch, architecture.inputs, seed);
    for (GradcheckCase& c : cases_of(name, network, x, seed, architecture.classes)) {
      c.entries = entries;
      all.push_back(std::move(c));
    }
  };
  constexpr std::size_t N = 11, D = 5, C = 7;
  for (const ActivationKind& activation : activation_kinds()) {
    for (const NormKind& norm : norm_kinds()) {
      std::string name = format("network-%s", activation.name);
      if (std::string(norm.name) != "none") name += format("-%s", norm.model);
      add(name, {.inputs = D, .hidden = {8, 9}, .classes = C, .activation = activation.name, .norm = norm.name}, N);
    }
  }
  for (const NormKind& norm : norm_kinds()) {
    Architecture a = {.inputs = D, .hidden = {8, 9}, .classes = C, .activation = "tanh", .norm = norm.name};
    const std::string name = format("network-%s", norm.model);
    a.bias = false;
    add(name + "-no-bias", a, N);
    if (!a.normalised()) continue;
    a.place = "after";
    add(name + "-after-no-bias", a, N);
    a.bias = true;
    add(name + "-after", a, N);
  }
  add("network-dropout",
      {.inputs = D, .hidden = {8, 9}, .classes = C, .activation = "relu", .norm = "batch", .dropout = 0.3}, N);
  add("network-large", {.inputs = 131, .hidden = {201, 67}, .classes = 10, .activation = "relu", .norm = "batch"}, 130,
      8);
  return all;
}

}  // namespace bnlab
