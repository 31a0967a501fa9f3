#!/bin/sh
# Tests the tests: puts one small mistake at a time into a copy of the sources and expects a test to fail.
#   sh tests/mutants/run.sh [name]      all mistakes, or those whose names begin so: batchnorm, sgd/decay
# Run from the top folder, best by `make mutants-tests`, which sets MUTATE to the program that puts a mistake into a copy. Everything is written under build/mutants/. Each copy of the
# sources has its own build in it: base/ is the one without a mistake, 1/, 2/, … take one mistake after another.
set -u
only=${1:-}
mutate=${MUTATE:?}
part=${PART:-1/1}  # 2/3: the second, fifth, eighth … of them
taskless=${TASKLESS:-}  # 1: without those that belong to a task of the assignment, which `make mutants` tries
work=${BUILD:-build}/mutants
make=${MAKE:-make}
seconds=600  # that a run of tests may take; less once it is known what they take without a mistake
copies=${CORES:-2}
[ "$copies" -le 4 ] || copies=4  # each takes about 250 MB of disk
unset MAKEFLAGS MFLAGS MAKELEVEL  # what the make that called us was told is not for those that we call

# The tests that compute: all of these folders but those that start servers and scripts, which do not look at numbers.
folders='core data nn optim train lab golden assignment'
tests=$(for folder in $folders; do ls tests/"$folder"/*_test.cpp; done |
  grep -v -x -e tests/data/fetch_test.cpp -e tests/data/sample_test.cpp | tr '\n' ' ')

program() { case $1 in double) echo build/double/tests/run_tests ;; *) echo build/tests/run_tests ;; esac; }  # precision
build() {  # copy, precision, how many jobs, what else make is told
  (cd "$1" && "$make" -j"$3" BUILD=build PRECISION="$2" DEBUG=0 O=1 TESTS="$tests" $4 "$(program "$2")")
}

# The status of a command, or 124 after the time limit: as timeout does, which not every system has.
timeout=$(command -v timeout || command -v gtimeout || true)
limited() {
  if [ -n "$timeout" ]; then
    "$timeout" -s KILL "$seconds" "$@"
  else
    "$@" &
    pid=$!
    (i=0; while [ $((i += 1)) -le "$seconds" ] && kill -0 $pid; do sleep 1; done; kill -9 $pid) > /dev/null 2>&1 &
    wait $pid
  fi
}

# Runs those tests of a copy that the runner's options choose.
run_tests() {  # copy, precision, the runner's options
  mkdir -p "$1/tmp"
  tested=$(program "$2")
  (cd "$1" && shift 2 && TMPDIR=$PWD/tmp limited "$tested" -nc "$@")
}

first_failure() {  # the runner's status, its output
  # doctest names a case also where it has only something to say.
  name=$(awk '/^TEST CASE:/ { sub(/^TEST CASE: */, ""); name = $0 } / ERROR: / { print name; exit }' "$2")
  case $1 in 124 | 137) name=${name:-the time limit} ;; esac
  echo "${name:-status $1}"
}

# Takes a copy back to what base is. All files that were written since the copy was made are newer than its stamp.
restore() {
  (cd "$1" && rm -rf tmp && find . -type f -newer ../stamp) | while read -r file; do
    if [ -f "$work/base/$file" ]; then cp -p "$work/base/$file" "$1/$file"; else rm -f "$1/$file"; fi
  done
}

