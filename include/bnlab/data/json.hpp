// A reader for the small part of JSON in the header of a safetensors file: objects, strings, and arrays of whole
// numbers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bnlab {

class JsonReader {
 public:
  // `path` names the file in errors. It and `text` must outlive the reader.
  JsonReader(const std::string& path, std::string_view text) : path_(path), text_(text) {}

  // Reads {"key": …, "key": …}. Calls read_value(key) for each key; it must read the value.
  template <class ReadValue>
  void object(ReadValue read_value) {
    list('{', '}', [&] {
      const std::string key = string();
      expect(':');
      read_value(key);
    });
  }

  std::string string();
  // An array of at most that many numbers. Error: it has more, which is found out before they are kept.
  std::vector<std::size_t> numbers(std::size_t most);
  // Error if text follows.
  void end();

  [[noreturn]] void bad(const char* problem) const;

 private:
  // Reads items between `open` and `close`, separated by commas.
  template <class ReadItem>
  void list(char open, char close, ReadItem read_item) {
    expect(open);
    if (accept(close)) return;
    do {
      read_item();
    } while (accept(','));
    expect(close);
  }

  void skip_space();
  char next();          // the next character
  bool accept(char c);  // true if c is next after white space; reads it
  void expect(char c);  // the same; Error if not
  std::size_t number();
  std::string escape();  // the rest of an escape sequence, after the backslash

  const std::string& path_;
  std::string_view text_;
  std::size_t position_ = 0;
};

// The text as a JSON string, in quotation marks.
std::string json_string(const std::string& text);

}  // namespace bnlab
