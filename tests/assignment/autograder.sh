#!/bin/sh
# Packs the autograder for a course platform: FOLDER.zip. Run by `make autograder`, after build/assignment has been made.
#
#   sh tests/assignment/autograder.sh ASSIGNMENT FOLDER
#
# Its cases are not the students': SEED=number chooses others; without it the number is drawn. It is left in FOLDER/seed,
# which is not packed: keep it to make the same package once more, and keep it to yourself.
set -eu
assignment=$1 out=$2
zip=$(command -v zip) || { echo "make autograder: expected the program zip (on Debian: apt install zip; or pack $out/package yourself)" >&2; exit 1; }
seed=${SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
case $seed in '' | *[!0-9]*) echo "make autograder: SEED=$seed: expected a whole number" >&2; exit 2 ;; esac

rm -rf "$out" "$out.zip"
mkdir -p "$out/package"
cp tests/assignment/autograder/setup.sh tests/assignment/autograder/run_autograder "$out/package"
chmod 755 "$out/package/setup.sh" "$out/package/run_autograder"
mkdir "$out/package/assignment"
(cd "$assignment" && tar cf - Makefile grader src include) | (cd "$out/package/assignment" && tar xf -)
rm "$out/package/assignment/grader/cases.txt"
tasks=$(awk '$1 == "task" { print $2, $4 }' "$assignment/grader/cases.txt")
# shellcheck disable=SC2086
"${MAKE_CASES:?}" "$seed" 3 $tasks > "$out/package/cases.txt"
echo "$seed" > "$out/seed"
(cd "$out/package" && "$zip" -q -r -X ../../"$(basename "$out")".zip .)
echo "  $out.zip: $(du -h "$out.zip" | cut -f 1), hidden cases of seed $seed"
