#include "bnlab/cli/commands.hpp"

namespace bnlab {
namespace {

constexpr Command kCommands[] = {
    {.name = "compare",
     .arguments = "",
     .summary = "train the same network without and with batch normalization, and compare",
     .about =
         R"(Both networks start from the same weights and see the same images in the same order. Writes both models,
such as plain.safetensors and batchnorm.safetensors, history.csv and settings.txt to --out. Without options that
describe the network or its training, a second pair, deep and with sigmoids, shows a case that needs batch
normalization. --seeds N trains N pairs (without that second one) and gives means with 95 % intervals; then there is a
row for each run in seeds.csv, and the models and history.csv are those of the first seed.)",
     .example = "bnlab compare --hidden 100,100,100 --activation sigmoid --optimizer sgd --epochs 10",
     .run = compare_command},
    {.name = "train",
     .arguments = "",
     .summary = "train one network; checkpoints, resume",
     .about =
         R"(Ends with status 1 if the loss becomes non-finite. Ctrl-C ends it after the current step, saves the
requested files and says how to continue; a second Ctrl-C ends it at once. A resumed run ends with the same bytes
as one that was never stopped. Its settings are taken from the checkpoint; --data, the names of files and how often
to save are to be given again, and more --epochs may be given. A --log or --watch must be that run's, or new.)",
     .example = "bnlab train --norm batch --save build/model.safetensors --checkpoint build/checkpoint.safetensors",
     .run = train_command},
    {.name = "eval",
     .arguments = "MODEL",
     .summary = "a saved model on a dataset's test images: accuracy by class, confusion matrix",
     .about =
         R"(MODEL is a safetensors file from bnlab or PyTorch (tensors fc1.weight, fc1.bias, bn1.weight, ...).
--activation applies to files without that metadata. --statistics batch normalizes as in training, with each test
batch's own mean and variance, to show what goes wrong then. --statistics population takes the mean and variance of all
training images of the dataset, layer by layer, in place of the running statistics of the file, which does not change.)",
     .example = "bnlab eval build/run/batchnorm.safetensors",
     .run = eval_command},
    {.name = "predict",
     .arguments = "MODEL IMAGE...",
     .summary = "a saved model on single images: the image, the probabilities",
     .about =
         R"(IMAGE is the number of an image in the dataset (--part test or train, from 0), or a PGM or PPM file of any
size. For a model of MNIST a file is prepared as MNIST's digits were; for others it is resized to fit.)",
     .example = "bnlab predict build/run/batchnorm.safetensors 0 1 2",
     .run = predict_command},
    {.name = "fold",
     .arguments = "MODEL",
     .summary = "fold batch normalization into the fully connected layer beside it",
     .about =
         R"(Writes a plain model that computes the same in evaluation mode (docs/batchnorm.md, BN.11 to BN.13). Where the
normalization stands before the activation, the layer before it takes it up, otherwise the layer behind it. All layers
of the new model have biases.)",
     .example = "bnlab fold build/run/batchnorm.safetensors --save build/folded.safetensors",
     .run = fold_command},
    {.name = "experiment",
     .arguments = "NAME...",
     .summary = "claims about batch normalization, tried: each with a chart, a table and a verdict",
     .about =
         R"(NAME is an experiment, all, or list, which prints their claims. An experiment trains several networks, its
arms, from the same seeds; results are means over the seeds with 95 % intervals, and a verdict needs three seeds or
more. docs/experiments.md says how to read them. Writes results.csv, experiment.json and charts to --out, and keeps
each finished run there: the next start makes only those that are missing, unless the program, the images or the
settings are others. Without --quick, all of them take up to half an hour of one core. Ends with status 0 whatever the
verdict.)",
     .example = "bnlab experiment convergence batch-size --quick",
     .run = experiment_command},
    {.name = "show",
     .arguments = "",
     .summary = "look at a dataset: images, labels, class balance",
     .about = "In colours where the terminal has them.",
     .example = "bnlab show --part train --first 100 --count 10",
     .run = show_command},
    {.name = "gradcheck",
     .arguments = "",
     .summary = "check every backward pass against finite differences",
     .about =
         R"(Needs the double precision build: make gradcheck, or make PRECISION=double and build/double/bnlab gradcheck.
Ends with status 1 if any gradient is wrong.)",
     .example = "build/double/bnlab gradcheck --layer batchnorm",
     .run = gradcheck_command},
    {.name = "bench",
     .arguments = "gemm|epoch|layers",
     .summary = "performance relative to this machine's peak",
     .about =
         R"(gemm: the three products of a layer and two larger ones. epoch: seconds of training per pass over the
images, the median of 3, with a breakdown. layers: forward and backward of each part of a step. First the machine's
peak is measured: multiply-adds in registers, and copying outside the caches. Adam is the optimizer.)",
     .example = "bnlab bench epoch --norm batch --threads 1",
     .run = bench_command},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

const Command* find_command(const std::string& name) {
  for (const Command& command : kCommands) {
    if (name == command.name) return &command;
  }
  return nullptr;
}

}  // namespace bnlab
