// Linked to bnlab's own objects: a host program that has chosen the environment's locale before bnlab does anything.
#include <locale.h>

#include <cstdio>
#include <cstdlib>

static const bool chosen = [] {
  const bool done = ::setlocale(LC_NUMERIC, "") != nullptr;
  if (!done) std::fputs("the environment's locale is not there\n", stderr), std::abort();
  return done;
}();
