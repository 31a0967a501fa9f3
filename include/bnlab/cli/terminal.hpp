// What the user sees while work goes on, and how to stop it.
#pragma once

#include "bnlab/lab/drawing.hpp"
#include "bnlab/train/trainer.hpp"

namespace bnlab {

// What standard output is: a terminal that shows colours and bars that move, or a file or pipe that gets plain lines.
struct Terminal {
  bool quiet = false;  // only result lines
  bool moving = false;
  bool colour = false;  // moving, and the environment has no NO_COLOR

  static Terminal detect(bool quiet);
  // printf to standard output, unless quiet.
  [[gnu::format(printf, 2, 3)]] void say(const char* pattern, ...) const;
  std::size_t columns() const;  // its width; 80 where there is no telling
  // For images: what --colours asks for, or ("auto") what the environment says of the terminal.
  Colours colours(const std::string& choice) const;
  // Takes away the bar of show_progress; empty where there is none.
  const char* clear_line() const { return moving ? "\r\x1b[K" : ""; }
};

// Follows a training run: a bar with the time left in the epoch on a terminal, a line per epoch everywhere. Stops it when
// interrupted.
TrainObserver show_progress(const Terminal& terminal, const std::string& name, std::size_t epochs);

// From here on the first SIGINT, SIGTERM or SIGHUP is only noted, so that a run can finish its step and save; the next
// one ends the program at once.
void listen_for_interrupts();
int interrupted();  // the signal that came; 0: none

}  // namespace bnlab
