#include <numeric>

const auto bad = std::ranges::find_if(labels, [C](std::uint8_t label) { return label >= C; });
if (bad != labels.end()) fail("loss: expected a label below %zu, got %d", C, *bad);
std::vector<double> losses(N);
for (std::size_t n = 0; n < N; ++n) {
  const std::span<const real> z(logits.row(n), C);
  const std::span<real> p(p_.row(n), C);
  const auto largest = std::ranges::max_element(z);
  std::ranges::transform(z, p.begin(), [m = *largest](real z_c) { return std::exp(z_c - m); });
  const double sum = std::accumulate(p.begin(), p.end(), 0.0);
  losses[n] = std::log(sum) - static_cast<double>(z[labels[n]]) + static_cast<double>(*largest);
  std::ranges::transform(p, p.begin(), [sum](real e) { return static_cast<real>(static_cast<double>(e) / sum); });
  correct_[n] = largest - z.begin() == labels[n];
}
return std::reduce(losses.begin(), losses.end()) / static_cast<double>(N);
