// What a training run leaves behind when it ends, and how to go on.
#pragma once

#include "bnlab/cli/settings.hpp"

namespace bnlab {

// Each a line of its own for the reader.
using Sentences = std::vector<std::string>;

// Which files hold what of a run that came to its end.
Sentences kept_of_finished_run(const Settings& settings);

// Of a run that was stopped by a signal or by --max-steps: what is kept, what is lost.
Sentences kept_of_stopped_run(const Settings& settings);
// How to continue it; empty where that cannot be done. In one line, to be copied.
std::string how_to_continue(const Settings& settings);

// Of a run that diverged. `checkpoint_step`: at which step its checkpoint was last written; 0: it was not.
Sentences kept_of_diverged_run(const Settings& settings, std::size_t checkpoint_step);

}  // namespace bnlab
