// data/fetch.sh against a server of our own that answers as well and as badly as real ones do: what it puts in place is
// right or not there, and what it says tells why.
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "cli/program.hpp"
#include "data/server.hpp"

namespace bnlab::testing::fetch_test {
namespace fs = std::filesystem;

namespace {

using Names = std::vector<std::string>;
using Clock = std::chrono::steady_clock;

// 20,000 bytes that do not compress, and their checksums (as other tools have computed them).
std::string content(std::uint32_t seed) {
  std::string bytes(20'000, '\0');
  for (char& byte : bytes) {
    seed = seed * 1664525u + 1013904223u;
    byte = static_cast<char>(seed >> 24);
  }
  return bytes;
}
const char* const kSha256[] = {"", "979f9d1a5af2890de965a478ae1b0169a1c345c1249de7fd1147e7e8df157917",
                               "1bc1aee4142bd4de58d7f0a9a24a331c8fb13eec20c4a07a4dd2aedfbaaefdf4",
                               "9c5c2a27b5f2d0684cd923ab6b7cf0be772a94d2d1ef44670827b1223a151de6"};
const char* const kMd5[] = {"", "1b6299699b771917a8bdd1a6183f6f2a", "bd036d848483b8d6067d8aa4b650f41b",
                            "ba3f3ce3beb4dc01528f6c364025d87d"};

std::string file_line(int seed, const std::string& name) {
  return "digits file sha256 " + std::string(kSha256[seed]) + " 20000 " + name + "\n";
}

void shell(const std::string& script, std::vector<std::string> words) {
  words.insert(words.begin(), {"-c", script, "sh"});
  const Outcome outcome = run_program("/bin/sh", words);
  CAPTURE(outcome.err);
  REQUIRE(outcome.status == 0);
}

std::string gzip(const std::string& bytes) {
  const TempFolder folder;
  write_text(folder / "f", bytes);
  shell(R"(gzip -c "$1" > "$1.gz")", {folder / "f"});
  return read_text(folder / "f.gz");
}

std::string script() { return fs::absolute("data/fetch.sh").string(); }

std::string sha256_of(const std::string& bytes) {
  const TempFolder folder;
  write_text(folder / "f", bytes);
  shell(R"({ sha256sum || shasum -a 256 || openssl dgst -sha256 -r; } < "$1" 2> /dev/null | cut -c 1-64 > "$1.sum")",
        {folder / "f"});
  return read_text(folder / "f.sum").substr(0, 64);
}

Names names_in(const std::string& folder) {
  Names names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

Names lines_of(const std::string& text) {
  Names lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// The machine's tools by name, each where the PATH has it; those that are missing are left out.
std::string where_is(const std::string& tool) {
  std::istringstream path(std::getenv("PATH"));
  for (std::string folder; std::getline(path, folder, ':');) {
    if (::access((folder + "/" + tool).c_str(), X_OK) == 0) return folder + "/" + tool;
  }
  return "";
}

// Says so in the test's output when a tool is not there to be tried.
bool have(const std::string& tool) {
  if (!where_is(tool).empty()) return true;
  MESSAGE(tool << " is not on this machine: data/fetch.sh was not tried with it");
  return false;
}

// For the cases in which it does not matter with which.
bool can_download() {
  if (!where_is("curl").empty() || !where_is("wget").empty()) return true;
  MESSAGE("neither curl nor wget is on this machine: data/fetch.sh was not tried");
  return false;
}

const Names kChecksumTools = {"sha256sum", "shasum", "md5sum", "md5", "openssl"};

// A table, a folder for the set, and a PATH that holds only what is named.
struct Bench {
  TempFolder top;
  std::string folder = top / "digits", table = top / "table";
  // Seconds without a byte after which a mirror is given up. Only what tests that waits for it: to all others a minute in
  // which this machine is too busy for the test's own server must not look like a mirror's fault.
  std::string timeout = "60";

  // `clients`: curl, wget or both.
  explicit Bench(const Names& clients = {"curl", "wget"}, const Names& checksum_tools = kChecksumTools) {
    fs::create_directory(top / "bin");
    for (const char* tool :
         {"cat", "chmod", "cp", "cut", "grep", "gzip", "mkdir", "mv", "od", "rm", "rmdir", "sed", "tar", "tr", "wc"}) {
      add(tool);
    }
    for (const Names& tools : {clients, checksum_tools}) {
      for (const std::string& tool : tools) add(tool);
    }
  }
  void add(const std::string& tool) {
    if (const std::string at = where_is(tool); !at.empty()) fs::create_symlink(at, top / ("bin/" + tool));
  }
  void add_script(const std::string& name, const std::string& text) {
    write_text(top / ("bin/" + name), "#!/bin/sh\n" + text);
    fs::permissions(top / ("bin/" + name), fs::perms::owner_all);
  }
  // What to run: the script in an environment that holds nothing of ours, such as a proxy.
  Names words(const Names& after) const {
    Names all = {"-i", "PATH=" + top / "bin", "HOME=" + top.path(), "BNLAB_FETCH_TIMEOUT=" + timeout, "/bin/sh"};
    all.insert(all.end(), after.begin(), after.end());
    return all;
  }
  Outcome fetch() const { return run_program("/usr/bin/env", words({script(), "digits", table, folder})); }
};

// What each kind of broken mirror is called. The server serves it at /<name>/f.gz; "refused" is nobody's port. (One that
// stalls has a case of its own.)
struct Bad {
  std::string name, says;
};

std::map<std::string, Answer> answers() {
  static const std::string good = gzip(content(1)), second = gzip(content(2)), other = gzip(content(3));
  std::string corrupt = good;
  corrupt[corrupt.size() / 2] = static_cast<char>(corrupt[corrupt.size() / 2] ^ 1);
  return {
      {"/good/f.gz", {good}},
      {"/good/g.gz", {second}},
      {"/moved/f.gz", {"", "302 Found", std::string::npos, false, "Location: /good/f.gz\r\n"}},
      {"/busy/f.gz", {"later", "503 Service Unavailable"}},
      {"/page/f.gz", {"<!DOCTYPE html>\n<html><body>Log in to use this network</body></html>\n"}},
      {"/text/f.gz", {"sorry"}},
      {"/empty/f.gz", {""}},
      {"/short/f.gz", {good, "200 OK", good.size() / 2}},
      {"/half/f.gz", {good.substr(0, good.size() / 2)}},
      {"/corrupt/f.gz", {corrupt}},
      {"/other/f.gz", {other}},
      {"/stalled/f.gz", {good, "200 OK", 10, true}},
  };
}

const Bad kBad[] = {
    {"refused", "cannot connect"},
    {"missing", "HTTP status 404"},
    {"busy", "HTTP status 503"},
    {"page", "not a gzip file: an HTML page of 69 bytes"},
    {"text", "not a gzip file: something else of 5 bytes"},
    {"empty", "not a gzip file: something else of 0 bytes"},
    {"short", "cut short"},
    {"half", "cut short or corrupt"},
    {"corrupt", "cut short or corrupt"},
    {"other", std::string("checksum differs: expected sha256 ") + kSha256[1] + ", found " + kSha256[3]},
};

// A port of this machine at which nobody answers; it stays reserved as long as this lives.
struct Nobody {
  std::uint16_t port = 0;
  int fd = local_socket(port);
  ~Nobody() { ::close(fd); }
  std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(port) + path; }
};

void check_good(const Bench& bench) {
  CHECK(names_in(bench.folder) == Names{"f"});
  CHECK(read_text(bench.folder + "/f") == content(1));
}

// A program in its own process, not waited for.
pid_t start(Names words, const std::string& log) {
  std::vector<char*> arguments = {const_cast<char*>("env")};
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::signal(SIGINT, SIG_DFL), ::signal(SIGHUP, SIG_DFL);  // a shell cannot catch what was ignored before it
    const int to = ::open(log.c_str(), O_WRONLY | O_CREAT, 0600);
    ::dup2(to, STDOUT_FILENO), ::dup2(to, STDERR_FILENO);
    ::execv("/usr/bin/env", arguments.data());
    ::_exit(127);
  }
  return child;
}

// Waits until it is so, at most a minute: longer than any machine needs that is only busy.
template <class Condition>
bool soon(Condition condition) {
  for (const auto begin = Clock::now(); Clock::now() - begin < std::chrono::minutes(1);) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return condition();
}

}  // namespace

TEST_CASE("fetch: from a good mirror the file is unpacked into a new folder, with curl alone and with wget alone") {
  const Server server(answers());
  for (const std::string client : {"curl", "wget"}) {
    if (!have(client)) continue;
    CAPTURE(client);
    for (const char* path : {"/good/", "/moved/"}) {
      const Bench bench({client});
      write_text(bench.table, "# a table\n\ndigits mirror " + server.url(path) + "\n" + file_line(1, "f"));
      const Outcome outcome = bench.fetch();
      CAPTURE(outcome.out);
      CHECK(outcome.status == 0);
      CHECK(outcome.err == "");
      CHECK(lines_of(outcome.out).back() ==
            "digits is complete in " + bench.folder + "; run: build/bnlab compare --data " + bench.folder);
      check_good(bench);
    }
  }
  CHECK(server.requests().size() % 3 == 0);  // one, and two with the redirection
}

TEST_CASE("fetch: each kind of bad mirror is named with its fault in one line, and the next mirror is used") {
  const Nobody nobody;
  for (const std::string client : {"curl", "wget"}) {
    if (!have(client)) continue;
    const Server server(answers());
    for (const Bad& bad : kBad) {
      CAPTURE(client);
      CAPTURE(bad.name);
      const Bench bench({client});
      const std::string url = bad.name == "refused" ? nobody.url("/") : server.url("/" + bad.name + "/");
      write_text(bench.table,
                 "digits mirror " + url + "\ndigits mirror " + server.url("/good/") + "\n" + file_line(1, "f"));
      const Outcome outcome = bench.fetch();
      CAPTURE(outcome.err);
      CHECK(outcome.status == 0);
      CHECK(one_line(outcome.err));
      CHECK(outcome.err.rfind("  " + url + "f.gz: " + bad.says, 0) == 0);
      CHECK(server.requests().back() == "/good/f.gz");
      check_good(bench);
    }
  }
}

TEST_CASE("fetch: a mirror that stalls is given up after as many seconds as are set, and the next mirror is used") {
  for (const std::string client : {"curl", "wget"}) {
    if (!have(client)) continue;
    CAPTURE(client);
    const Server server(answers());
    Bench bench({client});
    bench.timeout = "1";
    // The next mirror is a folder: a server would have to be as quick as this second asks, however busy the machine is.
    fs::create_directory(bench.top / "here");
    write_text(bench.top / "here/f.gz", gzip(content(1)));
    const std::string url = server.url("/stalled/");
    write_text(bench.table,
               "digits mirror " + url + "\ndigits mirror file:" + bench.top / "here/" + "\n" + file_line(1, "f"));
    const auto begin = Clock::now();
    const Outcome outcome = bench.fetch();
    // If the client did not hear of our second it would wait for longer: for the script's own 20, for curl's 30 or for
    // wget's 900.
    CHECK(Clock::now() - begin < std::chrono::seconds(20));
    CAPTURE(outcome.err);
    CHECK(outcome.status == 0);
    CHECK(one_line(outcome.err));
    CHECK(outcome.err.rfind("  " + url + "f.gz: timed out, nothing came for 1 seconds; no longer tried", 0) == 0);
    check_good(bench);
  }
}

TEST_CASE("fetch: when all mirrors are bad, status 1, each fault, what to do by hand, and no folder is left") {
  if (!can_download()) return;
  const Server server(answers());
  const Nobody nobody;
  Bench bench;
  std::string mirrors;
  for (const Bad& bad : kBad) {
    mirrors += "digits mirror " + (bad.name == "refused" ? nobody.url("/") : server.url("/" + bad.name + "/")) + "\n";
  }
  write_text(bench.table, mirrors + file_line(1, "f"));
  for (const bool made_before : {false, true}) {
    if (made_before) fs::create_directory(bench.folder);
    const Outcome outcome = bench.fetch();
    CAPTURE(outcome.err);
    CHECK(outcome.status == 1);
    const Names lines = lines_of(outcome.err);
    REQUIRE(lines.size() == std::size(kBad) + 1);
    for (std::size_t i = 0; i < std::size(kBad); ++i) CHECK(contains(lines[i], "f.gz: " + kBad[i].says));
    CHECK(lines.back().rfind("digits is not complete: missing or wrong in " + bench.folder + ": f. By hand: download " +
                                 nobody.url("/NAME.gz") + ", unpack it",
                             0) == 0);
    CHECK(fs::exists(bench.folder) == made_before);
    if (made_before) CHECK(names_in(bench.folder).empty());
  }
}

TEST_CASE("fetch: files may come from different mirrors, and one that does not answer is tried for the first only") {
  if (!can_download()) return;
  const Server server(answers());
  const Nobody nobody;
  const Bench bench;
  fs::create_directory(bench.top / "here");
  write_text(bench.top / "here/h.gz", gzip(content(3)));
  write_text(bench.table, "digits mirror " + nobody.url("/") + "\ndigits mirror file:" + bench.top / "here/" +
                              "\ndigits mirror file:" + bench.top / "nowhere/" + "\ndigits mirror " +
                              server.url("/good/") + "\n" + file_line(1, "f") + file_line(2, "g") + file_line(3, "h"));
  const Outcome outcome = bench.fetch();
  CAPTURE(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(one_line(outcome.err));
  CHECK(contains(outcome.err, nobody.url("/f.gz") + ": cannot connect; no longer tried"));
  CHECK(server.requests() == Names{"/good/f.gz", "/good/g.gz"});
  CHECK(names_in(bench.folder) == Names{"f", "g", "h"});
  CHECK(read_text(bench.folder + "/g") == content(2));
  CHECK(read_text(bench.folder + "/h") == content(3));
  CHECK(fs::exists(bench.top / "here/h.gz"));
}

TEST_CASE("fetch: a good file that is there is not fetched again, and nothing but it is needed") {
  const Server server(answers());
  const Bench bench(Names{});
  fs::create_directory(bench.folder);
  write_text(bench.folder + "/f", content(1));
  write_text(bench.table, "digits mirror " + server.url("/good/") + "\n" + file_line(1, "f"));
  const Outcome outcome = bench.fetch();
  CAPTURE(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(outcome.err == "");
  CHECK(lines_of(outcome.out).front() == "f: here, with the right checksum");
  CHECK(server.requests().empty());
  check_good(bench);
}

TEST_CASE("fetch: a good file survives a run in which the others fail, and they are named") {
  if (!can_download()) return;
  const Server server(answers());
  const Bench bench;
  fs::create_directory(bench.folder);
  write_text(bench.folder + "/f", content(1));
  write_text(bench.table, "digits mirror " + server.url("/other/") + "\n" + file_line(1, "f") + file_line(2, "g") +
                              file_line(3, "h"));
  const Outcome outcome = bench.fetch();
  CAPTURE(outcome.err);
  CHECK(outcome.status == 1);
  CHECK(contains(lines_of(outcome.err).back(), "missing or wrong in " + bench.folder + ": g h. By hand"));
  CHECK(server.requests() == Names{"/other/g.gz", "/other/h.gz"});
  check_good(bench);
}

TEST_CASE("fetch: a wrong file is called wrong, kept while there is no better, and replaced by a good one") {
  if (!can_download()) return;
  const Server server(answers());
  const Bench bench;
  fs::create_directory(bench.folder);
  write_text(bench.folder + "/f", content(3));
  write_text(bench.table, "digits mirror " + server.url("/half/") + "\ndigits mirror " + server.url("/good/") + "\n" +
                              "digits file sha256 " + kSha256[2] + " 20000 f\n");
  Outcome outcome = bench.fetch();
  CHECK(outcome.status == 1);
  CHECK(
      contains(outcome.out, std::string("f: here but wrong (expected sha256 ") + kSha256[2] + ", found " + kSha256[3]));
  CHECK(names_in(bench.folder) == Names{"f"});
  CHECK(read_text(bench.folder + "/f") == content(3));

  write_text(bench.table, "digits mirror " + server.url("/good/") + "\n" + file_line(1, "f"));
  outcome = bench.fetch();
  CHECK(outcome.status == 0);
  CHECK(contains(outcome.out, "f: here but wrong"));
  check_good(bench);
}

TEST_CASE("fetch: a signal ends the download too, leaves nothing behind, and gives the status that shells give") {
  const struct { int signal, status; } cases[] = {{SIGTERM, 143}, {SIGINT, 130}, {SIGHUP, 129}};
  for (const std::string client : {"curl", "wget"}) {
    if (!have(client)) continue;
    for (const auto& c : cases) {
      CAPTURE(client);
      CAPTURE(c.signal);
      const Server server(answers());
      Bench bench({client});
      bench.timeout = "600";
      write_text(bench.table, "digits mirror " + server.url("/stalled/") + "\n" + file_line(1, "f"));
      const pid_t child = start(bench.words({script(), "digits", bench.table, bench.folder}), bench.top / "log");
      CHECK(soon([&] { return server.stalling(); }));
      CHECK(fs::exists(bench.folder));
      ::kill(child, c.signal);
      int status = 0;
      const bool ended = soon([&] { return ::waitpid(child, &status, WNOHANG) == child; });
      if (!ended) ::kill(child, SIGKILL), ::waitpid(child, &status, 0);
      CHECK(ended);
      CHECK((WIFEXITED(status) && WEXITSTATUS(status) == c.status));
      CHECK_FALSE(fs::exists(bench.folder));
      CHECK(soon([&] { return server.hung_up_on(); }));  // long before its own 600 seconds
    }
  }
}

TEST_CASE("fetch: what a run left that was killed without notice is removed, what a running one works in is not") {
  if (!can_download()) return;
  const Server server(answers());
  const Bench bench;
  const std::string mine = ".fetch-" + std::to_string(::getpid());
  fs::create_directories(bench.folder + "/.fetch-999999999/package");
  write_text(bench.folder + "/.fetch-999999999/got.gz", "half");
  fs::create_directory(bench.folder + "/" + mine);
  write_text(bench.table, "digits mirror " + server.url("/good/") + "\n" + file_line(1, "f"));
  CHECK(bench.fetch().status == 0);
  CHECK(names_in(bench.folder) == Names{mine, "f"});
}

TEST_CASE("fetch: without curl and wget it says so, and takes what needs neither") {
  const Server server(answers());
  const Bench bench(Names{});
  fs::create_directory(bench.top / "here");
  write_text(bench.table, "digits mirror " + server.url("/good/") + "\ndigits mirror file:" + bench.top / "here/" +
                              "\n" + file_line(1, "f"));
  Outcome outcome = bench.fetch();
  CAPTURE(outcome.err);
  CHECK(outcome.status == 1);
  CHECK(lines_of(outcome.err).size() == 2);
  CHECK(outcome.err.rfind("neither curl nor wget is here", 0) == 0);
  CHECK_FALSE(fs::exists(bench.folder));

  write_text(bench.top / "here/f.gz", gzip(content(1)));
  outcome = bench.fetch();
  CHECK(outcome.status == 0);
  CHECK(server.requests().empty());
  check_good(bench);
}

TEST_CASE("fetch: a set in one archive is downloaded once, and only the files of the table come out of it") {
  if (!can_download()) return;
  const TempFolder made;
  fs::create_directory(made / "batches");
  for (int i = 1; i <= 3; ++i)
    write_text(made / ("batches/" + std::to_string(i) + ".bin"), content(static_cast<std::uint32_t>(i)));
  shell(R"(cd "$1" && tar -cf all.tar batches && gzip all.tar)", {made.path()});
  const std::string archive = read_text(made / "all.tar.gz");
  std::string corrupt = archive;
  corrupt[corrupt.size() / 2] = static_cast<char>(corrupt[corrupt.size() / 2] ^ 1);
  const Server server(
      {{"/good/all.tar.gz", {archive}}, {"/bad/all.tar.gz", {corrupt}}, {"/other/all.tar.gz", {gzip("no")}}});

  const std::string head = "digits archive sha256 " + sha256_of(archive) + " 1 all.tar.gz\n";
  const std::string files = std::string("digits file md5 ") + kMd5[1] + " 20000 batches/1.bin\ndigits file md5 " +
                            kMd5[2] + " 20000 batches/2.bin\n";
  const auto mirror = [&](const std::string& name) { return "digits mirror " + server.url("/" + name + "/") + "\n"; };
  const Bench bench;
  fs::create_directory(bench.folder);

  write_text(bench.table, mirror("bad") + mirror("other") + head + files);
  Outcome outcome = bench.fetch();
  CAPTURE(outcome.err);
  CHECK(outcome.status == 1);
  REQUIRE(lines_of(outcome.err).size() == 3);
  CHECK(contains(lines_of(outcome.err)[0], "/bad/all.tar.gz: cut short or corrupt"));
  CHECK(contains(lines_of(outcome.err)[1], "/other/all.tar.gz: checksum differs"));
  CHECK(contains(lines_of(outcome.err)[2], ": 1.bin 2.bin. By hand: download " + server.url("/bad/all.tar.gz")));
  CHECK(names_in(bench.folder).empty());
  CHECK(server.requests().size() == 2);  // not again for the second file

  write_text(bench.table, mirror("bad") + mirror("good") + head + files);
  outcome = bench.fetch();
  CHECK(outcome.status == 0);
  CHECK(names_in(bench.folder) == Names{"1.bin", "2.bin"});
  CHECK(read_text(bench.folder + "/1.bin") == content(1));
  CHECK(read_text(bench.folder + "/2.bin") == content(2));
  CHECK(server.requests().size() == 4);

  // A file that is not as the table says, and one that is not in the archive at all.
  write_text(bench.table, mirror("good") + head + files + "digits file md5 " + kMd5[1] +
                              " 20000 batches/3.bin\ndigits file md5 " + kMd5[1] + " 20000 batches/4.bin\n");
  outcome = bench.fetch();
  CHECK(outcome.status == 1);
  CHECK(contains(outcome.err,
                 std::string("batches/3.bin in all.tar.gz: expected md5 ") + kMd5[1] + ", found " + kMd5[3]));
  CHECK(contains(outcome.err, "batches/4.bin in all.tar.gz: expected md5 " + std::string(kMd5[1]) + ", found no such"));
  CHECK(names_in(bench.folder) == Names{"1.bin", "2.bin"});
}

TEST_CASE("fetch: a Debian package is fetched without root, with package lists of our own if there are none") {
  Bench bench(Names{});
  write_text(bench.top / "f.gz", gzip(content(1)));
  shell(R"(cd "$1" && mkdir -p usr/share/set && mv f.gz usr/share/set && tar -cf deb.tar usr)", {bench.top.path()});
  bench.add_script("dpkg-deb", R"([ "$1" = -x ] && mkdir -p "$3" && tar -xf "$2" -C "$3")");
  const std::string log = bench.top / "apt-log";
  write_text(bench.table, "digits mirror apt:set/usr/share/set/\n" + file_line(1, "f"));

  bench.add_script("apt-get", "echo \"$*\" >> " + log + "\necho 'E: nobody should see this' >&2\nexit 100\n");
  Outcome outcome = bench.fetch();
  CAPTURE(outcome.err);
  CHECK(outcome.status == 1);
  CHECK(lines_of(outcome.err).size() == 2);
  CHECK(contains(outcome.err, "apt:set/usr/share/set/f.gz: apt-get download set did not work here"));
  CHECK_FALSE(fs::exists(bench.folder));
  CHECK(lines_of(read_text(log)).size() == 2);

  bench.add_script("apt-get", "echo \"$*\" >> " + log +
                                  "\ncase $* in *lists*update) >lists/done ;; *lists*download*) [ -f lists/done ] &&"
                                  " cp " +
                                  bench.top / "deb.tar" + " set_1_all.deb ;; *) exit 100 ;; esac\n");
  outcome = bench.fetch();
  CHECK(outcome.status == 0);
  CHECK(outcome.err == "");
  check_good(bench);
}

TEST_CASE("fetch: an unknown set, or none, is status 2 and one line that names the known ones") {
  for (const Names& words : {Names{script(), "mnits"}, Names{script()}, Names{script(), "mnist fashion-mnist"},
                             Names{script(), "mnist", "data/sets.txt", "a", "b"}}) {
    const Bench bench;
    const Outcome outcome = run_program("/usr/bin/env", bench.words(words));
    CAPTURE(outcome.err);
    CHECK(outcome.status == 2);
    CHECK(one_line(outcome.err));
    CHECK(contains(outcome.err, ": mnist fashion-mnist cifar10; found '"));
    CHECK(outcome.out == "");
  }
}

TEST_CASE("fetch: a broken line in the table is named by its number before anything is done") {
  const Server server(answers());
  const Bench bench;
  const std::string sum = kSha256[1], good = "digits mirror " + server.url("/good/") + "\n" + file_line(1, "f");
  for (const std::string& line :
       Names{"digits", "digits mirror", "digits mirror " + server.url("/good"), "digits mirror ftp://127.0.0.1/",
             "digits mirror apt:package", "digits mirror " + server.url("/good/") + " " + server.url("/other/"),
             "digits file sha256 " + sum, "digits file sha256 " + sum + " 20000",
             "digits file sha256 " + sum + "0 20000 g", "digits file sha256 " + sum.substr(1) + "X 20000 g",
             "digits file md5 " + sum + " 20000 g", "digits file sha1 " + sum + " 20000 g",
             "digits file sha256 " + sum + " many g", "digits file sha256 " + sum + " 20000 ../g",
             "digits file sha256 " + sum + " 20000 /g", "digits file sha256 " + sum + " 20000 g h",
             "digits fiel sha256 " + sum + " 20000 g", "di/gits file sha256 " + sum + " 20000 g",
             "other file sha256 short 20000 g"}) {
    CAPTURE(line);
    write_text(bench.table, good + line);  // without an end of line at its end
    const Outcome outcome = bench.fetch();
    CAPTURE(outcome.err);
    CHECK(outcome.status == 1);
    CHECK(one_line(outcome.err));
    CHECK(outcome.err.rfind(bench.table + ":3: expected SET mirror", 0) == 0);
    CHECK(contains(outcome.err, "found: " + line));
  }
  fs::remove(bench.table);
  const Outcome outcome = bench.fetch();
  CHECK(outcome.status == 1);
  CHECK(one_line(outcome.err));
  CHECK(outcome.err.rfind(bench.table + ": expected the table", 0) == 0);
  CHECK(server.requests().empty());
  CHECK_FALSE(fs::exists(bench.folder));
}

TEST_CASE("fetch: a folder that cannot be made, or stands where a file should be, is one line") {
  const Server server(answers());
  Bench bench;
  write_text(bench.table, "digits mirror " + server.url("/good/") + "\n" + file_line(1, "f"));
  write_text(bench.top / "file", "not a folder");
  for (const std::string& folder : {bench.top / "file/digits", bench.top / "file"}) {
    bench.folder = folder;
    const Outcome outcome = bench.fetch();
    CAPTURE(outcome.err);
    CHECK(outcome.status == 1);
    CHECK(one_line(outcome.err));
    CHECK(outcome.err.rfind(folder + ": cannot make this folder (", 0) == 0);
  }
  bench.folder = bench.top / "digits";
  fs::create_directories(bench.folder + "/f");
  const Outcome outcome = bench.fetch();
  CHECK(outcome.status == 1);
  CHECK(outcome.err == bench.folder + "/f: expected a file, found a folder; move it away\n");
  CHECK(read_text(bench.top / "file") == "not a folder");
  CHECK(server.requests().empty());
}

TEST_CASE("fetch: a full disk is one line, whether it is full at the download or at the unpacking") {
  // Not a disk but a limit on the size of files (2 to 4 KB) stands for it: a write fails halfway just the same.
  const Server server({{"/good/f.gz", {gzip(content(1))}}, {"/good/zeros.gz", {gzip(std::string(20'000, '\0'))}}});
  for (const std::string client : {"curl", "wget"}) {
    if (!have(client)) continue;
    for (const char* file : {"f", "zeros"}) {
      CAPTURE(client);
      CAPTURE(file);
      const Bench bench({client});
      write_text(bench.table, "digits mirror " + server.url("/good/") + "\n" + file_line(1, file));
      const Outcome outcome =
          run_program("/usr/bin/env", bench.words({"-c", "trap '' XFSZ; ulimit -f 4; exec /bin/sh \"$@\"", "sh",
                                                   script(), "digits", bench.table, bench.folder}));
      CAPTURE(outcome.err);
      CHECK(outcome.status == 1);
      CHECK(one_line(outcome.err));
      CHECK(outcome.err.rfind(bench.folder + ": cannot write there; is the disk full", 0) == 0);
      CHECK_FALSE(fs::exists(bench.folder));
    }
  }
}

TEST_CASE("fetch: checksums are made with whichever tool there is, and never left out") {
  if (!can_download()) return;
  const Server server(answers());
  const std::string mirror = "digits mirror " + server.url("/good/") + "\n";
  const std::string sha256 = mirror + file_line(1, "f");
  const std::string md5 = mirror + "digits file md5 " + kMd5[1] + " 20000 f\n";
  for (const std::string tool : {"sha256sum", "shasum", "openssl", "md5sum", "md5"}) {
    if (!have(tool)) continue;
    CAPTURE(tool);
    for (const bool of_md5 : {false, true}) {
      if (tool != "openssl" && of_md5 != (tool.rfind("md5", 0) == 0)) continue;
      Bench bench({"curl", "wget"}, {tool});
      write_text(bench.table, of_md5 ? md5 : sha256);
      const Outcome outcome = bench.fetch();
      CAPTURE(outcome.err);
      CHECK(outcome.status == 0);
      check_good(bench);
    }
  }
  for (const bool of_md5 : {false, true}) {
    const Bench bench({"curl", "wget"}, {of_md5 ? "sha256sum" : "md5sum"});
    write_text(bench.table, of_md5 ? md5 : sha256);
    const Outcome outcome = bench.fetch();
    CHECK(outcome.status == 1);
    CHECK(one_line(outcome.err));
    CHECK(outcome.err.rfind(of_md5 ? "no tool for md5: " : "no tool for sha256: ", 0) == 0);
    CHECK_FALSE(fs::exists(bench.folder));
  }
}

TEST_CASE("fetch: without a table and a folder it takes sets.txt and the set's folder beside the script") {
  if (!can_download()) return;
  const Server server(answers());
  const Bench bench;
  fs::create_directory(bench.top / "data");
  fs::copy_file(script(), bench.top / "data/fetch.sh");
  write_text(bench.top / "data/sets.txt", "digits mirror " + server.url("/good/") + "\n" + file_line(1, "f"));
  const Outcome outcome = run_program("/usr/bin/env", bench.words({"data/fetch.sh", "digits"}), bench.top.path());
  CAPTURE(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(lines_of(outcome.out).back() == "digits is complete in data/digits; run: make run DATASET=digits");
  CHECK(read_text(bench.top / "data/digits/f") == content(1));
}

}  // namespace bnlab::testing::fetch_test
