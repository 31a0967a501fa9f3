// Where it runs: limits, full disks, closed streams, folders that may not be entered. What goes wrong is said in one
// line with the system's reason, and files are as they were.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#ifdef __linux__
#include <linux/capability.h>
#include <sys/prctl.h>
#endif

#include "../device.hpp"
#include "program.hpp"
#include "sample.hpp"

namespace bnlab::testing::environment_test {

namespace {

namespace fs = std::filesystem;

// A folder with images and a model.
class Workplace : public TempFolder {
 public:
  Workplace() {
    cut_sample(data());
    train_ = {"train",    "--quiet", "--data",    data(), "--limit",  "300",
              "--hidden", "8",       "--threads", "1",    "--epochs", "1"};
    REQUIRE(bnlab_program(with(train_, {"--save", model()})).status == 0);
  }
  ~Workplace() { fs::permissions(path(), fs::perms::owner_all); }

  std::string data() const { return *this / "data"; }
  std::string model() const { return *this / "model"; }
  const Words& train() const { return train_; }

  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path()), fs::directory_iterator()));
  }

 private:
  Words train_;
};

Circumstances limited(int resource, rlim_t most) {
  return {.in_child = [resource, most] {
    const rlimit limit{most, most};
    ::setrlimit(static_cast<decltype(RLIMIT_FSIZE)>(resource), &limit);
  }};
}

// The program as a user whom permissions concern: root goes without the rights that set it above them.
bool give_up_rights() {
  if (::geteuid() != 0) return true;
#ifdef __linux__
  return ::prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE) == 0 && ::prctl(PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH) == 0;
#else
  return false;
#endif
}

// Root without the right to give files to others.
bool give_up_chown() {
#ifdef __linux__
  return ::geteuid() == 0 && ::prctl(PR_CAPBSET_DROP, CAP_CHOWN) == 0;
#else
  return false;
#endif
}

// Whether that works here, tried in a process of its own.
bool works(bool (*give_up)()) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(give_up() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return status == 0;
}

const Circumstances kWithoutRights = {.in_child = [] { give_up_rights(); }};

// Ends with status 1 and one line that begins with `path` and contains the reason.
void check_fails(const Outcome& outcome, const std::string& path, const std::string& reason) {
  CAPTURE(outcome.err);
  CHECK(outcome.status == 1);
  CHECK(one_line(outcome.err));
  CHECK(contains(outcome.err, "bnlab: " + path));
  CHECK(contains(outcome.err, reason));
}

}  // namespace

TEST_CASE("limits: a file that may not grow (ulimit -f) is an error, not a signal, and the old one stays") {
  const Workplace place;
  const std::string before = read_text(place.model());
  for (const rlim_t most : {rlim_t{0}, rlim_t{1000}}) {
    const Circumstances small = limited(RLIMIT_FSIZE, most);
    const Words save = {"--save", place.model()};
    // Standard output is a file here, too, which may not grow either: closed, so that the file alone is at issue.
    const Circumstances closed = {.in_child = [&] {
      small.in_child();
      ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
    }};
    const Outcome train = run_program(program(), with(place.train(), save), ".", closed);
    // The message is on standard error, a file that may not grow.
    CHECK(train.status == 1);
    CHECK(read_text(place.model()) == before);
    const Outcome fold = run_program(
        program(), {"eval", "--quiet", place.model(), "--data", place.data(), "--logits", place / "new"}, ".", closed);
    CHECK(fold.status == 1);
    if (most > 0) check_fails(train, place.model(), "cannot be written: File too large; what was there before");
    if (most > 0) check_fails(fold, place / "new", "cannot be written: File too large");
    CHECK(place.files() == 2);
  }
}

TEST_CASE("limits: results that do not fit in their file are an error") {
  const Workplace place;
  const Outcome outcome =
      run_program(program(), {"show", "--data", place.data(), "--count", "60"}, ".", limited(RLIMIT_FSIZE, 2000));
  check_fails(outcome, "standard output: cannot be written", "File too large");
}

