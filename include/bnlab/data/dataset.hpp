// Labelled images as they are stored, one byte per pixel, and the mini-batches of real numbers that are made from them.
#pragma once

#include "bnlab/core/threads.hpp"
#include "bnlab/data/file.hpp"

namespace bnlab {

struct Dataset {
  std::size_t channels = 1, height = 0, width = 0;
  std::size_t classes = 10;  // labels are 0 … classes - 1
  Bytes pixels;              // [count, channels, height, width]
  Bytes labels;              // [count]

  std::size_t count() const { return labels.size(); }
  std::size_t features() const { return channels * height * width; }
  std::string shape() const {  // "28 x 28", "3 x 32 x 32"
    return (channels == 1 ? "" : format("%zu x ", channels)) + format("%zu x %zu", height, width);
  }
  const std::uint8_t* image(std::size_t i) const { return pixels.data() + i * features(); }
};

struct DatasetPair {
  std::string name;  // the folder's own name: "fashion-mnist-sample"
  Dataset train, test;
  const Dataset& part(const std::string& which) const { return which == "train" ? train : test; }
};

// Reads the training and the test images of a folder, finding out their format, IDX or CIFAR-10's, from the names of its
// files. Error: one line that names the file, what was expected and what was found.
DatasetPair load_datasets(const std::string& folder);

// IDX, the file format of MNIST (LeCun, Cortes and Burges) and of the sets that took its place in programs.
//
//   bytes 0, 1   0
//   byte  2      element type: 08 unsigned byte, 09 signed byte, 0B int16, 0C int32, 0D float, 0E double
//   byte  3      number of axes: 3 for images [count, rows, columns], 1 for labels [count]
//   then         the length of each axis, 4 bytes, big-endian
//   then         the elements, the last axis running fastest
struct IdxArray {
  std::vector<std::size_t> shape;
  Bytes values;
};

// Reads a file of unsigned bytes with `axes` axes: 3 where images are expected, 1 for labels. The header is compared
// with the file's length before any memory is asked for. Error: one line that says what the file is instead.
IdxArray read_idx(const std::string& path, std::size_t axes);

// CIFAR-10's binary form (Krizhevsky, 2009), one file after the other: of each image its label, 0 … 9, in one byte, then
// 32 x 32 red values, row by row, then as many green and blue ones; and nothing else.
Dataset read_cifar10(const std::vector<std::string>& paths);

// What a label means, for the sets that are known by their (folder's) names: "Sneaker" for Fashion-MNIST's 7, "ship" for
// CIFAR-10's 8; the number itself for digits and unknown sets.
std::string class_name(const std::string& dataset, std::size_t label);
bool is_mnist(const std::string& dataset);  // "mnist" or "MNIST", also with something after it

// Images of a dataset, by their numbers in it: a training or a validation part. The dataset must outlive it.
struct Subset {
  const Dataset* data = nullptr;
  std::vector<std::uint32_t> indices;
};

Subset whole(const Dataset& data);
// The first `limit` images (0: all), cut in two: `fraction` of them, drawn by the seed, for validation, the others for
// training. Both keep the file's order.
struct Split {
  Subset train, validation;
};
Split split(const Dataset& data, std::size_t limit, double fraction, std::uint64_t seed);

// --- Mini-batches ------------------------------------------------------------------------------------------------

// Pixels enter the network as (p / 255 - mean) / deviation. With 0.5 and 0.5 that is [-1, 1], whatever the dataset:
// nothing about the test set goes into it.
inline constexpr double kPixelMean = 0.5, kPixelDeviation = 0.5;

// Some images as the network takes them. Loading a batch no larger than any before allocates nothing.
struct Batch {
  Tensor images;  // [N, C*H*W]
  Bytes labels;   // [N]

  // The images `indices[begin … end - 1]` of the subset. `threads` may be null.
  void load(const Subset& subset, std::size_t begin, std::size_t end, ThreadPool* threads);
};

// Where an epoch is cut into batches of `size`: batch b is [b * size, b * size + size), the last one shorter. A last
// batch of one image is merged into the batch before it (for size > 1): batch normalization cannot train on one
// image, and so that networks with and without it see the same batches, the rule holds for both.
struct BatchPlan {
  BatchPlan(std::size_t images, std::size_t size);
  std::size_t count() const { return count_; }
  std::size_t begin(std::size_t b) const { return b * size_; }
  std::size_t end(std::size_t b) const { return b + 1 == count_ ? images_ : (b + 1) * size_; }

 private:
  std::size_t images_, size_, count_;
};

// Puts the subset in the order of one epoch, every image once: a function of seed and epoch alone.
void shuffle_for_epoch(Subset& subset, std::uint64_t seed, std::size_t epoch);

}  // namespace bnlab
