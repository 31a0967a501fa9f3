#include "bnlab/cli/signals.hpp"

#include <csignal>

namespace bnlab {
namespace {

constexpr int kInterrupts[] = {SIGINT, SIGTERM, SIGHUP};

// All that a signal handler may write to.
volatile std::sig_atomic_t received_signal = 0;

void record_signal(int signal) {
  received_signal = signal;
  for (const int each : kInterrupts) std::signal(each, SIG_DFL);
}

}  // namespace

void install_signal_handlers() {
  for (const int each : kInterrupts) {
    const auto before = std::signal(each, record_signal);
    if (before == SIG_IGN) std::signal(each, SIG_IGN);  // keep nohup's SIG_IGN
  }
}

int interrupt_signal() { return received_signal; }

}  // namespace bnlab
