// Writes down which test cases fail, for the summary that tests/run.sh prints: a line as each test case begins (the
// last one is what was running when the program crashed) and one for each that failed, into the file that TEST_RECORDS
// names. Without TEST_RECORDS it does nothing; doctest prints what it always prints, either way.
//
//   begin   file  name
//   failed  file  name  place of the first failed check  what it expected and found          separated by tabs
//   crashed file  name  signal
//   end
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <mutex>
#include <sstream>
#include <string>

namespace bnlab::testing {

// doctest keeps names and files as its own strings or as plain ones, depending on its version.
inline std::string text_of(const char* text) { return text == nullptr ? "" : text; }
inline std::string text_of(const doctest::String& text) { return text.c_str(); }

// A file's name as the project's top folder has it: compilers may put "./" before it.
template <class Text>
std::string file_of(const Text& file) {
  const std::string name = text_of(file);
  return name.starts_with("./") ? name.substr(2) : name;
}

// One line without tabs, no longer than is pleasant to read; a character of UTF-8 is not cut in two.
inline std::string one_line_of(std::string text, std::size_t longest) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  if (text.size() <= longest) return text;
  while (longest > 0 && (static_cast<unsigned char>(text[longest]) & 0xc0) == 0x80) --longest;
  return text.substr(0, longest) + " …";
}

// Of a failed comparison, as in "error < 1e-5: expected < 1e-05, found 0.3".
inline std::string comparison_text(const std::string& values) {
  for (const std::string sign : {" == ", " != ", " <= ", " >= ", " < ", " > "}) {
    const std::size_t at = values.find(sign);
    if (at == std::string::npos) continue;
    const std::string found = one_line_of(values.substr(0, at), 80);
    std::string wanted = one_line_of(values.substr(at + sign.size()), 80);
    wanted.erase(0, wanted.find_first_not_of(' '));  // doctest pads "<"
    if (wanted.empty()) wanted = "\"\"";
    return "expected" + (sign == " == " ? " " : sign) + wanted + ", found " + found;
  }
  return "found " + one_line_of(values, 160);
}

// What a failed check expected, and what it found.
inline std::string failure_text(const doctest::AssertData& check) {
  using namespace doctest;
  const std::string expression = one_line_of(text_of(check.m_expr), 90), values = text_of(check.m_decomp);
  if (check.m_threw && (check.m_at & assertType::is_nothrow) != 0) {
    return expression + ": expected no exception, it threw " + one_line_of(text_of(check.m_exception), 160);
  }
  if (check.m_threw) return expression + ": it threw " + one_line_of(text_of(check.m_exception), 160);
  const int throwing = assertType::is_throws | assertType::is_throws_as | assertType::is_throws_with;
  if ((check.m_at & throwing) != 0) return expression + ": expected an exception, none came";
  if ((check.m_at & assertType::is_false) != 0) return expression + ": expected false, found true";
  if (values == "false") return expression + ": expected true, found false";
  return expression + ": " + comparison_text(values);
}

// What INFO says of the check: "N 5, D 3".
inline std::string circumstances() {
  std::ostringstream said;
  const int count = doctest::IReporter::get_num_active_contexts();
  for (int i = 0; i < count; ++i) {
    said << (i == 0 ? "" : ", ");
    doctest::IReporter::get_active_contexts()[i]->stringify(&said);
  }
  return count == 0 ? "" : " (" + one_line_of(said.str(), 100) + ")";
}

class FailureRecords : public doctest::IReporter {
 public:
  explicit FailureRecords(const doctest::ContextOptions&) {
    const char* path = std::getenv("TEST_RECORDS");
    if (path != nullptr) records_.open(path, std::ios::app);
  }

  void test_case_start(const doctest::TestCaseData& test) override {
    case_ = file_of(test.m_file) + "\t" + one_line_of(text_of(test.m_name), 200);
    place_ = file_of(test.m_file) + ":" + std::to_string(test.m_line);
    what_.clear();
    write("begin\t" + case_);
  }
  void log_assert(const doctest::AssertData& check) override {
    if (!check.m_failed || (check.m_at & doctest::assertType::is_warn) != 0) return;
    remember(file_of(check.m_file) + ":" + std::to_string(check.m_line), failure_text(check) + circumstances());
  }
  void log_message(const doctest::MessageData& message) override {  // FAIL("…")
    if ((message.m_severity & doctest::assertType::is_warn) != 0) return;
    remember(file_of(message.m_file) + ":" + std::to_string(message.m_line),
             one_line_of(text_of(message.m_string), 160));
  }
  void test_case_exception(const doctest::TestCaseException& exception) override {
    const std::string said = one_line_of(text_of(exception.error_string), 160);
    if (exception.is_crash) write("crashed\t" + case_ + "\t" + said);
    remember(place_, (exception.is_crash ? "crashed: " : "threw an exception: ") + said);
  }
  void test_case_end(const doctest::CurrentTestCaseStats& outcome) override {
    if (outcome.testCaseSuccess) return;
    remember(place_, "failed as a whole: see the log");  // by a time limit, say
    write("failed\t" + case_ + "\t" + what_);
  }
  void test_run_end(const doctest::TestRunStats&) override { write("end"); }

  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {}
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}

 private:
  void write(const std::string& line) {
    if (records_.is_open()) records_ << line << std::endl;  // at once: a crash must not lose it
  }
  // The first failure of the test case; checks may come from several threads.
  void remember(const std::string& place, const std::string& what) {
    const std::lock_guard lock(mutex_);
    if (what_.empty()) what_ = place + "\t" + what;
  }

  std::ofstream records_;
  std::mutex mutex_;
  std::string case_, place_, what_;
};

DOCTEST_REGISTER_LISTENER("failure records", 1, FailureRecords);

}  // namespace bnlab::testing
