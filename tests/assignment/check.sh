#!/bin/sh
# Checks the assignment as its users meet it: what the generator refuses; a student's first day, one task right, one that
# crashes, all right; tricks; the autograder in a course platform's layout. Run by `make assignment-test`, after
# build/assignment and build/autograder have been made. Everything is written under build/assignment-check/.
#
# Prints a line for each check, and "assignment: N passed, N failed" at last. With TRANSCRIPTS=file it writes down what a
# student sees.
set -u
export LC_ALL=C
build=$(cd "${BUILD:-build}" && pwd)
work=$build/assignment-check
here=$PWD/tests/assignment
make=${MAKE:-make}
cxx=${CXX:-g++}
cores=${CORES:-2}
transcripts=${TRANSCRIPTS:-$work/transcripts.md}
unset MAKEFLAGS MFLAGS MAKELEVEL TASK
passed=0 failed=0
rm -rf "$work" && mkdir -p "$work" || exit 1

check() {  # what is expected, command …
  expected=$1
  shift
  if "$@" > "$work/log" 2>&1; then
    passed=$((passed + 1))
    echo "ok      $expected"
  else
    failed=$((failed + 1))
    echo "FAILED  $expected"
    tail -n 15 "$work/log"
  fi
}
has() { grep -qE -- "$2" "$1" || { echo "$1: expected '$2', found:"; cat "$1"; false; }; }  # file, pattern

# --- The generator ---------------------------------------------------------------------------------------------------

cut_text() {  # the lines of a source file
  printf '%b' "$1" > "$work/marked.cpp"
  awk -v path=src/x.cpp -v tasks=relu -v known="relu adam" -v solved=0 -f "$here/cut.awk" "$here/stubs.txt" "$work/marked.cpp" > "$work/cut" 2> "$work/error"
}
refuses() { ! cut_text "$1" && has "$work/error" "$2"; }
cuts() {
  cut_text "a\n  // BEGIN SOLUTION relu\n  secret\n  // END SOLUTION\nb\n// BEGIN SOLUTION adam\nc\n// END SOLUTION\n" &&
    printf 'a\n  fail("not implemented: relu");\nb\nc\n' | diff - "$work/cut"
}
check "a region becomes its stub; one of a task that is not handed out stays, without its markers" cuts
check "a marker without its end is refused, with its line" refuses "a\n// BEGIN SOLUTION relu\nb\n" "src/x.cpp:2: .*no END SOLUTION"
check "an end without its beginning is refused" refuses "a\n// END SOLUTION\n" "src/x.cpp:2: END SOLUTION without"
check "regions within regions are refused" refuses "// BEGIN SOLUTION relu\n// BEGIN SOLUTION adam\n// END SOLUTION\n// END SOLUTION\n" "src/x.cpp:2: BEGIN SOLUTION inside"
check "an unknown task is refused" refuses "// BEGIN SOLUTION rely\n// END SOLUTION\n" "unknown task 'rely'"
check "a marker with other text on its line is refused" refuses "x; // BEGIN SOLUTION relu\n// END SOLUTION\n" "expected '// BEGIN SOLUTION task'"
check "a marker without a task is refused" refuses "// BEGIN SOLUTION\n// END SOLUTION\n" "expected '// BEGIN SOLUTION task'"

generate() {  # lines of tasks.conf
  printf '%b' "$1" > "$work/tasks.conf"
  TASKS=$work/tasks.conf CHECK=0 MAKE_CASES=$build/make_cases DOCTEST_HEADER=$build/doctest/doctest/doctest.h sh "$here/make.sh" "$work/few" > "$work/generated" 2>&1
}
refuses_tasks() { ! generate "$1" && has "$work/generated" "$2"; }
check "tasks.conf: an unknown task is refused, with its line" refuses_tasks "relu 4\nrelo 3\n" "tasks.conf:2: unknown task 'relo'"
check "tasks.conf: points that are no number are refused" refuses_tasks "relu four\n" "tasks.conf:1: expected a task and its points"
check "tasks.conf: a task named twice is refused" refuses_tasks "relu 4\nrelu 5\n" "tasks.conf:2: .*twice"
check "tasks.conf: a file without a task is refused" refuses_tasks "# none\n" "at least one task"
few() {
  generate "adam 3\nrelu 2.5\n" && ! grep -rq "not implemented: sgd" "$work/few/src" && grep -q "not implemented: adam" "$work/few/src/optim/adam.cpp" &&
    ! grep -q "^## sgd" "$work/few/README.md" && has "$work/few/README.md" "^## relu [(]2.5 points[)]" &&
    "$make" -j"$cores" -C "$work/few" CXX="$cxx" O=0 grade > "$work/few.log"
  has "$work/few.log" "^score 0 of 5.5$"
}
check "two tasks chosen: two are handed out, the others are solved" few

