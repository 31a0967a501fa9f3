const Tensor x_t = transposed(x), dy_t = transposed(dy);
for (std::size_t j = 0; j < dy.cols(); ++j) {
  for (std::size_t i = 0; i < weight.rows(); ++i) weight_grad(i, j) = dot(x_t.row(i), dy_t.row(j), dy.rows());
}
Tensor ones({dy.rows()});
ones.fill(1);
for (std::size_t j = 0; j < dy.cols(); ++j) bias_grad(j) = dot(ones.row(0), dy_t.row(j), dy.rows());
if (skip_dx_) {
  dx_ = Tensor();
} else {
  Tensor dx({dy.rows(), weight.rows()});
  naive::matmul(dy, transposed(weight), dx);
  dx_ = dx;
}
