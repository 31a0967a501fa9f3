#include "bnlab/cli/kept.hpp"

#include "bnlab/cli/text.hpp"

namespace bnlab {
namespace {

void add_logs(Sentences& sentences, const Settings& settings) {
  if (!settings.log.empty()) sentences.push_back("The log of its steps is in " + shown_path(settings.log) + ".");
  if (!settings.watch.empty()) sentences.push_back("Its watched layers are in " + shown_path(settings.watch) + ".");
}

}  // namespace

Sentences kept_of_finished_run(const Settings& settings) {
  Sentences sentences;
  if (!settings.save.empty()) {
    sentences.push_back("Saved as " + shown_path(settings.save) + ".");
  } else if (!settings.checkpoint.empty()) {
    sentences.push_back("The trained network is in the checkpoint " + shown_path(settings.checkpoint) +
                        ", which eval and predict take as a model.");
  } else {
    sentences.push_back("Not saved (--save FILE).");
  }
  add_logs(sentences, settings);
  return sentences;
}

Sentences kept_of_stopped_run(const Settings& settings) {
  Sentences sentences;
  const bool resumable = !settings.checkpoint.empty();
  const bool saved = !settings.save.empty();
  const std::string model = shown_path(settings.save);
  if (resumable) sentences.push_back("The run is kept in " + shown_path(settings.checkpoint) + ".");
  if (saved) sentences.push_back("The model as it is now is saved as " + model + ".");
  if (!resumable && !saved) {
    sentences.push_back("Its weights are lost, as neither --checkpoint FILE nor --save FILE was given.");
  }
  if (!resumable && !settings.resume.empty()) {
    sentences.push_back("The checkpoint that it was resumed from, " + shown_path(settings.resume) + ", is unchanged.");
  }
  add_logs(sentences, settings);
  if (saved && !resumable) {
    sentences.push_back("Without --checkpoint FILE the run cannot be resumed; --init " + model +
                        " begins another from its weights.");
  }
  return sentences;
}

std::string how_to_continue(const Settings& settings) {
  if (settings.checkpoint.empty()) return "";
  std::string text = "To continue: the same command with --resume " + shell_word(settings.checkpoint);
  if (settings.max_steps > 0) text += ", and another --max-steps or none";
  return text;
}

Sentences kept_of_diverged_run(const Settings& settings, std::size_t checkpoint_step) {
  Sentences sentences;
  if (!settings.save.empty()) sentences.push_back("Nothing was saved as " + shown_path(settings.save) + ".");
  if (checkpoint_step > 0) {
    sentences.push_back("The checkpoint " + shown_path(settings.checkpoint) +
                        format(" is that of step %zu, before the loss diverged.", checkpoint_step));
  }
  add_logs(sentences, settings);
  return sentences;
}

}  // namespace bnlab
