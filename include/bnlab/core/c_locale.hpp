// The "C" locale, for numbers in files and results.
//
// printf and strtod follow the locale that the host program chose with setlocale: in de_DE, 0.25 is printed as "0,25",
// and "0.25" is read as 0. What bnlab writes and reads must not depend on that.
#pragma once

#include <locale.h>
#ifdef __APPLE__
#include <xlocale.h>
#endif

namespace bnlab {

// While it lives, the calling thread has the "C" locale. Other threads and the host program's choice are not touched.
class CLocale {
 public:
  CLocale();
  ~CLocale();
  CLocale(const CLocale&) = delete;
  CLocale& operator=(const CLocale&) = delete;

 private:
  locale_t previous_;
};

}  // namespace bnlab
