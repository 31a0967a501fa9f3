#!/bin/sh
# Cuts the assignment out of this project: build/assignment, ready to be handed out. Run by `make assignment`.
#
#   sh tests/assignment/make.sh FOLDER      (MAKE_CASES=program that writes cases; CHECK=0: not checked)
#
# What is handed out, and for how many points, stands in tests/assignment/tasks.conf. The result is checked: it compiles
# without a warning, every task scores 0 and says "not implemented", no line of a solution is in it; and with the solutions
# put back it scores full marks.
set -u
export LC_ALL=C  # one order of sorting
out=$1
here=tests/assignment
conf=${TASKS:-$here/tasks.conf}
make_cases=${MAKE_CASES:?}
die() { echo "make assignment: $*" >&2; exit 1; }

# All tasks there are, in order; and those that are handed out, with their points.
known="idx-reader linear-forward linear-backward relu softmax-cross-entropy batchnorm-forward batchnorm-evaluation"
known="$known batchnorm-backward sgd adam training-loop"
table=$(awk -v known="$known" -v file="$conf" '
  function bad(message) { printf "%s:%d: %s\n", file, NR, message > "/dev/stderr"; failed = 1; exit 1 }
  { sub(/#.*/, "") }
  NF == 0 { next }
  NF != 2 || $2 !~ /^[0-9]+(\.[0-9]+)?$/ || $2 + 0 <= 0 { bad("expected a task and its points, a number above 0, found \047" $0 "\047") }
  index(" " known " ", " " $1 " ") == 0 { bad("unknown task \047" $1 "\047; there are: " known) }
  $1 in seen { bad("the task " $1 " stands here twice") }
  { seen[$1] = 1; print $1, $2; count++ }
  END { if (!failed && !count) bad("expected at least one task"); if (failed) exit 1 }' "$conf") || exit 1
tasks=$(echo "$table" | awk '{ printf "%s%s", separator, $1; separator = " " }')
total=$(echo "$table" | awk '{ sum += $2 } END { print sum }')

cut_file() {  # solved, path as students see it, the file itself
  awk -v path="$2" -v tasks="$tasks" -v known="$known" -v solved="$1" -f $here/cut.awk $here/stubs.txt "$3"
}

# The sources, with stubs (solved 0) or with the solutions (solved 1), below a folder. Two layers are left out, as their code
# would give a task's solution away, and the experiment that needs one of them.
write_sources() {  # solved, folder
  for top in . $here/template; do
    for file in $(cd $top && find src include -name '*.[ch]pp' ! -name 'layernorm.*' ! -name 'leaky_relu.*' ! -name 'remedies.*' | sort); do
      mkdir -p "$2/$(dirname "$file")" && cut_file "$1" "$file" "$top/$file" > "$2/$file" || return 1
    done
  done
}

echo "  cutting the sources: $(echo "$table" | wc -l | tr -d ' ') tasks, $total points"
[ ! -e "$out" ] || [ -f "$out/grader/cases.txt" ] || die "$out is there already and is no assignment"
rm -rf "$out" && mkdir -p "$out/grader" "$out/tests/doctest" || exit 1
write_sources 0 "$out" || die "the sources are not marked as they should be"
cp $here/template/Makefile $here/template/.gitignore "$out" && cp -R $here/template/.github "$out" &&
  cp $here/template/grader/*.[ch]pp "$out/grader" && cp $here/template/tests/*.[ch]pp "$out/tests" &&
  cp LICENSE .clang-format .gitattributes "$out" || exit 1
cp "${DOCTEST_HEADER:?}" "$out/tests/doctest/doctest.h" && cp $here/doctest-LICENSE.txt "$out/tests/doctest/LICENSE.txt" || exit 1

# The handout: the table, and the sections of the tasks that are handed out.
awk -v table="$table" '
  BEGIN { n = split(table, rows, "\n"); for (i = 1; i <= n; i++) { split(rows[i], field, " "); points[field[1]] = field[2]; order[i] = field[1]; sum += field[2] } }
  /^<!-- tasks -->$/ {
    print "| task | points |\n| --- | ---: |"
    for (i = 1; i <= n; i++) printf "| %s | %g |\n", order[i], points[order[i]]
    printf "| **all** | **%g** |\n", sum
    next
  }
  /^<!-- task [a-z-]+ -->$/ { task = $3; next }
  /^<!-- end -->$/ { task = ""; next }
  task != "" && !(task in points) { next }
  { if (task != "") gsub(/\{points\}/, points[task]); print }' $here/template/README.md > "$out/README.md" || exit 1

# 2,000 images of the sample: 1,500 to train on and 500 to test with, in the same format.
images() {  # name of the file in the sample, images, bytes of its header, bytes per image
  mkdir -p "$out/data/mnist-sample"
  { head -c 4 "data/mnist-sample/$1"
    # shellcheck disable=SC2059
    printf "\\000\\000\\$(printf %03o $(($2 / 256)))\\$(printf %03o $(($2 % 256)))"
    tail -c +9 "data/mnist-sample/$1" | head -c $(($3 - 8 + $2 * $4)); } > "$out/data/mnist-sample/$1"
}
images train-images-idx3-ubyte 1500 16 784 && images train-labels-idx1-ubyte 1500 8 1 &&
  images t10k-images-idx3-ubyte 500 16 784 && images t10k-labels-idx1-ubyte 500 8 1 || exit 1
cp data/mnist-sample/LICENSE "$out/data/mnist-sample/"

echo "  computing the cases that students are graded with"
# shellcheck disable=SC2086
"$make_cases" 1 1 $(echo $table) > "$out/grader/cases.txt" || exit 1

# --- Checks ---------------------------------------------------------------------------------------------------------

# No line of a solution is anywhere in the assignment, but for those that also stand elsewhere in the sources or in a stub.
check=$out.check
rm -rf "$check" && mkdir -p "$check" && write_sources 1 "$check/solved" || exit 1
(cd "$out" && find . -type f ! -path './data/*' ! -path './tests/doctest/*' ! -path './grader/cases.txt') | sort > "$check/files"
for file in $(cat "$check/files"); do  # the lines of solutions
  [ -f "$check/solved/$file" ] && diff "$out/$file" "$check/solved/$file" | sed -n 's/^> *//p'
done | awk 'length($0) > 12 && !/^for \(.*\{$/ && !/^return [a-z_]+;$/' | sort -u > "$check/lines"
for file in $(cat "$check/files"); do  # what stands in the sources outside of any region is no secret
  [ -f "$check/solved/$file" ] && sed 's/^ *//' "$out/$file"
done | sort -u > "$check/given"
leaks=$(for file in $(cat "$check/files"); do sed 's/^ *//' "$out/$file"; done | sort -u |
  comm -12 - "$check/lines" | comm -23 - "$check/given")
[ -z "$leaks" ] || die "lines of solutions are in the assignment: $leaks"
grep -rnE 'LayerNorm|LeakyR' "$out/src" "$out/include" || grep -rnE 'dy_nd x̂_nd|mean_dy_x_hat' "$out/src/lab" "$out/include/bnlab/lab" &&
  die "what gives a task away is in the assignment"
[ "${CHECK:-1}" = 1 ] || { rm -rf "$check"; echo "  $out (not checked)"; exit 0; }

unset MAKEFLAGS MFLAGS MAKELEVEL
cores=${CORES:-2}
build() { ${MAKE:-make} -j"$cores" -C "$1" --no-print-directory CXX="${CXX:-g++}" WERROR=1 O=0 "$2" > "$1.log" 2>&1; }
echo "  checking: it compiles without a warning, every task scores 0 and says so"
cp -R "$out" "$check/day-one"
build "$check/day-one" all && build "$check/day-one" build/run_tests || { tail -n 30 "$check/day-one.log"; die "it does not compile without a warning"; }
build "$check/day-one" grade && die "the stubs score full marks"
for task in $tasks; do
  grep -qE "^$task +0 / [0-9.]+ +not implemented +not implemented: $task\$" "$check/day-one.log" ||
    { cat "$check/day-one.log"; die "the stub of $task does not score 0 with the words 'not implemented: $task'"; }
done
grep -q "^score 0 of $total\$" "$check/day-one.log" || die "the stubs score points"
echo "  checking: with the solutions put back it scores full marks and passes its tests"
cp -R "$check/solved/." "$check/day-one/"
build "$check/day-one" grade && grep -q "^score $total of $total\$" "$check/day-one.log" ||
  { tail -n 30 "$check/day-one.log"; die "the solutions do not score full marks"; }
build "$check/day-one" test || { tail -n 60 "$check/day-one.log"; die "the solutions do not pass the assignment's own tests"; }
[ "${KEEP:-0}" = 1 ] || rm -rf "$check"
echo "  $out: $(find "$out" -type f | wc -l | tr -d ' ') files, $(du -sh "$out" | cut -f 1)"