TEST_CASE("limits: without the memory for what a file announces, one line says so") {
#if !defined(__SANITIZE_ADDRESS__)  // which needs all of the address space
  const Workplace place;
  constexpr std::size_t kPixels = std::size_t{1} << 34;
  fs::create_directory(place / "large");
  for (const char* part : {"train", "t10k"}) {
    const std::string images = place / "large/" + part + "-images-idx3-ubyte";
    write_text(images, std::string("\0\0\x08\x03\0\x10\0\0\0\0\x10\0\0\0\0\x04", 16));  // 2^20 of 2^12 x 2^2
    fs::resize_file(images, 16 + kPixels);                                              // a hole, which takes no space
    const std::string labels = place / "large/" + part + "-labels-idx1-ubyte";
    write_text(labels, std::string("\0\0\x08\x01\0\x10\0\0", 8));
    fs::resize_file(labels, 8 + (std::size_t{1} << 20));
  }
  check_fails(run_program(program(), {"show", "--data", place / "large"}, ".", limited(RLIMIT_AS, 1u << 30)), "",
              "not enough memory");
#endif
}

TEST_CASE("standard output: results that cannot be written end with status 1 and the reason") {
  const Workplace place;
  const std::vector<Words> commands = {{"show", "--data", place.data()},
                                       {"eval", "--quiet", place.model(), "--data", place.data()},
                                       {"predict", "--quiet", place.model(), "0", "--data", place.data()},
                                       {"fold", "--help"},
                                       place.train()};
  const Circumstances closed = {.in_child = [] { ::close(STDOUT_FILENO); }};
  const Circumstances full = {.in_child = [] { ::dup2(::open("/dev/full", O_WRONLY), STDOUT_FILENO); }};
  for (const Words& words : commands) {
    CAPTURE(words[0]);
    check_fails(run_program(program(), words, ".", closed), "standard output: cannot be written",
                "Bad file descriptor");
    if (!fs::exists("/dev/full")) continue;
    check_fails(run_program(program(), words, ".", full), "standard output: cannot be written", "No space left");
  }
}

TEST_CASE("standard output: closed streams are not confused with the files that are written") {
  const Workplace place;
  const std::string model = read_text(place.model());
  const Words train = with(place.train(), {"--save", place / "again", "--log", place / "log"});
  REQUIRE(bnlab_program(train).status == 0);
  const std::string log = read_text(place / "log");
  for (const std::vector<int>& streams : {std::vector{0}, {1}, {2}, {1, 2}, {0, 1, 2}}) {
    for (const char* name : {"again", "log"}) fs::remove(place / name);
    Words words = train;
    words.erase(words.begin() + 1);  // --quiet
    const bool loses_results = std::find(streams.begin(), streams.end(), 1) != streams.end();
    const Outcome outcome = run_program(program(), words, ".", {.in_child = [&] {
                                          for (const int stream : streams) ::close(stream);
                                        }});
    CHECK(outcome.status == (loses_results ? 1 : 0));
    CHECK(read_text(place / "again") == model);
    CHECK(read_text(place / "log") == log);
  }
  // Where nothing is printed, nothing is lost.
  const Words fold = {"fold", "--quiet", place / "normalised", "--save", place / "folded"};
  REQUIRE(bnlab_program(with(place.train(), {"--norm", "batch", "--save", place / "normalised"})).status == 0);
  CHECK(run_program(program(), fold, ".", {.in_child = [] { ::close(STDOUT_FILENO); }}).status == 0);
}

TEST_CASE("standard output: a reader that has seen enough ends the program without a word") {
  const Workplace place;
  const std::string command = program() + " show --count 10000 --data " + place.data() + " | head -n 1";
  const Outcome outcome = run_program("/bin/sh", {"-c", command});
  CHECK(outcome.status == 0);
  CHECK(outcome.err == "");
  CHECK(contains(outcome.out, "training, 100 test images"));
}

