// A locale in which a quarter is "0,25" and a thousand "1.000", as in de_DE.
//
// The system's, if it has one; else one that localedef makes of the system's sources; else, where those are missing, too
// (a plain container), the 54 bytes that glibc keeps of such a locale for numbers. A test that needs it is never skipped:
// where none of these works it fails.
#pragma once

#include <locale.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "support.hpp"

namespace bnlab::testing {

class DecimalComma {
 public:
  // The locale is chosen for this program until the end of the test; `chosen` false: only made.
  explicit DecimalComma(bool chosen = true) {
    if (const char* before = ::getenv("LOCPATH")) locpath_before_ = before;
    make();
    REQUIRE_MESSAGE(!name_.empty(), "no locale with a decimal comma: expected de_DE, or localedef, or glibc");
    if (chosen) {
      choose();
    } else {
      reset();
    }
  }
  ~DecimalComma() {
    reset();
    if (locpath_before_.empty()) {
      ::unsetenv("LOCPATH");
    } else {
      ::setenv("LOCPATH", locpath_before_.c_str(), 1);
    }
  }
  DecimalComma(const DecimalComma&) = delete;
  DecimalComma& operator=(const DecimalComma&) = delete;

  const std::string& name() const { return name_; }
  // For LOCPATH of another program; empty: the system's.
  std::string locpath() const { return system_has_it_ ? "" : folder_.path(); }

 private:
  void choose() { REQUIRE(is_it(name_)); }
  static void reset() { ::setlocale(LC_ALL, "C"); }

  // Chooses the locale, as far as it is there: the hand-made one has numbers only.
  static bool is_it(const std::string& name) {
    if (::setlocale(LC_ALL, name.c_str()) == nullptr && ::setlocale(LC_NUMERIC, name.c_str()) == nullptr) return false;
    return std::string(::localeconv()->decimal_point) == ",";
  }

  void make() {
    for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "de_DE"}) {
      if (!is_it(name)) continue;
      name_ = name;
      system_has_it_ = true;
      return;
    }
    ::setenv("LOCPATH", folder_.path().c_str(), 1);
    const std::string command =
        "localedef --no-archive -i de_DE -f UTF-8 '" + (folder_ / "de_DE.UTF-8") + "' 2>/dev/null";
    if (std::system(command.c_str()) == 0 && is_it("de_DE.UTF-8")) {
      name_ = "de_DE.UTF-8";
      return;
    }
    write_by_hand(folder_ / "comma");
    if (is_it("comma")) name_ = "comma";
  }

  // glibc's LC_NUMERIC: a magic number, how many fields there are, where each begins, then the fields: the decimal
  // point, the separator of thousands, groups of three and three, both signs as wide characters, the character set.
  static void write_by_hand(const std::string& folder) {
    std::filesystem::create_directories(folder);
    std::string bytes("\x14\x11\x03\x20\x06\0\0\0\x20\0\0\0\x22\0\0\0\x24\0\0\0\x28\0\0\0\x2c\0\0\0\x30\0\0\0", 32);
    bytes += std::string(",\0.\0\3\3\0\0,\0\0\0.\0\0\0UTF-8\0", 22);
    write_text(folder + "/LC_NUMERIC", bytes);
  }

  TempFolder folder_;
  std::string name_, locpath_before_;
  bool system_has_it_ = false;
};

}  // namespace bnlab::testing
