#!/bin/sh
# Grades the grader: puts one mistake at a time into the solved assignment (the patches in tests/mutants that name a Task),
# and expects that this task loses points, that no other does, and that the advice names the mistake (the patch's Advice, a
# regular expression). Then it grades solutions that are right but written differently (tests/assignment/alternatives).
#
#   sh tests/assignment/mutants.sh [name]      all, or those whose names begin so: batchnorm, alternatives
#
# Run by `make mutants`, after build/assignment has been made. Everything is written under build/grader-mutants/. The last
# line is   mutants caught=N of=M diagnosed=K false_alarms=F
set -u
only=${1:-}
build=${BUILD:-build}
work=$build/grader-mutants
make=${MAKE:-make}
cases=grader/cases.txt
workers=${CORES:-2}
unset MAKEFLAGS MFLAGS MAKELEVEL TASK

grade() { "$make" -j"$2" -C "$1" --no-print-directory CXX="${CXX:-g++}" O=0 CASES=$cases grade; }  # copy, jobs

# The assignment with the project's own sources, markers and all, which the patches are made for.
rm -rf "$work" && mkdir -p "$work/results" && cp -R "$build/assignment" "$work/base" &&
  cp -R src include tests/assignment/template/src tests/assignment/template/include "$work/base" || exit 1
if ! grade "$work/base" "$workers" > "$work/base.log" 2>&1; then
  cat "$work/base.log"
  echo "without a mistake the score is not full either" >&2
  exit 1
fi

field() { sed -n "s/^$1: //p" "$2"; }  # what a patch says of itself

# Applies a patch to a copy and grades it: the table goes to a file. Then takes the copy back to what base is.
try() {  # copy, patch, where the table goes
  sed 's| \([ab]\)/tests/assignment/template/| \1/|' "$2" > "$1.patch"
  if (cd "$1" && patch -s -f -p1 -F0) < "$1.patch" > "$3" 2>&1; then
    grade "$1" 1 > "$3" 2>&1
    cp "$1/results.json" "$3.json"
  else
    echo "ERROR does not apply" >> "$3"
  fi
  for file in $(sed -n 's|^+++ b/||p' "$1.patch"); do cp "$work/base/$file" "$1/$file"; done
}

# "caught diagnosed", of a table: 1 or 0 each. Points are the second field, "x / y" in the table.
verdict() {  # table, task, what the advice must say
  awk -v task="$2" -v advice="$3" '
    $3 == "/" {
      seen++
      lost = $2 + 0 < $4 + 0
      if ($1 == task) { caught = lost; said = $0 }
      else if (lost) others = others " " $1
    }
    END {
      sub(/^[^ ]+ +[0-9.]+ \/ [0-9.]+ +[a-z]+( [a-z]+)*  +/, "", said)
      print (seen && caught && others == "" ? 1 : 0), (advice != "" && said ~ advice ? 1 : 0), "others:" others, "advice:", said
    }' "$1"
}

