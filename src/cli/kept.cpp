#include "bnlab/cli/kept.hpp"

namespace bnlab {
namespace {

std::string log_note(const Settings& settings) {
  return settings.log.empty() ? "" : " The log of its steps is " + shown_path(settings.log) + ".";
}

// How to continue from the checkpoint of a run that was stopped.
std::string continuation(const Settings& settings) {
  std::string text = "To continue: the same command with --resume " + shown_path(settings.checkpoint);
  if (settings.max_steps > 0) text += ", and another --max-steps or none";
  return text + ".";
}

}  // namespace

std::string kept_of_finished_run(const Settings& settings) {
  if (!settings.save.empty()) return "Saved as " + shown_path(settings.save) + "." + log_note(settings);
  if (!settings.checkpoint.empty()) {
    return "The trained network is in the checkpoint " + shown_path(settings.checkpoint) +
           ", which eval and predict take as a model." + log_note(settings);
  }
  return "Not saved (--save FILE)." + log_note(settings);
}

std::string kept_of_stopped_run(const Settings& settings) {
  const std::string model = shown_path(settings.save);
  if (!settings.checkpoint.empty()) {
    const std::string saved = settings.save.empty() ? "" : " The model as it is now is saved as " + model + ".";
    return "The run is kept in " + shown_path(settings.checkpoint) + "." + saved + log_note(settings) + " " +
           continuation(settings);
  }
  if (!settings.save.empty()) {
    return "The model as it is now is saved as " + model + "." + log_note(settings) +
           " Without --checkpoint FILE the run cannot be resumed; --init " + model +
           " begins another from its weights.";
  }
  return "Its weights are lost, as neither --checkpoint FILE nor --save FILE was given." + log_note(settings);
}

std::string kept_of_diverged_run(const Settings& settings, std::size_t checkpoint_step) {
  std::string text = settings.save.empty() ? "" : "Nothing was saved as " + shown_path(settings.save) + ".";
  if (checkpoint_step > 0) {
    if (!text.empty()) text += " ";
    text += "The checkpoint " + shown_path(settings.checkpoint) + " is that of " +
            format("step %zu, before the loss diverged.", checkpoint_step);
  }
  return text.empty() ? log_note(settings).erase(0, 1) : text + log_note(settings);
}

}  // namespace bnlab