TEST_CASE("folders: where one may not be entered or read, that is the reason given, for data and for outputs") {
  if (!works(give_up_rights)) {
    MESSAGE("permissions do not concern this user: not tried");
    return;
  }
  const Workplace place;
  const auto run = [](const Words& words) { return run_program(program(), words, ".", kWithoutRights); };
  const Words train = {"train", "--quiet", "--limit", "300", "--hidden", "8", "--epochs", "1", "--data"};
  REQUIRE(run(with(train, {place.data()})).status == 0);

  REQUIRE(::chmod((place.data() + "/t10k-labels-idx1-ubyte").c_str(), 0) == 0);
  check_fails(run(with(train, {place.data()})), place.data() + "/t10k-labels-idx1-ubyte", "Permission denied");
  REQUIRE(::chmod((place.data() + "/t10k-labels-idx1-ubyte").c_str(), 0600) == 0);

  for (const mode_t mode : {0u, 0200u, 0400u, 0600u}) {
    CAPTURE(mode);
    REQUIRE(::chmod(place.data().c_str(), mode) == 0);
    check_fails(run(with(train, {place.data()})), place.data(), "Permission denied");
    check_fails(run({"eval", place.model(), "--data", place.data()}), place.data(), "Permission denied");
  }
  // A folder that may be entered, though not listed, is read by its files' usual names; without them it is not.
  for (const mode_t mode : {0100u, 0300u}) {
    CAPTURE(mode);
    REQUIRE(::chmod(place.data().c_str(), mode) == 0);
    CHECK(run(with(train, {place.data()})).status == 0);
    CHECK(run({"eval", place.model(), "--data", place.data()}).status == 0);
  }
  fs::create_directory(place / "empty");
  REQUIRE(::chmod((place / "empty").c_str(), 0100) == 0);
  check_fails(run(with(train, {place / "empty"})), place / "empty", "Permission denied");
  fs::create_directory(place / "colours");
  write_text(place / "colours/data_batch_1.bin", std::string(1, '\0') + std::string(3072, 'x'));
  write_text(place / "colours/data_batch_2.bin", std::string(1, '\1') + std::string(3072, 'y'));
  write_text(place / "colours/test_batch.bin", std::string(1, '\1') + std::string(3072, 'z'));
  REQUIRE(::chmod((place / "colours").c_str(), 0100) == 0);
  CHECK(contains(run({"show", "--data", place / "colours"}).out, "2 training"));
  REQUIRE(::chmod((place / "colours").c_str(), 0700) == 0);
  REQUIRE(::chmod(place.data().c_str(), 0700) == 0);

  fs::create_directory(place / "closed");
  fs::copy(place.data(), place / "closed/data");
  write_text(place / "closed/log", "log");
  for (const mode_t mode : {0u, 0500u, 0600u}) {
    CAPTURE(mode);
    REQUIRE(::chmod((place / "closed").c_str(), mode) == 0);
    const bool can_enter = mode == 0500u;
    if (!can_enter) check_fails(run(with(train, {place / "closed/data"})), place / "closed/data", "Permission denied");
    for (const char* name : {"closed/log", "closed/new"}) {
      check_fails(run(with(train, {place.data(), "--log", place / name})), place / name, "Permission denied");
      check_fails(run({"eval", "--quiet", place.model(), "--data", place.data(), "--logits", place / name}),
                  place / name, "Permission denied");
    }
    check_fails(run({"compare", "--quiet", "--data", place.data(), "--out", place / "closed/out"}),
                place / "closed/out", "Permission denied");
  }
  REQUIRE(::chmod((place / "closed").c_str(), 0700) == 0);
  CHECK(read_text(place / "closed/log") == "log");

  REQUIRE(::chmod(place.model().c_str(), 0200) == 0);
  check_fails(run({"eval", "--quiet", place.model(), "--data", place.data()}), place.model(), "Permission denied");
}

TEST_CASE("outputs: a file whose group cannot be kept gives the new one no more rights than others had") {
  if (!works(give_up_chown)) {
    MESSAGE("only root under Linux can make the case: not tried");
    return;
  }
  const Workplace place;
  const std::string path = place / "logits";
  for (const auto& [before, after] :
       {std::pair<mode_t, mode_t>{0660, 0600}, {0664, 0644}, {0640, 0600}, {0666, 0666}}) {
    write_text(path, "old");
    REQUIRE(::chmod(path.c_str(), before) == 0);
    REQUIRE(::chown(path.c_str(), 1234, 5678) == 0);
    const Words eval = {"eval", "--quiet", place.model(), "--data", place.data(), "--logits", path};
    CHECK(run_program(program(), eval, ".", {.in_child = [] { give_up_chown(); }}).status == 0);
    struct stat info {};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777u) == after);
    fs::remove(path);
  }
}

