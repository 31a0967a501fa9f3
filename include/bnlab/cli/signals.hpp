// Interrupts: SIGINT (Ctrl-C), SIGTERM and SIGHUP.
#pragma once

namespace bnlab {

// From here on the first of these signals is only recorded, so that a run can finish its step and save; the second one
// ends the program at once.
void install_signal_handlers();

int interrupt_signal();  // the signal that was received; 0: none

}  // namespace bnlab
