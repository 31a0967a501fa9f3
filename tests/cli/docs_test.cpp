// docs/experiments.md and docs/questions.md are written by docs/experiments/write.py. Here: that they are what it writes,
// and that it names what is wrong with the prose or the results. Needs a python3.
#include "program.hpp"

namespace bnlab::testing::docs_test {

namespace {

namespace fs = std::filesystem;

Outcome write_docs(const Words& options) {
  return run_program("/usr/bin/env", with({"python3", "docs/experiments/write.py"}, options));
}

bool python_is_here() {
  if (run_program("/usr/bin/env", {"python3", "-c", "pass"}).status == 0) return true;
  MESSAGE("no python3 here: not tried");
  return false;
}

// A copy of results and prose, and a folder for what is written of them.
class Copy : public TempFolder {
 public:
  Copy() {
    fs::copy("docs/experiments", folder(), fs::copy_options::recursive);
    fs::create_directory(out());
  }
  std::string folder() const { return *this / "experiments"; }
  std::string out() const { return *this / "out"; }
  Outcome write(const Words& more = {}) const { return write_docs(with({"--folder", folder(), "--out", out()}, more)); }

  void replace(const std::string& name, const std::string& from, const std::string& to) const {
    std::string text = read_text(folder() + "/" + name);
    const std::size_t at = text.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, name << " has no '" << from << "'");
    write_text(folder() + "/" + name, text.replace(at, from.size(), to));
  }
  void append(const std::string& name, const std::string& text) const {
    write_text(folder() + "/" + name, read_text(folder() + "/" + name) + text);
  }
};

// It fails, and says that.
void check_fails(const Copy& copy, const Words& parts) {
  const Outcome outcome = copy.write();
  CHECK(outcome.status == 1);
  CHECK(!fs::exists(copy.out() + "/experiments.md"));
  for (const std::string& part : parts) {
    CAPTURE(outcome.err);
    CHECK_MESSAGE(outcome.err.find(part) != std::string::npos, part);
  }
}

}  // namespace

TEST_CASE("docs: experiments.md and questions.md are what the kept results and the prose make") {
  if (!python_is_here()) return;
  const Outcome outcome = write_docs({"--check"});
  CAPTURE(outcome.err);
  CHECK(outcome.status == 0);
  for (const char* name : {"docs/experiments.md", "docs/questions.md"}) {
    const std::string text = read_text(name);
    CHECK(text.find("{{") == std::string::npos);
    CHECK(text.find("}}") == std::string::npos);
  }
}

TEST_CASE("docs: results that differ from the documents are noticed") {
  if (!python_is_here()) return;
  const Copy copy;
  REQUIRE(copy.write().status == 0);
  CHECK(copy.write({"--check"}).status == 0);
  copy.replace("mnist.json", "\"effect\": {\"mean\": -", "\"effect\": {\"mean\": -9");
  copy.replace("mnist.json", "\"comparisons\": [{\"on\": \"512 relu against plain\", \"effect\": {\"mean\": -",
               "\"comparisons\": [{\"on\": \"512 relu against plain\", \"effect\": {\"mean\": -9");
  const Outcome outcome = copy.write({"--check"});
  CHECK(outcome.status == 1);
  CHECK(outcome.err.find("experiments.md, questions.md: not what docs/experiments says") != std::string::npos);
}

TEST_CASE("docs: what is wrong with the prose is named with its place") {
  if (!python_is_here()) return;
  const struct {
    const char* added;
    const char* said;
  } mistakes[] = {
      {"{{verdct mnist}}", "found 'verdct mnist'"},
      {"{{verdict minst}}", "expected a dataset, mnist, fashion-mnist, cifar10, found 'minst'"},
      {"{{says mnist | 513 relu against plain}}",
       "found no '513 relu against plain'; there is '512 relu against plain'"},
      {"{{mean mnist | loss | plane | 512 relu}}", "found no 'plane'; there is plain, plain centred, batchnorm"},
      {"{{mean mnist | losses | plain | 512 relu}}", "found no 'losses'; there is 'loss'"},
      {"{{table mnist}}", "'table' has other arguments"},
      {"{{remark mnist | 9}}", "found '9'"},
      {"{{if verdict mnist = support}}\n{{end}}", "found 'support'"},
      {"{{if verdict mnist = supported}}\ntext", "{{if}} without {{end}}"},
      {"{{end}}", "{{end}} without an {{if}}"},
      {"{{verdict\nmnist}}", "not closed"},
      // Also in the part that is left out, whichever it is.
      {"{{if verdict mnist = supported}}\n{{verdct}}\n{{else}}\n{{verdct}}\n{{end}}", "found 'verdct'"},
  };
  for (const auto& mistake : mistakes) {
    CAPTURE(mistake.added);
    const Copy copy;
    copy.append("prose/convergence.md", std::string("\n") + mistake.added + "\n");
    check_fails(copy, {"prose/convergence.md", mistake.said});
  }
}

TEST_CASE("docs: a result that is missing is named") {
  if (!python_is_here()) return;
  SUBCASE("the prose of an experiment") {
    const Copy copy;
    fs::remove(copy.folder() + "/prose/remedies.md");
    check_fails(copy, {"remedies.md: there is no such file"});
  }
  SUBCASE("a chart") {
    const Copy copy;
    fs::remove(copy.folder() + "/remedies.svg");
    check_fails(copy, {"prose/remedies.md", "remedies.svg: there is no such chart"});
  }
  SUBCASE("a dataset") {
    const Copy copy;
    fs::remove(copy.folder() + "/cifar10.json");
    check_fails(copy, {"cifar10.json: there is no such file; make experiments-docs"});
  }
  SUBCASE("an experiment on one dataset") {
    const Copy copy;
    copy.replace("cifar10.json", "\"name\": \"remedies\"", "\"name\": \"remedy\"");
    check_fails(copy, {"cifar10.json: expected the experiments of mnist.json", "remedy"});
  }
  SUBCASE("what every experiment has") {
    const Copy copy;
    copy.replace("prose/remedies.md", "{{not_shown}}", "");
    check_fails(copy, {"prose/remedies.md: expected {{not_shown}}"});
  }
}

TEST_CASE("docs: parts of the prose stand where their condition holds") {
  if (!python_is_here()) return;
  const Copy copy;
  copy.append(
      "prose/references.md",
      "\n{{if verdict convergence mnist = supported not-supported depends no-difference too-few-runs}}\nAny verdict.\n"
      "{{else}}\nNo verdict.\n{{end}}\n\n{{if same convergence}}\nThe same.\n{{else}}\nNot the same.\n{{end}}\n");
  REQUIRE(copy.write().status == 0);
  const std::string text = read_text(copy.out() + "/experiments.md");
  CHECK(text.find("Any verdict.") != std::string::npos);
  CHECK(text.find("No verdict.") == std::string::npos);
  CHECK((text.find("The same.") != std::string::npos) != (text.find("Not the same.") != std::string::npos));
}

}  // namespace bnlab::testing::docs_test