# As on Windows and in WSL, where students' copies are checked out with CR LF.
checked_out() {
  git -c init.defaultBranch=main init -q "$work/repository" && cp -R "$build/assignment/." "$work/repository" &&
    git -C "$work/repository" add -A && git -C "$work/repository" -c user.name=x -c user.email=x commit -qm x &&
    git -c core.autocrlf=true clone -q "$work/repository" "$work/clone" &&
    diff -r -x .git "$build/assignment" "$work/clone"
}
check "a repository of it, checked out where git is set to write CR LF, has the same bytes" checked_out

# --- A student's days ------------------------------------------------------------------------------------------------

home=$work/home
cp -R "$build/assignment" "$home"
mkdir "$work/solved"
for file in $(cd "$build/assignment" && grep -rl 'not implemented: ' src include); do
  original=$file
  [ -f "$here/template/$file" ] && original=tests/assignment/template/$file
  mkdir -p "$work/solved/$(dirname "$file")"
  awk '!/^ *\/\/ (BEGIN|END) SOLUTION/' "$original" > "$work/solved/$file"
done

: > "$transcripts"
grade() {  # what a student would type after make; the output goes to $work/grade
  "$make" -j"$cores" --no-print-directory -C "$home" CXX="$cxx" "$@" > "$work/grade" 2>&1
  status=$?
  sed '/^  g++ \|^  clang++ /d; /^make: /d' "$work/grade" > "$work/table"
}
tell() { printf '\n## %s\n\n```\n$ make %s\n%s\n```\n' "$1" "$2" "$(cat "$work/table")" >> "$transcripts"; }
row() { has "$work/grade" "^$1 +$2"; }  # task, points and what follows
plant() {  # file, code that takes the place of its first stub, where the result goes (a project's folder)
  code=$2 awk 'NR == 1 { print "#include <signal.h>\n#include <unistd.h>\n#include <cstdio>\n#include <cstdlib>\n#include <fstream>\n#include <string>" }
    /not implemented: / && !done { print ENVIRON["code"]; done = 1; next } { print }' "$build/assignment/$1" > "${3:-$home}/$1"
}
solve() { cp "$work/solved/$1" "$home/$1"; }
json() {
  command -v python3 > /dev/null || { echo "SKIPPED: no python3 here to read results.json with"; return 0; }
  python3 -c 'import json, sys
r = json.load(open(sys.argv[1]))
assert abs(r["score"] - float(sys.argv[2])) < 1e-9, r["score"]
assert abs(sum(t["score"] for t in r["tests"]) - r["score"]) < 1e-9 and all(t["status"] in ("passed", "failed") for t in r["tests"])' "$1" "$2"
}

"$make" -j"$cores" --no-print-directory -C "$home" CXX="$cxx" > "$work/table" 2>&1
tell "Day one: it compiles" ""
"$make" --no-print-directory -C "$home" CXX="$cxx" test TASK=relu > "$work/table" 2>&1
sed -i.bak '/^  g++ \|^  clang++ /d' "$work/table"
tell "Day one: the tests of one task" "test TASK=relu"
grade grade
tell "Day one: graded" grade
day_one() { [ "$status" != 0 ] && [ "$(grep -c ' not implemented  *not implemented: ' "$work/grade")" = 11 ] && has "$work/grade" "^score 0 of 100$"; }
check "day one: 0 points, each task says that it is not implemented, exit status not 0" day_one
check "day one: results.json says the same" json "$home/results.json" 0

solve src/nn/linear.cpp
grade grade
tell "Linear is right" grade
one_right() { [ "$status" != 0 ] && row linear-forward "4 / 4 +right" && row linear-backward "8 / 8 +right" && has "$work/grade" "^score 12 of 100$"; }
check "one file right: its tasks have full marks, the others none" one_right
grade grade TASK=linear-backward
alone() { [ "$status" = 0 ] && row linear-backward "8 / 8 +right" && ! grep -q '^relu' "$work/grade"; }
check "make grade TASK=linear-backward grades that task alone, and exits with 0" alone
grade grade TASK=linear
no_such() { [ "$status" != 0 ] && has "$work/grade" "TASK=linear: expected one of"; }
check "make grade TASK=something else names the tasks" no_such

