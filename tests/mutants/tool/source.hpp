// A C++ source file as the mutants see it: a row of tokens, and the named places in it.
//
// Tokens leave out white space and comments, and string literals that stand side by side are one token. So what is
// looked for is found however the code is laid out and wherever its lines are broken.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace mutants {

struct Token {
  std::string text;
  std::size_t begin = 0, end = 0;  // bytes of the file: [begin, end)
};

// Tokens [first, last) of a file. What is put at the place's start or end goes to the bytes `start` and `stop`.
struct Place {
  std::size_t first = 0, last = 0;
  std::size_t start = 0, stop = 0;
};

class Source {
 public:
  explicit Source(std::string text);

  const std::string& text() const { return text_; }
  const std::vector<Token>& tokens() const { return tokens_; }

  // All places of that name. There are five kinds of names:
  //   BatchNorm::forward_train   the body of a function with that qualified name; of a template without its arguments
  //   class BatchNorm            the body of a class or struct
  //   region batchnorm-forward   what stands between BEGIN SOLUTION and END SOLUTION
  //   BN.9                       the statement, or the block, that a comment with this tag ends, is within, or opens
  //   file src/nn/linear.cpp     all of a file; the caller knows whether this is it
  std::vector<Place> places(const std::string& name) const;
  // The name of the function around a byte, without its class; empty outside of functions.
  std::string function_at(std::size_t byte) const;
  // Marked regions in order: their task's name and what stands between the lines of the markers.
  struct Region {
    std::string task;
    std::size_t begin = 0, end = 0;  // bytes
  };
  const std::vector<Region>& regions() const { return regions_; }

 private:
  struct Comment {
    std::string text;
    std::size_t line_start = 0, end = 0;  // bytes: where its line begins, and the one after it
    std::size_t next = 0;                 // the first token after it
    bool trails = false;                  // code stands before it on its line
  };
  struct Scope {
    std::string name;  // "BatchNorm::forward_train", "class BatchNorm"
    Place body;
  };

  void read_tokens();
  std::size_t skip_comment(std::size_t at);
  void read_regions();
  void read_scopes();
  std::size_t closing(std::size_t open) const;
  std::optional<std::string> scope_name(std::size_t head, std::size_t open, const std::string& around) const;
  std::string class_name(std::size_t first, std::size_t open) const;
  std::string function_name(std::size_t head, std::size_t parameters) const;
  bool ends_statement(std::size_t token) const;
  Place statement_before(std::size_t token) const;
  Place between(std::size_t first, std::size_t last) const;

  std::string text_;
  std::vector<Token> tokens_;
  std::vector<Comment> comments_;
  std::vector<Region> regions_;
  std::vector<Scope> scopes_;
};

// The tokens of a piece of code. "…" is one token.
std::vector<Token> tokens_of(const std::string& code);

}  // namespace mutants
