#include <cstdio>

#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/nn/tanh.hpp"
#include "bnlab/optim/adam.hpp"
#include "bnlab/train/metrics.hpp"
#include "bnlab/train/model_file.hpp"
#include "bnlab/train/trainer.hpp"
using namespace bnlab;

int main(int argc, char** argv) {
  ThreadPool threads(2);
  const DatasetPair data = load_datasets("data/mnist-sample");
  Network network(&threads);
  network.add("fc1", Linear(784, 64, Random(1, "fc1")));
  network.add("bn1", BatchNorm(64));
  network.add("act1", Tanh());
  network.add("fc2", Linear(64, 10, Random(1, "fc2")));
  Adam adam(network.parameters(), {.lr = 0.002}, &threads);
  train(network, adam, split(data.train, 5000, 0.1, 1), {.epochs = 2}, &threads);
  const Evaluation test = evaluate(network, all_images(data.test), &threads);
  std::printf("test accuracy %.4f\n", test.accuracy);
  save_model(argc > 1 ? argv[1] : "build/own_network.safetensors", network);
}
