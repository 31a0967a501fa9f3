Tensor result = Tensor::zeros_like(dy);
for (std::size_t n = 0; n < dy.rows(); ++n) {
  for (std::size_t d = 0; d < dy.cols(); ++d) result(n, d) = dy(n, d) * gamma(d);
}
return result;
