#include "source.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <initializer_list>

namespace mutants {
namespace {

// Operators of more than one character. (>> is two tokens: it also closes two templates.)
constexpr const char* kOperators[] = {"<=>", "...", "->*", "<<=", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=",
                                      "%=",  "&=",  "|=",  "^=",  "&&", "||", "++", "--", "->", "::", "<<", "…"};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool is_one_of(const std::string& text, std::initializer_list<const char*> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool begins_comment(const std::string& text, std::size_t at) {
  return text.compare(at, 2, "//") == 0 || text.compare(at, 2, "/*") == 0;
}

// The byte after a literal that begins at `at` with a quote; one that is never closed ends with its line.
std::size_t after_quoted(const std::string& text, std::size_t at) {
  const char quote = text[at];
  for (++at; at < text.size() && text[at] != quote; ++at) {
    if (text[at] == '\n') return at;
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

// The byte after R"…( … )…", whose quote is at `at`.
std::size_t after_raw_string(const std::string& text, std::size_t at) {
  const std::size_t open = text.find('(', at);
  if (open == std::string::npos) return text.size();
  const std::string close = ")" + text.substr(at + 1, open - at - 1) + "\"";
  const std::size_t end = text.find(close, open);
  return end == std::string::npos ? text.size() : end + close.size();
}

// The byte after the line that begins at `at`, with the lines that a backslash joins to it, up to a comment.
std::size_t after_directive(const std::string& text, std::size_t at) {
  while (at < text.size() && text[at] != '\n' && !begins_comment(text, at)) {
    at = text[at] == '"' ? after_quoted(text, at) : at + (text[at] == '\\' ? 2 : 1);
  }
  return text.find_last_not_of(" \t\r\n", std::min(at, text.size()) - 1) + 1;
}

std::size_t after_number(const std::string& text, std::size_t at) {
  for (; at < text.size(); ++at) {
    const bool sign = (text[at] == '+' || text[at] == '-') && std::strchr("eEpP", text[at - 1]) != nullptr;
    if (!is_word(text[at]) && text[at] != '.' && text[at] != '\'' && !sign) break;
  }
  return at;
}

// The byte after the token that begins at `at`.
std::size_t after_token(const std::string& text, std::size_t at) {
  const char c = text[at];
  if (c == '"' || c == '\'') return after_quoted(text, at);
  if (c == '#') return after_directive(text, at);
  if (std::isdigit(static_cast<unsigned char>(c)) != 0) return after_number(text, at);
  if (is_word(c)) {
    while (at < text.size() && is_word(text[at])) ++at;
    const bool raw = text[at - 1] == 'R' && at < text.size() && text[at] == '"';  // R"(…)", u8R"(…)"
    return raw ? after_raw_string(text, at) : at;
  }
  for (const char* op : kOperators) {
    if (text.compare(at, std::strlen(op), op) == 0) return at + std::strlen(op);
  }
  return at + 1;
}

bool is_string(const Token& token) { return token.text.size() >= 2 && token.text.front() == '"'; }

// Is `tag` in the text as a word of its own? BN.1 is not in BN.12.
bool has_tag(const std::string& text, const std::string& tag) {
  for (std::size_t at = text.find(tag); at != std::string::npos; at = text.find(tag, at + 1)) {
    const std::size_t end = at + tag.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) return true;
  }
  return false;
}

}  // namespace

Source::Source(std::string text) : text_(std::move(text)) {
  read_tokens();
  read_regions();
  read_scopes();
}

std::vector<Token> tokens_of(const std::string& code) { return Source(code).tokens(); }

void Source::read_tokens() {
  for (std::size_t at = 0; at < text_.size();) {
    if (std::isspace(static_cast<unsigned char>(text_[at])) != 0) {
      ++at;
    } else if (begins_comment(text_, at)) {
      at = skip_comment(at);
    } else {
      const std::size_t end = after_token(text_, at);
      Token token{text_.substr(at, end - at), at, end};
      if (!tokens_.empty() && is_string(tokens_.back()) && is_string(token)) {  // "a" "b" is "ab"
        tokens_.back().text.pop_back();
        tokens_.back().text += token.text.substr(1);
        tokens_.back().end = end;
      } else {
        tokens_.push_back(std::move(token));
      }
      at = end;
    }
  }
}

std::size_t Source::skip_comment(std::size_t at) {
  const bool line = text_[at + 1] == '/';
  const std::size_t close = line ? text_.find('\n', at) : text_.find("*/", at + 2);
  const std::size_t end = close == std::string::npos ? text_.size() : line ? close : close + 2;
  const std::size_t line_start = at == 0 ? 0 : text_.rfind('\n', at - 1) + 1;  // npos + 1 is 0
  const bool trails = !tokens_.empty() && tokens_.back().end > line_start;
  const std::string text = text_.substr(at, end - at);
  comments_.push_back({text.substr(0, text.find_last_not_of(" \t\r") + 1), line_start, end, tokens_.size(), trails});
  return end;
}

void Source::read_regions() {
  const std::string begin = "// BEGIN SOLUTION ";
  const Comment* opened = nullptr;
  for (const Comment& comment : comments_) {
    if (comment.text.starts_with(begin)) {
      opened = &comment;
    } else if (comment.text == "// END SOLUTION" && opened != nullptr) {
      regions_.push_back({opened->text.substr(begin.size()), opened->end + 1, comment.line_start});
      opened = nullptr;
    }
  }
}

// The token that closes the bracket at `open`; one past the last token where none does.
std::size_t Source::closing(std::size_t open) const {
  const std::string& bracket = tokens_[open].text;
  const std::string other = bracket == "(" ? ")" : bracket == "[" ? "]" : bracket == "<" ? ">" : "}";
  int depth = 0;
  for (std::size_t t = open; t < tokens_.size(); ++t) {
    if (tokens_[t].text == bracket) ++depth;
    if (tokens_[t].text == other && --depth == 0) return t;
  }
  return tokens_.size();
}

Place Source::between(std::size_t first, std::size_t last) const {
  return {first, last, first == 0 ? 0 : tokens_[first - 1].end,
          last < tokens_.size() ? tokens_[last].begin : text_.size()};
}

// Finds classes and functions, by the declaration before each brace that is not inside a function.
void Source::read_scopes() {
  struct Open {
    std::string name;
    std::size_t close;
  };
  std::vector<Open> around;
  std::size_t head = 0;  // where the declaration at hand begins
  for (std::size_t t = 0; t < tokens_.size(); ++t) {
    const std::string& text = tokens_[t].text;
    while (!around.empty() && t >= around.back().close) around.pop_back();
    const std::string before = t > 0 ? tokens_[t - 1].text : "";
    const bool access = text == ":" && (before == "public" || before == "private" || before == "protected");
    if (text == ";" || text == "}" || text[0] == '#' || access) head = t + 1;
    if (text != "{") continue;
    const std::optional<std::string> name = scope_name(head, t, around.empty() ? "" : around.back().name);
    if (!name) {
      t = closing(t);
      continue;
    }
    const std::size_t close = closing(t);
    const bool is_function = !name->empty() && !name->starts_with("class ");
    if (!name->empty()) scopes_.push_back({*name, between(t + 1, close)});
    if (is_function) t = close;
    if (!is_function) around.push_back({*name, close});
    head = t + 1;
  }
}

// The name of what the brace at `open` begins, whose declaration is from `head` on: "class X", a function's qualified
// name, or "" for a namespace. Nothing where the brace belongs to a value: int x{0}, = {…}, an argument, or a member's
// initializer before a constructor's body.
std::optional<std::string> Source::scope_name(std::size_t head, std::size_t open, const std::string& around) const {
  std::size_t parameters = open;
  bool members = false;
  for (std::size_t t = head; t < open; ++t) {
    const std::string& text = tokens_[t].text;
    const std::string before = t > head ? tokens_[t - 1].text : "";
    if (before == "operator") {  // what follows is its name
      if (text == "(" || text == "[") ++t;
      continue;
    }
    if (text == "enum" || text == "=") return std::nullopt;
    if (text == "namespace" || (text == "extern" && is_string(tokens_[t + 1]))) return "";
    if (parameters == open && (text == "class" || text == "struct")) return "class " + class_name(t + 1, open);
    if (text == ":" && parameters < open) members = true;
    const bool names_it =
        text == "(" && !is_one_of(before, {"requires", "decltype", "alignas", "explicit", "__attribute__"});
    if (names_it && parameters == open) parameters = t;
    if (is_one_of(text, {"(", "[", "{", "<"})) t = closing(t);
    if (t > open) return std::nullopt;
  }
  if (parameters == open) return std::nullopt;
  const std::string& before = tokens_[open - 1].text;
  if (members && (is_word(before[0]) || before == ">")) return std::nullopt;
  const std::string name = function_name(head, parameters);
  return around.starts_with("class ") ? around.substr(6) + "::" + name : name;
}

// Of class [[attribute]] alignas(8) X final : Y, the X.
std::string Source::class_name(std::size_t first, std::size_t open) const {
  for (std::size_t t = first; t < open; ++t) {
    if (tokens_[t].text == "alignas") ++t;
    if (tokens_[t].text != "[" && tokens_[t].text != "(") return tokens_[t].text;
    t = closing(t);
  }
  return "";
}

// The qualified name ahead of a parameter list; X<T>::f is X::f.
std::string Source::function_name(std::size_t head, std::size_t parameters) const {
  std::string name;
  std::size_t t = parameters;
  for (std::size_t op = head; op < parameters; ++op) {
    if (tokens_[op].text != "operator") continue;
    name = is_word(tokens_[op + 1].text[0]) ? "operator " : "operator";
    for (t = op + 1; t < parameters; ++t) name += tokens_[t].text;
    t = op;
    break;
  }
  while (t-- > head) {
    const std::string& text = tokens_[t].text;
    if (text == ">") {
      for (int depth = 1; depth > 0 && t > head;) {
        --t;
        depth += tokens_[t].text == ">" ? 1 : tokens_[t].text == "<" ? -1 : 0;
      }
      continue;
    }
    const bool joins = name.empty() || name.starts_with("::") || text == "::" || text == "~";
    if (!joins || (text != "::" && text != "~" && !is_word(text[0]))) break;
    name = text + name;
  }
  return name;
}

// Is this the end of a statement, or of a block? The brace of a value or a lambda is not.
bool Source::ends_statement(std::size_t token) const {
  const std::string& text = tokens_[token].text;
  if (text == ";" || text[0] == '#') return true;
  if (text != "}") return false;
  return token + 1 == tokens_.size() || !is_one_of(tokens_[token + 1].text, {";", ",", ".", ")", "]", "?", ":", "("});
}

// The statement that ends before a token or goes on there, or the block that opens there: from its head to its last
// token. There is a token before.
Place Source::statement_before(std::size_t token) const {
  std::size_t last = token;  // one past the statement
  if (tokens_[token - 1].text == "{") {
    last = std::min(closing(token - 1) + 1, tokens_.size());
    --token;
  } else if (!ends_statement(token - 1)) {
    for (; last < tokens_.size() && tokens_[last - 1].text != ";" && tokens_[last].text != "}"; ++last) {
      if (is_one_of(tokens_[last].text, {"(", "[", "{"})) last = std::min(closing(last), tokens_.size() - 1);
    }
  }
  std::size_t first = token;
  for (int depth = 0; first > 0; --first) {
    const std::string& text = tokens_[first - 1].text;
    const bool at_end = first == token;  // this one belongs to the statement, whatever it is
    if (!at_end && depth == 0 && (text == "{" || ends_statement(first - 1))) break;
    if (is_one_of(text, {")", "]", "}"})) ++depth;
    if (is_one_of(text, {"(", "[", "{"})) depth = std::max(0, depth - 1);
  }
  first = std::min(first, last - 1);
  return {first, last, tokens_[first].begin, tokens_[last - 1].end};
}

std::vector<Place> Source::places(const std::string& name) const {
  std::vector<Place> found;
  if (name.starts_with("file ")) return {between(0, tokens_.size())};
  for (const Scope& scope : scopes_) {
    if (scope.name == name) found.push_back(scope.body);
  }
  for (const Region& region : regions_) {
    if (name != "region " + region.task) continue;
    const auto first =
        std::find_if(tokens_.begin(), tokens_.end(), [&](const Token& t) { return t.begin >= region.begin; });
    const auto last = std::find_if(first, tokens_.end(), [&](const Token& t) { return t.begin >= region.end; });
    found.push_back({static_cast<std::size_t>(first - tokens_.begin()),
                     static_cast<std::size_t>(last - tokens_.begin()), region.begin, region.end});
  }
  if (name.find('.') != std::string::npos) {
    for (const Comment& comment : comments_) {
      if (comment.trails && has_tag(comment.text, name)) found.push_back(statement_before(comment.next));
    }
  }
  return found;
}

std::string Source::function_at(std::size_t byte) const {
  for (const Scope& scope : scopes_) {
    if (scope.name.starts_with("class ") || byte < scope.body.start || byte >= scope.body.stop) continue;
    const std::size_t colons = scope.name.rfind("::");
    return colons == std::string::npos ? scope.name : scope.name.substr(colons + 2);
  }
  return "";
}

}  // namespace mutants
