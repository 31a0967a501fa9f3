// Ctrl-C, politely.
#pragma once

namespace bnlab {

// From here on the first SIGINT, SIGTERM or SIGHUP is only noted, so that a run can finish its step and save; the next one ends
// the program at once.
void listen_for_interrupts();
int interrupted();  // the signal that came; 0: none

}  // namespace bnlab
