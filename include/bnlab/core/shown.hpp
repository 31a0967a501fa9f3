// Text that comes from a file, a name or the command line, made fit to be printed or put into a message.
//
// Such text is data. It may hold line breaks, escape sequences that move the cursor, marks that reverse the order in
// which the rest is read, bytes that are no text at all; and it may be a megabyte long.
#pragma once

#include <string>
#include <string_view>

namespace bnlab {

// How many characters of a name, of a path and of a whole message are kept.
inline constexpr std::size_t kLongestName = 60;
inline constexpr std::size_t kLongestPath = 4096;
inline constexpr std::size_t kLongestMessage = 10'000;

// The text as it may be printed. Replaced by '?': control characters (C0, DEL, C1), line and paragraph separators,
// marks that change the direction of writing or take no room, and each byte that is not UTF-8. Letters of any script
// stay. A longer text ends in "…", which counts as one of the `most` characters.
std::string shown(std::string_view text, std::size_t most = kLongestName);
std::string shown_path(std::string_view path);

// One word, for result lines, which programs split at spaces and then at "=": as shown() makes it, with '_' for what it
// replaces and for white space, "=" and quotation marks. An empty text becomes "unnamed".
std::string one_word(std::string_view text, std::size_t most = kLongestName);

// A message of one line. Cleaned as by shown(); of one that is too long the middle is left out, as the end says what to
// do.
std::string one_line(std::string_view message);

}  // namespace bnlab
