#include "bnlab/core/c_locale.hpp"

#include <new>

namespace bnlab {

// Made once: it is the same for all threads, and costs nothing afterwards.
static locale_t c_locale() {
  static const locale_t made = ::newlocale(LC_ALL_MASK, "C", nullptr);
  if (made == nullptr) throw std::bad_alloc();
  return made;
}

CLocale::CLocale() : previous_(::uselocale(c_locale())) {}

CLocale::~CLocale() { ::uselocale(previous_); }

}  // namespace bnlab
