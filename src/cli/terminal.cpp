#include "bnlab/cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

#include "bnlab/cli/standard_streams.hpp"

namespace bnlab {
namespace {

std::string environment_variable(const char* name, const char* if_unset = "") {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : if_unset;
}

}  // namespace

Terminal Terminal::detect(bool quiet) {
  const bool is_terminal = ::isatty(STDOUT_FILENO) != 0 && environment_variable("TERM", "dumb") != "dumb";
  const bool moving = is_terminal && !quiet;
  return {.quiet = quiet, .moving = moving, .colour = moving && environment_variable("NO_COLOR").empty()};
}

void Terminal::print(const char* pattern, ...) const {
  if (quiet) return;
  std::va_list arguments;
  va_start(arguments, pattern);
  const std::string text = format_list(pattern, arguments);
  va_end(arguments);
  std::fputs(text.c_str(), stdout);
  flush_output();
}

void Terminal::clear_line() const {
  if (moving) print("\r\x1b[K");
}

std::size_t Terminal::columns() const {
  constexpr std::size_t kUsual = 80;
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : kUsual;
}

Colours Terminal::colours(const std::string& choice) const {
  if (choice == "24bit") return Colours::of_24_bits;
  if (choice == "256") return Colours::of_256;
  if (choice != "auto" || !colour) return Colours::none;
  const std::string capability = environment_variable("COLORTERM");
  if (capability == "truecolor" || capability == "24bit") return Colours::of_24_bits;
  if (environment_variable("TERM").find("256") != std::string::npos) return Colours::of_256;
  return Colours::none;
}

std::string Terminal::colour_code(int colour_number) const { return colour ? format("\x1b[%dm", colour_number) : ""; }

}  // namespace bnlab
