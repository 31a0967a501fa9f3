// bnlab: trains a network with and without batch normalization, and explains what happened.
#include <cstdio>
#include <new>
#include <stdexcept>

#include "bnlab/cli/command_line.hpp"
#include "bnlab/cli/commands.hpp"
#include "bnlab/cli/help.hpp"
#include "bnlab/cli/standard_streams.hpp"

namespace {

int run(const std::vector<std::string>& words) {
  const bnlab::Settings settings = bnlab::parse_command_line(words);
  if (!settings.help) {
    const bnlab::Command& command = *bnlab::find_command(settings.command);
    return command.run(settings, bnlab::Terminal::detect(settings.quiet));
  }
  std::fputs(bnlab::help_text(settings.command).c_str(), stdout);
  return 0;
}

int fail_with(const std::string& message, int status) {
  std::fprintf(stderr, "bnlab: %s\n", bnlab::one_line(message).c_str());
  return status;
}

int fail_without_memory() {
  std::fputs("bnlab: not enough memory; use a smaller network, batch or dataset\n", stderr);  // it needs none itself
  return 1;
}

}  // namespace

// Exit status: 0, 2 for a wrong command line, 1 for anything else that failed, with one line on standard error.
int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  bnlab::prepare_standard_streams();
  try {
    const int status = run(words);
    bnlab::expect_output_written();
    return status;
  } catch (const bnlab::UsageError& error) {
    return fail_with(std::string(error.what()) + " (see " + bnlab::help_command(words) + ")", 2);
  } catch (const bnlab::Error& error) {
    return fail_with(error.what(), 1);
  } catch (const std::bad_alloc&) {
    return fail_without_memory();
  } catch (const std::length_error&) {  // more than could ever be allocated
    return fail_without_memory();
  } catch (const std::exception& error) {
    return fail_with(std::string("unexpected problem: ") + error.what(), 1);
  }
}