work_off() {  # copy
  for name in $names; do
    result=$work/results/$(echo "$name" | tr / +)
    mkdir "$result" 2> /dev/null || continue
    case $name in
      alternatives/*)
        try "$1" "tests/assignment/$name.patch" "$result/table"
        alarms=$(awk '$3 == "/" { seen++; if ($2 + 0 < $4 + 0) { n++; names = names " " $1 } } END { print (seen ? n + 0 : 99) names }' "$result/table")
        echo "$alarms" > "$result/verdict"
        printf '%-14s  %s\n' "$([ "$alarms" = 0 ] && echo "full marks" || echo "FALSE ALARM")" "$name${alarms#0}"
        ;;
      *)
        patch=tests/mutants/$name.patch
        try "$1" "$patch" "$result/table"
        verdict "$result/table" "$(field Task "$patch")" "$(field Advice "$patch")" > "$result/verdict"
        read -r caught diagnosed rest < "$result/verdict"
        case $caught$diagnosed in
          11) word=diagnosed ;;
          10) word="caught" ;;
          *) word=SURVIVED ;;
        esac
        printf '%-14s  %-44s  %s\n' "$word" "$name" "${rest#*advice: }"
        ;;
    esac
  done
}

names=$({ grep -l '^Task: ' tests/mutants/*/*.patch | sed 's|^tests/mutants/||'
  ls tests/assignment/alternatives/*.patch 2> /dev/null | sed 's|^tests/assignment/||'; } | sed 's|\.patch$||' |
  while read -r name; do case $name in "$only"*) echo "$name" ;; esac; done)
if [ -z "$names" ]; then echo "no mutant's name begins with '$only'; see tests/mutants" >&2; exit 2; fi

pids=
trap 'kill $pids 2> /dev/null; exit 130' INT TERM
for copy in $(seq "$workers"); do
  cp -Rp "$work/base" "$work/$copy" || exit 1
  work_off "$work/$copy" &
  pids="$pids $!"
done
wait

# The matrix: which parts of its task a mutant fails. Its rows come from results.json, where each part has a line.
of=0 caught=0 diagnosed=0 false_alarms=0
: > "$work/rows"
: > "$work/said"
for name in $names; do
  result=$work/results/$(echo "$name" | tr / +)
  case $name in
    alternatives/*)
      read -r alarms rest < "$result/verdict"
      false_alarms=$((false_alarms + alarms))
      ;;
    *)
      patch=tests/mutants/$name.patch
      read -r is_caught is_diagnosed rest < "$result/verdict"
      of=$((of + 1)) caught=$((caught + is_caught)) diagnosed=$((diagnosed + is_caught * is_diagnosed))
      task=$(field Task "$patch")
      parts=$(awk -v task="$task" 'index($0, "\"name\": \"" task "\"") { getline; print }' "$result/table.json" 2> /dev/null |
        sed 's/\\n  /\n/g' | sed 's/", "output_format.*//' | awk 'NR > 1 { word = $1; $1 = ""; sub(/ \([0-9.]+\)$/, ""); printf "%s%s=%s", separator, substr($0, 2), (word == "wrong" ? "x" : ""); separator = "\t" }')
      printf '%s\t%s\t%s\t%s\n' "$task" "$name" "$is_caught$is_diagnosed" "$parts" >> "$work/rows"
      points=$(awk -v task="$task" '$1 == task && $3 == "/" { print $2 " of " $4 }' "$result/table")
      printf '%s\t| %s | %s | %s |\n' "$task" "$(field Mistake "$patch" | sed 's/|/\\|/g')" "$points" "$(echo "${rest#*advice: }" | sed 's/|/\\|/g')" >> "$work/said"
      ;;
  esac
done
sort -s -t "$(printf '\t')" -k 1,1 "$work/rows" | awk -F '\t' '
  $1 != task {
    task = $1
    head = "| " task " |"; rule = "| --- |"
    for (i = 4; i <= NF; i++) { name = $i; sub(/=x?$/, "", name); head = head " " name " |"; rule = rule " :-: |" }
    print "\n" head " named |\n" rule " :-: |"
  }
  {
    row = "| " $2 " |"
    for (i = 4; i <= NF; i++) row = row " " ($i ~ /=x$/ ? "x" : " ") " |"
    print row " " ($3 == "11" ? "yes" : "no") " |"
  }' > "$work/matrix.md"
cat "$work/matrix.md"
sort -s -t "$(printf '\t')" -k 1,1 "$work/said" | awk -F '\t' '
  $1 != task { task = $1; print "\n**" task "**\n\n| mistake | points left | what the grader says |\n| --- | --- | --- |" }
  { print $2 }' > "$work/said.md"
echo
echo "mutants caught=$caught of=$of diagnosed=$diagnosed false_alarms=$false_alarms"
[ "$caught" = "$of" ] && [ $((diagnosed * 5)) -ge $((of * 4)) ] && [ "$false_alarms" = 0 ]
