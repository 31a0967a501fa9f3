// The settings of a training run in its checkpoint.
//
// The metadata has an entry for each setting that decides what the run computes: settings.batch = "64",
// settings.hidden = "100,50", … Names, types and ranges are those of the table of options (Option::saved). In
// checkpoints of version 1 they are the command line's flags in one entry, options = "--batch=64 --hidden=100,50 …".
#pragma once

#include "bnlab/cli/settings.hpp"
#include "bnlab/train/model_file.hpp"

namespace bnlab {

Metadata saved_settings(const Settings& settings);

// The settings of the checkpoint's run; those of options that are newer than the file have their defaults. Error: one
// is missing, unknown, or no value of its type and range; the message names it.
Settings read_saved_settings(const TensorFile& checkpoint, const std::string& path);

// The settings of `bnlab train --resume`: those of the checkpoint's run and what the command line adds. UsageError: it
// contradicts them; only --epochs may differ.
Settings resumed_settings(const Settings& command_line, const TensorFile& checkpoint);

}  // namespace bnlab
