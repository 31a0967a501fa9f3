// Signals that end a program, held back for a while.
#pragma once

#include <pthread.h>

#include <csignal>

namespace bnlab {

// From construction to destruction the calling thread, and threads that it starts then, receive none of the signals by
// which a program is ended from outside, or as it reaches a limit of the system. One that comes meanwhile takes effect
// afterwards.
class HeldSignals {
 public:
  HeldSignals() {
    sigset_t held;
    ::sigemptyset(&held);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU, SIGXFSZ}) ::sigaddset(&held, signal);
    ::pthread_sigmask(SIG_BLOCK, &held, &before_);
  }
  ~HeldSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

 private:
  sigset_t before_;
};

}  // namespace bnlab