# Puts one mistake into a copy and looks who notices. Prints "caught by …", "SURVIVED" or "ERROR …".
judge() {  # copy, the mistake's name
  suite=$("$mutate" field "$2" test)
  if ! "$mutate" apply "$2" "$1" > "$1.log" 2>&1; then echo "ERROR it does not apply"; return; fi
  # Without the precompiled header: clang++'s names the files that it was made of, which are base's.
  for run in "double -sf" "float -sf" "double -sfe" "float -sfe"; do  # the suite, then all others
    precision=${run% *} filter=${run#* }
    if ! build "$1" "$precision" 1 WITH_HEADERS= > "$1.log" 2>&1; then echo "ERROR it does not compile"; return; fi
    run_tests "$1" "$precision" "$filter=*${suite}_test*" > "$1.log" 2>&1
    status=$?
    if [ $status != 0 ]; then echo "caught $precision: $(first_failure $status "$1.log")"; return; fi
  done
  echo "SURVIVED"
}

# A worker: takes the next mistake that no other worker has taken, until there is none.
work_off() {  # copy
  for name in $names; do
    result=$work/results/$name
    mkdir "$result" 2> /dev/null || continue
    judge "$1" "$name" > "$result/verdict" < /dev/null
    read -r verdict by < "$result/verdict"
    printf '%-8s  %-44s  %s\n' "$verdict" "$name" "$by"
    [ "$verdict" != ERROR ] || cat "$1.log"
    restore "$1"
  done
}

# "mutate list" prints a name and its task, if it has one.
names=$("$mutate" list "$only" | awk -v taskless="$taskless" -v part="$part" '
  BEGIN { split(part, p, "/") }
  taskless != 1 || NF == 1 { if (n++ % p[2] == p[1] - 1) print $1 }')
if [ -z "$names" ]; then echo "no mutant's name begins with '$only'; see tests/mutants" >&2; exit 2; fi

# A suite that is not compiled here would notice nothing, whatever is wrong.
for name in $names; do
  suite=$("$mutate" field "$name" test)
  case " $tests " in *" tests/${suite}_test.cpp "*) continue ;; esac
  echo "$name: expected the name of a test that is run here (tests/mutants/run.sh says which are); found '$suite'" >&2
  exit 2
done

# The copy without a mistake: built anew where sources have changed, and all its tests must pass.
mkdir -p "$work/base/build" || exit 1
(cd "$work/base" && rm -rf src include tests tmp data docs)
cp -Rp Makefile src include tests "$work/base" && ln -s "$PWD/data" "$PWD/docs" "$work/base" || exit 1
[ ! -d "${BUILD:-build}/doctest" ] || cp -Rp "${BUILD:-build}/doctest" "$work/base/build"
longest=0
for precision in double float; do
  build "$work/base" $precision "${CORES:-2}" "" > "$work/base.log" 2>&1
  built=$? begin=$(date +%s)
  if [ $built != 0 ] || ! run_tests "$work/base" $precision > "$work/base.log" 2>&1; then
    cat "$work/base.log"
    echo "without a mistake the tests do not pass either ($precision)" >&2
    exit 1
  fi
  took=$(($(date +%s) - begin))
  [ "$took" -le "$longest" ] || longest=$took
done
# A run that hangs has noticed the mistake, too; one that is slow, on a machine that has more to do, has not.
seconds=$((5 * longest))
[ "$seconds" -ge 60 ] || seconds=60

workers=
trap 'kill $workers 2> /dev/null; exit 130' INT TERM
rm -rf "$work/results"
for folder in $(echo "$names" | sed 's|/[^/]*$||' | sort -u); do mkdir -p "$work/results/$folder" || exit 1; done
for copy in $(seq "$copies"); do rm -rf "${work:?}/$copy" && cp -Rp "$work/base" "$work/$copy" || exit 1; done
touch "$work/stamp"
sleep 1  # so that what is written from now on is newer, also where files keep only whole seconds
for copy in $(seq "$copies"); do
  work_off "$work/$copy" &
  workers="$workers $!"
done
wait

# The table of all, and the sum.
of=0 caught=0
printf '%s\n%s\n' '| mutant | mistake | verdict |' '| --- | --- | --- |' > "$work/table.md"
for name in $names; do
  verdict=$(cat "$work/results/$name/verdict")
  case $verdict in caught*) caught=$((caught + 1)) ;; esac
  of=$((of + 1))
  mistake=$("$mutate" field "$name" mistake)
  printf '| %s | %s | %s |\n' "$name" "$(echo "$mistake" | sed 's/|/\\|/g')" "$(echo "$verdict" | sed 's/|/\\|/g')" >> "$work/table.md"
done
echo "mutants tests caught=$caught of=$of part=$part"
[ "$caught" = "$of" ]