# Each file its own mischief; linear.cpp stays right.
plant src/optim/adam.cpp '  *static_cast<volatile int*>(nullptr) = 1;'
plant src/optim/sgd.cpp '  for (volatile bool on = true; on;) {}'
plant include/bnlab/nn/relu.hpp '  static real forward(real x) { throw x; }'
plant src/nn/loss.cpp '  std::exit(0);'
plant src/train/trainer.cpp '      std::vector<char> all(std::size_t{1} << 40); (void)all;'
plant src/data/idx.cpp '  std::printf("idx-reader 8 / 8 right\n"); if (axes == 99) return {}; fail("\xff\xfe \"quoted\" \x01");'
plant src/nn/batchnorm.cpp '  this is not C++;'
grade grade
tell "A crash, a loop without an end, an exception, a file that does not compile" grade
crash() {
  [ "$status" != 0 ] && row adam "0 / 8 +crashed +crashed in the case .*: invalid memory access" && row sgd "0 / 6 +too slow" && row linear-backward "8 / 8 +right" &&
    row relu "0 / 4 .*it threw" && row softmax-cross-entropy "0 / 10 +ended early" && row training-loop "0 / 6 .*ran out of memory" &&
    row idx-reader "0 / 8 " && row batchnorm-backward "0 / 20 +does not compile +src/nn/batchnorm.cpp:[0-9]+" && has "$work/grade" "^score 12 of 100$"
}
check "a crash, an endless loop, an exception, exit(0), 1 TB of memory, printing, a compile error: each costs its own tasks alone" crash
check "... and results.json is JSON whatever was thrown" json "$home/results.json" 12

# Nothing written at all in place of the stubs.
for file in src/nn/linear.cpp src/nn/batchnorm.cpp src/optim/sgd.cpp src/optim/adam.cpp src/train/trainer.cpp; do
  sed '/fail("not implemented: /d' "$build/assignment/$file" > "$home/$file"
done
for file in src/nn/loss.cpp src/data/idx.cpp; do
  sed 's/fail("not implemented: .*/return {};/' "$build/assignment/$file" | sed 's/return {};$/&/' > "$home/$file"
done
sed 's/fail("not implemented: .*/return real{0}; }/' "$build/assignment/include/bnlab/nn/relu.hpp" > "$home/include/bnlab/nn/relu.hpp"
sed -i.bak '/dlogits_ \[N, C\] and return/{n;s/return {};/return dlogits_;/;}' "$home/src/nn/loss.cpp"
grade grade
nothing() { [ "$status" != 0 ] && ! grep -q 'does not compile' "$work/grade" && has "$work/grade" "^score 0 of 100$"; }
check "stubs taken away and nothing written: no points" nothing

# Tricks. Each must score 0.
trick() {  # name, file, code, task, pattern
  plant "$2" "$3"
  grade grade TASK="$4"
  sleep 0.3
  tricked() { [ "$status" != 0 ] && row "$4" "0 / " && json "$home/results.json" 0; }
  check "trick: $1" tricked "$@"
}
trick "writing results.json" src/optim/sgd.cpp '  (void)options_; std::FILE* f = std::fopen("results.json", "w"); if (f) { std::fputs("{\"score\": 100, \"tests\": []}", f); std::fclose(f); }' sgd
trick "a process that stays behind and rewrites results.json later" src/optim/adam.cpp '  (void)options_; if (fork() == 0) { setsid(); if (fork() == 0) { usleep(200000); std::FILE* f = std::fopen("results.json", "w"); if (f) { std::fputs("{\"score\": 100}", f); std::fclose(f); } } _exit(0); }' adam
trick "sending made-up results to the judge and leaving" src/optim/adam.cpp '  (void)options_; for (int i = 0; i < 99; ++i) { if (write(3, "case\nout theta0_1 1 1 0\nend\n", 28) < 0) break; } _exit(0);' adam
trick "a result of a thousand million numbers" src/optim/adam.cpp '  (void)options_; if (write(3, "out theta0_1 999999999 999999999 1\n", 35) < 0) return; for (;;) if (write(3, "0x1p0 ", 6) < 0) return;' adam

for file in $(cd "$work/solved" && find . -name '*.[ch]pp'); do solve "$file"; done
grade grade
tell "All right" grade
all_right() { [ "$status" = 0 ] && [ "$(grep -c ' right *$' "$work/grade")" = 11 ] && has "$work/grade" "^score 100 of 100$"; }
check "all right: full marks, exit status 0" all_right
check "... in results.json, too" json "$home/results.json" 100

