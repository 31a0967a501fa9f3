// The progress of a training run.
#pragma once

#include "bnlab/cli/terminal.hpp"
#include "bnlab/train/trainer.hpp"

namespace bnlab {

// Follows a training run: a bar with the remaining time of the epoch on a terminal, a line per epoch everywhere. Stops
// the run on an interrupt (signals.hpp). The terminal must outlive it.
TrainObserver show_progress(const Terminal& terminal, const std::string& name, std::size_t epochs);

// "=====>      ", for a fraction from 0 to 1.
std::string bar_of_signs(double fraction);

}  // namespace bnlab
