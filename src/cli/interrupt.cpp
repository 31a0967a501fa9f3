#include "bnlab/cli/interrupt.hpp"

#include <csignal>
#include <initializer_list>

namespace bnlab {

static volatile std::sig_atomic_t noted = 0;  // all that a signal's handler may touch

static void note(int signal) {
  noted = signal;
  for (const int each : {SIGINT, SIGTERM, SIGHUP}) std::signal(each, SIG_DFL);
}

void listen_for_interrupts() {
  for (const int each : {SIGINT, SIGTERM, SIGHUP}) {
    if (std::signal(each, note) == SIG_IGN) std::signal(each, SIG_IGN);  // as nohup asks
  }
}

int interrupted() { return noted; }

}  // namespace bnlab