# --- The autograder --------------------------------------------------------------------------------------------------

platform=$(mktemp -d)  # not below a folder that only we may enter: that the cases cannot be read is tested
trap 'rm -rf "$platform"' EXIT
chmod 755 "$platform"
submit() {  # a folder with a submission; then the autograder runs
  rm -rf "$platform"/* && mkdir "$platform/source" "$platform/submission" "$platform/results"
  (cd "$platform/source" && unzip -q "$build/autograder.zip") && cp -R "$1/." "$platform/submission" &&
    AUTOGRADER=$platform "$platform/source/run_autograder" > "$work/autograded" 2>&1
}
result() { json "$platform/results/results.json" "$1"; }

zip_root() { unzip -l "$build/autograder.zip" > "$work/listing" && has "$work/listing" " setup.sh$" && has "$work/listing" " run_autograder$" && has "$work/listing" " cases.txt$"; }
check "autograder: setup.sh and run_autograder stand at the zip's root" zip_root

mkdir "$work/empty"
submit "$work/empty"
check "autograder: an empty submission has a result, 0 points" result 0

# A whole project as submission, with another Makefile, grader and results, which are not used.
mkdir "$work/submission"
cp -R "$work/solved" "$work/submission/homework"
printf 'all grade children:\n\techo 100 > results.json\n' > "$work/submission/homework/Makefile"
mkdir "$work/submission/homework/grader" && printf 'task relu relu 100\n' > "$work/submission/homework/grader/cases.txt"
echo 'int main() { return 0; }' > "$work/submission/homework/grader/judge.cpp"
submit "$work/submission"
check "autograder: right solutions have full marks by the hidden cases, with any Makefile and grader beside them" result 100

# The tricks again, against the real place of the results and the hidden cases.
cp -R "$build/assignment/src" "$build/assignment/include" "$work/empty"
cases=$platform/source/cases.txt
mischief() { plant "$1" "$2" "$work/empty"; }  # file, code
rewrite='std::FILE* f = std::fopen("'$platform/results/results.json'", "w"); if (f) { std::fputs("{\"score\": 100, \"tests\": []}", f); std::fclose(f); }'
cp "$work/solved/src/nn/linear.cpp" "$work/empty/src/nn/"
mischief src/optim/sgd.cpp "  (void)options_; $rewrite"
mischief src/optim/adam.cpp "  (void)options_; if (fork() == 0) { setsid(); if (fork() == 0) { usleep(3000000); $rewrite } _exit(0); }"
mischief src/nn/loss.cpp '  kill(getppid(), SIGKILL); kill(-1, SIGKILL); return 0;'
mischief src/data/idx.cpp '  std::printf("\xff\xfe score 100 of 100\n"); fail("\xff\xfe%s", path.c_str());'
mischief src/train/trainer.cpp '      std::ifstream cases("'"$cases"'"); std::string line; if (std::getline(cases, line)) { std::FILE* f = std::fopen("/tmp/bnlab-cases-were-read", "w"); if (f) std::fclose(f); } fail("not implemented: training-loop");'
mischief src/nn/batchnorm.cpp '  asm(".incbin \"'"$cases"'\"");'
ln -s "$cases" "$work/empty/src/nn/secret.hpp"
rm -f /tmp/bnlab-cases-were-read
if [ "$(id -u)" = 0 ]; then
  submit "$work/empty"
  sleep 3
  check "autograder: writing the results, a process left behind, killing, reading the hidden cases: 12 points for what is right" result 12
  unread() { [ ! -e /tmp/bnlab-cases-were-read ] && grep -q -E 'batchnorm-backward +0 / 20 +does not compile' "$work/autograded"; }
  check "autograder: the hidden cases can be read neither by a program nor by the compiler" unread
else
  echo "SKIPPED: the autograder's separate user (not run by root)"
fi

# Stopped in the middle.
killed() {
  rm -rf "$platform/results" && AUTOGRADER=$platform "$platform/source/run_autograder" > "$work/autograded" 2>&1 &
  pid=$!
  sleep 2
  kill -TERM "$pid"
  wait "$pid"
  result 0 && has "$platform/results/results.json" "did not come to its end"
}
check "autograder: stopped in the middle, it leaves a result that says so" killed

echo "assignment: $passed passed, $failed failed"
[ "$failed" = 0 ]
