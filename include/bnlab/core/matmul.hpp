// The three matrix products of a linear layer, y = x W, and its two gradients.
//
//   matmul      y[N, out]  = x[N, in]   · w[in, out]           y_nj  = Σ_i x_ni w_ij
//   matmul_tn   dw[in, out] = x[N, in]ᵀ · dy[N, out]           dw_ij = Σ_n x_ni dy_nj    (left operand transposed)
//   matmul_nt   dx[N, in]  = dy[N, out] · w[in, out]ᵀ          dx_ni = Σ_j dy_nj w_ij    (right operand transposed)
//
// x, y and their gradients are row-major; w and dw are in panels (Layout, tensor.hpp). The result must have its shape
// already and share no memory with the operands. Shapes that do not fit together throw Error.
//
// Every entry is summed in the order of its index, one term after the other, by the same code wherever it
// stands: results do not depend on the number of threads, nor on the rows beside it.
#pragma once

#include "bnlab/core/tensor.hpp"
#include "bnlab/core/threads.hpp"

namespace bnlab {

// A product's own working memory, kept by the caller from call to call so that a training step allocates nothing.
struct Scratch {
  Tensor x_transposed;
  Tensor dy, dy_transposed, dx_transposed, w_transposed;  // in panels
};

// `threads` may be null.
void matmul(const Tensor& x, const Tensor& w, Tensor& y, ThreadPool* threads);
void matmul_tn(const Tensor& x, const Tensor& dy, Tensor& dw, Scratch& scratch, ThreadPool* threads);
void matmul_nt(const Tensor& dy, const Tensor& w, Tensor& dx, Scratch& scratch, ThreadPool* threads);

// The same three as anybody would write them first (matmul_naive.cpp): to be read, and to test the fast ones.
// Any layout.
namespace naive {
void matmul(const Tensor& x, const Tensor& w, Tensor& y);
void matmul_tn(const Tensor& x, const Tensor& dy, Tensor& dw);
void matmul_nt(const Tensor& dy, const Tensor& w, Tensor& dx);
}  // namespace naive

}  // namespace bnlab