TEST_CASE("folders: a file on the way, a loop of links, a name too long are each called what they are") {
  const Workplace place;
  fs::create_symlink("loop", place / "loop");
  struct {
    std::string path;
    const char* reason;
  } const cases[] = {{place.model() + "/x", "Not a directory"},
                     {place / "loop/x", "Too many levels of symbolic links"},
                     {place / "loop", "Too many levels of symbolic links"},
                     {place / std::string(300, 'n'), "File name too long"},
                     {place / std::string(300, 'n') + "/x", "File name too long"}};
  for (const auto& c : cases) {
    const Words eval = {"eval", "--quiet", place.model(), "--data"};
    check_fails(bnlab_program(with(eval, {c.path})), c.path, c.reason);
    check_fails(bnlab_program(with(eval, {place.data(), "--logits", c.path})), c.path, c.reason);
    check_fails(bnlab_program({"eval", "--quiet", c.path, "--data", place.data()}), c.path, c.reason);
    check_fails(bnlab_program(with(place.train(), {"--log", c.path})), c.path, c.reason);
    check_fails(bnlab_program({"compare", "--quiet", "--data", place.data(), "--out", c.path}), c.path, c.reason);
  }
}

TEST_CASE("outputs: a device, a pipe or a socket is not written to, and is called what it is") {
  const Workplace place;
  REQUIRE(::mkfifo((place / "pipe").c_str(), 0600) == 0);
  const Device device;
  fs::create_symlink(device.path(), place / "link");
  const std::vector<std::pair<std::string, const char*>> cases = {
      {device.path(), "found a device"}, {place / "pipe", "found a pipe"}, {place / "link", "found a device"}};
  for (const auto& [path, kind] : cases) {
    check_fails(bnlab_program(with(place.train(), {"--save", path})), path, kind);
    check_fails(bnlab_program(with(place.train(), {"--log", path})), path, kind);
  }
  CHECK(fs::is_fifo(place / "pipe"));
  // Standard output under another name: a pipe, and a file, which would lose its result lines.
  const std::string to_itself = place / "standard output";
  fs::create_symlink("/dev/fd/1", to_itself);
  const Words eval = {"eval", "--quiet", place.model(), "--data", place.data(), "--logits", to_itself};
  std::string command = program();
  for (const std::string& word : eval) command += " '" + word + "'";
  const Outcome to_pipe = run_program("/bin/sh", {"-c", command + " | cat"});
  CHECK(contains(to_pipe.err, to_itself + ": expected a file's name to write, found a pipe"));
  const Outcome to_file = bnlab_program(eval);
  CHECK(to_file.status == 2);
  CHECK(contains(to_file.err, "standard output: expected a file of its own, found that of --logits " + to_itself));
  CHECK(to_file.out == "");
}

TEST_CASE("train: two interrupts at any moment leave no temporary file, and a checkpoint that is whole") {
  const Workplace place;
  Words words =
      with(place.train(), {"--checkpoint", place / "checkpoint", "--checkpoint-every", "1", "--log", place / "log"});
  words.insert(words.end(), {"--epochs", "100000"});
  Random random(1, "interrupts");
  for (int trial = 0; trial < 30; ++trial) {
    const Outcome outcome = run_program(program(), words, ".", {.meanwhile = [&](pid_t child, const std::string&) {
                                          for (int i = 0; i < 5000 && !fs::exists(place / "checkpoint"); ++i)
                                            ::usleep(1000);
                                          ::usleep(random.below(5000));
                                          ::kill(child, trial % 2 == 0 ? SIGINT : SIGTERM);
                                          ::usleep(random.below(500));
                                          ::kill(child, trial % 3 == 0 ? SIGHUP : SIGINT);
                                        }});
    CHECK(outcome.status > 128);
    CHECK(place.files() == 4);  // images, model, checkpoint, log
    CHECK(bnlab_program({"eval", "--quiet", place / "checkpoint", "--data", place.data()}).status == 0);
    fs::remove(place / "checkpoint");
  }
}

}  // namespace bnlab::testing::environment_test
