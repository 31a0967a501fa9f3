// What two runs that differ in their normalization showed, in sentences that claim no more than the numbers do.
#pragma once

#include <array>
#include <string>

#include "bnlab/lab/run.hpp"

namespace bnlab {

// The same network, images and training, with different normalization.
using RunPair = std::array<Run, 2>;

// Where something is true of a run: "without batch normalization"; of the other then "with it". If both are normalised,
// both are named.
std::string place_of_first(const RunPair& pair);
std::string place_of_second(const RunPair& pair);

// How the two ended: "Without batch normalization the loss diverged at step 24; with it, 79.12 %." A percentage is the
// accuracy on the test images.
std::string endings(const RunPair& pair);

// The same in full, with the difference where both have a test accuracy: "In 784-512-10 relu under adam lr 0.001, test
// accuracy was 83.82 % without batch normalization and 84.95 % with it: a difference of +1.13 points (95 % interval
// +0.66 to +1.60)."
std::string finding(const RunPair& pair);

// What that means, of one pair or of two: "So in these runs the first network did better with batch normalization, and
// the second diverged only without it: …"
std::string meaning(const RunPair& pair);
std::string meaning(const RunPair& first, const RunPair& second);

}  // namespace bnlab
