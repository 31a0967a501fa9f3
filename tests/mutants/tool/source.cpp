#include "source.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>

namespace mutants {
namespace {

// Operators of more than one character. (>> is two tokens: it also closes two templates.)
constexpr const char* kOperators[] = {"<=>", "...", "->*", "<<=", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=",
                                      "%=",  "&=",  "|=",  "^=",  "&&", "||", "++", "--", "->", "::", "<<", "…"};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// The byte after a literal that begins at `at` with a quote.
std::size_t after_quoted(const std::string& text, std::size_t at) {
  const char quote = text[at];
  for (++at; at < text.size() && text[at] != quote; ++at) {
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

// The byte after the line that begins at `at`, with the lines that a backslash joins to it.
std::size_t after_directive(const std::string& text, std::size_t at) {
  while (at < text.size() && text[at] != '\n') at += text[at] == '\\' ? 2 : 1;
  return std::min(at, text.size());
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
  if (c == 'R' && at + 1 < text.size() && text[at + 1] == '"') return after_raw_string(text, at + 1);
  if (c == '#') return after_directive(text, at);
  if (std::isdigit(static_cast<unsigned char>(c)) != 0) return after_number(text, at);
  if (is_word(c)) {
    while (at < text.size() && is_word(text[at])) ++at;
    return at;
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
    } else if (text_.compare(at, 2, "//") == 0 || text_.compare(at, 2, "/*") == 0) {
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
  const std::size_t close = line ? text_.find('\n', at) : text_.find("*/", at);
  const std::size_t end = close == std::string::npos ? text_.size() : line ? close : close + 2;
  const std::size_t line_start = text_.rfind('\n', at) == std::string::npos ? 0 : text_.rfind('\n', at) + 1;
  const bool trails = text_.find_first_not_of(" \t", line_start) != at;
  comments_.push_back({text_.substr(at, end - at), at, tokens_.size(), trails});
  return end;
}

void Source::read_regions() {
  const std::string begin = "// BEGIN SOLUTION ";
  for (const Comment& comment : comments_) {
    const std::size_t line_start = text_.rfind('\n', comment.begin) + 1;
    if (comment.text.starts_with(begin)) {
      const std::size_t after = std::min(text_.size(), comment.begin + comment.text.size() + 1);
      regions_.push_back({comment.text.substr(begin.size()), after, std::string::npos});
    } else if (comment.text == "// END SOLUTION" && !regions_.empty()) {
      regions_.back().end = line_start;
    }
  }
}

// The token that closes the bracket at `open`; the last one where none does.
std::size_t Source::closing(std::size_t open) const {
  const std::string& bracket = tokens_[open].text;
  const std::string other = bracket == "(" ? ")" : bracket == "[" ? "]" : "}";
  int depth = 0;
  for (std::size_t t = open; t < tokens_.size(); ++t) {
    if (tokens_[t].text == bracket) ++depth;
    if (tokens_[t].text == other && --depth == 0) return t;
  }
  return tokens_.size() - 1;
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
    if (opens_initializer(head, t)) {
      t = closing(t);
      continue;
    }
    const std::string name = scope_name(head, t, around.empty() ? "" : around.back().name);
    const std::size_t close = closing(t);
    const bool is_function = !name.empty() && !name.starts_with("class ");
    if (!name.empty()) scopes_.push_back({name, between(t + 1, close)});
    if (is_function) t = close;
    if (!is_function) around.push_back({name, close});
    head = t + 1;
  }
}

// A brace that belongs to a value: int x{0}, = {…}, or a member's initializer before a constructor's body.
bool Source::opens_initializer(std::size_t head, std::size_t open) const {
  if (open == head) return true;
  bool parameters = false, members = false;
  for (std::size_t t = head; t < open; ++t) {
    const std::string& text = tokens_[t].text;
    if (text == "namespace" || text == "enum") return text == "enum";
    if ((text == "class" || text == "struct") && (t == head || tokens_[t - 1].text == ">")) return false;
    if (text == "(") {
      parameters = true;
      t = closing(t);
      if (t > open) return true;  // an argument: f(Options options = {})
    } else if (text == "=" && (t == head || tokens_[t - 1].text != "operator")) {
      return true;
    } else if (text == ":" && parameters) {
      members = true;
    }
  }
  const std::string& before = tokens_[open - 1].text;
  return !parameters || (members && before != ")" && before != "}");
}

// The name of what the brace at `open` begins: "class X", a function's qualified name, or nothing for a namespace.
std::string Source::scope_name(std::size_t head, std::size_t open, const std::string& around) const {
  for (std::size_t t = head; t < open; ++t) {
    if (tokens_[t].text == "namespace") return "";
    const bool is_class = tokens_[t].text == "class" || tokens_[t].text == "struct";
    if (is_class && (t == head || tokens_[t - 1].text == ">")) return "class " + tokens_[t + 1].text;
  }
  std::size_t parameters = head;
  while (parameters < open && tokens_[parameters].text != "(") ++parameters;
  if (parameters == open) return "";
  std::string name;
  for (std::size_t t = parameters; t-- > head;) {
    if (tokens_[t].text == ">") {  // X<T>::f is X::f
      while (t > head && tokens_[t].text != "<") --t;
      continue;
    }
    const bool joins = name.empty() || name.starts_with("::") || tokens_[t].text == "::" || tokens_[t].text == "~";
    if (!joins || (tokens_[t].text != "::" && tokens_[t].text != "~" && !is_word(tokens_[t].text[0]))) break;
    name = tokens_[t].text + name;
  }
  return around.starts_with("class ") ? around.substr(6) + "::" + name : name;
}

// The statement that ends before a token, or the block that opens there, from its head to its closing brace.
Place Source::statement_before(std::size_t token) const {
  std::size_t last = token;  // one past the statement
  if (token > 0 && tokens_[token - 1].text == "{") {
    last = closing(token - 1) + 1;
    --token;
  } else if (token > 0 && tokens_[token - 1].text != ";" && tokens_[token - 1].text != "}") {
    while (last < tokens_.size() && tokens_[last - 1].text != ";") ++last;
  }
  std::size_t first = token > 0 ? token - 1 : 0;
  int depth = 0;
  while (first > 0) {
    const std::string& before = tokens_[first - 1].text;
    if (depth == 0 && (before == ";" || before == "{" || before == "}")) break;
    if (before == ")" || before == "]") ++depth;
    if (before == "(" || before == "[") --depth;
    if (depth < 0) break;
    --first;
  }
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
