// A reader of XML, small and strict: what it does not take is not well-formed (or not what our writer should write).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "../support.hpp"

namespace bnlab::testing {

struct XmlElement {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::string text;    // directly in it, entities resolved
  std::size_t parent;  // place in the list; the root is its own

  std::string operator[](const std::string& attribute) const {
    const auto found = attributes.find(attribute);
    return found == attributes.end() ? "" : found->second;
  }
  double number(const std::string& attribute) const { return std::stod((*this)[attribute]); }
};

// All elements in the order in which they begin. `error` is empty for well-formed XML.
class Xml {
 public:
  explicit Xml(std::string_view text) : rest_(text) { read(); }

  std::string error;
  std::vector<XmlElement> elements;

  std::vector<XmlElement> of_class(const std::string& css_class) const {
    return where(
        [&](const XmlElement& e) { return (" " + e["class"] + " ").find(" " + css_class + " ") != std::string::npos; });
  }
  std::vector<XmlElement> named(const std::string& name) const {
    return where([&](const XmlElement& e) { return e.name == name; });
  }

 private:
  template <class Condition>
  std::vector<XmlElement> where(Condition holds) const {
    std::vector<XmlElement> found;
    std::copy_if(elements.begin(), elements.end(), std::back_inserter(found), holds);
    return found;
  }

  void fail(const std::string& what) {
    if (error.empty()) error = what + " before: " + std::string(rest_.substr(0, 40));
    rest_ = "";
  }
  bool take(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  std::string take_until(std::string_view ends) {
    const std::size_t end = std::min(rest_.find_first_of(ends), rest_.size());
    const std::string taken(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return taken;
  }

  // Entities become characters. Control characters other than the line break have no place in XML.
  std::string resolved(const std::string& raw) {
    static const std::map<std::string, std::string> kEntities = {
        {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}, {"&quot;", "\""}, {"&#39;", "'"}};
    std::string text;
    for (std::size_t i = 0; i < raw.size(); ++i) {
      if (static_cast<unsigned char>(raw[i]) < 0x20 && raw[i] != '\n') fail("a control character");
      if (raw[i] != '&') {
        text += raw[i];
        continue;
      }
      const std::size_t end = raw.find(';', i);
      const auto found = kEntities.find(end == std::string::npos ? "" : raw.substr(i, end + 1 - i));
      if (found == kEntities.end()) {
        fail("an unknown entity in " + raw);
        return text;
      }
      text += found->second;
      i = end;
    }
    return text;
  }

  void read_tag(std::vector<std::size_t>& open) {
    XmlElement element{take_until(" >/"), {}, "", open.empty() ? 0 : open.back()};
    if (element.name.empty()) return fail("a tag without a name");
    while (take(" ")) {
      const std::string name = take_until("=");
      if (!take("=\"")) return fail("an attribute without a value");
      const std::string value = resolved(take_until("\"<"));
      if (!take("\"")) return fail("a value without an end");
      if (!element.attributes.emplace(name, value).second) return fail("an attribute twice");
    }
    const bool closed = take("/");
    if (!take(">")) return fail("a tag without an end");
    if (open.empty() && !elements.empty()) return fail("a second root");
    elements.push_back(element);
    if (!closed) open.push_back(elements.size() - 1);
  }

  void read() {
    std::vector<std::size_t> open;
    while (!rest_.empty()) {
      if (take("</")) {
        const std::string name = take_until(">");
        if (!take(">") || open.empty() || elements[open.back()].name != name)
          return fail("</" + name + "> closes nothing");
        open.pop_back();
      } else if (take("<")) {
        read_tag(open);
      } else {
        const std::string text = resolved(take_until("<"));
        if (!open.empty()) elements[open.back()].text += text;
        if (open.empty() && text != "\n") return fail("text outside of the root");
      }
    }
    if (!open.empty()) fail("<" + elements[open.back()].name + "> is not closed");
  }

  std::string_view rest_;
};

}  // namespace bnlab::testing
