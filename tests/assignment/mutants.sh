#!/bin/sh
# Grades the grader: puts one mistake at a time into the solved assignment (the mutants in tests/mutants that belong to a
# task), and expects that this task loses points, that no other does, and that the advice names the mistake. Then it grades
# solutions that are right but written differently (tests/assignment/alternatives).
#
#   sh tests/assignment/mutants.sh [name]      all, or those whose names begin so: batchnorm, alternatives
#
# Run by `make mutants`, after build/assignment has been made. MUTATE is the program that puts a mistake into a copy.
# Everything is written under build/grader-mutants/. The last line is
#   mutants caught=N of=M diagnosed=K false_alarms=F
set -u
only=${1:-}
build=${BUILD:-build}
work=$build/grader-mutants
make=${MAKE:-make}
mutate=${MUTATE:?}
cases=grader/cases.txt
workers=${CORES:-2}
unset MAKEFLAGS MFLAGS MAKELEVEL TASK

grade() { "$make" -j"$2" -C "$1" --no-print-directory CXX="${CXX:-g++}" O=0 CASES=$cases grade; }  # copy, jobs

# The assignment with the project's own sources, markers and all, which the mutants are made for.
rm -rf "$work" && mkdir -p "$work/results" && cp -R "$build/assignment" "$work/base" &&
  cp -R src include tests/assignment/template/src tests/assignment/template/include "$work/base" || exit 1
if ! grade "$work/base" "$workers" > "$work/base.log" 2>&1; then
  cat "$work/base.log"
  echo "without a mistake the score is not full either" >&2
  exit 1
fi

# Changes a copy and grades it: the table goes to a file. Then takes the copy back to what base is.
try() {  # copy, where the table goes, the arguments of mutate, which prints the files that it changes
  copy=$1 table=$2
  shift 2
  if "$mutate" "$@" "$copy" > "$copy.files" 2> "$table"; then
    grade "$copy" 1 > "$table" 2>&1
    cp "$copy/results.json" "$table.json"
  else
    echo "ERROR does not apply" >> "$table"
  fi
  while read -r file; do cp "$work/base/$file" "$copy/$file"; done < "$copy.files"
}

# "caught diagnosed", of a table: 1 or 0 each. Points are the second field, "x / y" in the table.
verdict() {  # table, task, the advice, or a regular expression that it must match
  awk -v task="$2" -v advice="$3" -v advised="$4" '
    $3 == "/" {
      seen++
      lost = $2 + 0 < $4 + 0
      if ($1 == task) { caught = lost; said = $0 }
      else if (lost) others = others " " $1
    }
    END {
      sub(/^[^ ]+ +[0-9.]+ \/ [0-9.]+ +[a-z]+( [a-z]+)*  +/, "", said)
      print (seen && caught && others == "" ? 1 : 0), (advice != "" ? index(said, advice) > 0 : advised != "" && said ~ advised), "others:" others, "advice:", said
    }' "$1"
}

work_off() {  # copy
  for name in $names; do
    result=$work/results/$(echo "$name" | tr / +)
    mkdir "$result" 2> /dev/null || continue
    case $name in
      alternatives/*)
        try "$1" "$result/table" replace "tests/assignment/$name"
        alarms=$(awk '$3 == "/" { seen++; if ($2 + 0 < $4 + 0) { n++; names = names " " $1 } } END { print (seen ? n + 0 : 99) names }' "$result/table")
        echo "$alarms" > "$result/verdict"
        printf '%-14s  %s\n' "$([ "$alarms" = 0 ] && echo "full marks" || echo "FALSE ALARM")" "$name${alarms#0}"
        ;;
      *)
        try "$1" "$result/table" apply "$name"
        verdict "$result/table" "$("$mutate" field "$name" task)" "$("$mutate" field "$name" advice)" \
          "$("$mutate" field "$name" advised)" > "$result/verdict"
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

# "mutate list" prints a name and its task, if it has one.
names=$({ "$mutate" list | awk 'NF == 2 { print $1 }'
  ls -d tests/assignment/alternatives/*/ | sed 's|^tests/assignment/||; s|/$||'; } |
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
      read -r is_caught is_diagnosed rest < "$result/verdict"
      of=$((of + 1)) caught=$((caught + is_caught)) diagnosed=$((diagnosed + is_caught * is_diagnosed))
      task=$("$mutate" field "$name" task)
      parts=$(awk -v task="$task" 'index($0, "\"name\": \"" task "\"") { getline; print }' "$result/table.json" 2> /dev/null |
        sed 's/\\n  /\n/g' | sed 's/", "output_format.*//' | awk 'NR > 1 { word = $1; $1 = ""; sub(/ \([0-9.]+\)$/, ""); printf "%s%s=%s", separator, substr($0, 2), (word == "wrong" ? "x" : ""); separator = "\t" }')
      printf '%s\t%s\t%s\t%s\n' "$task" "$name" "$is_caught$is_diagnosed" "$parts" >> "$work/rows"
      points=$(awk -v task="$task" '$1 == task && $3 == "/" { print $2 " of " $4 }' "$result/table")
      printf '%s\t| %s | %s | %s |\n' "$task" "$("$mutate" field "$name" mistake | sed 's/|/\\|/g')" "$points" "$(echo "${rest#*advice: }" | sed 's/|/\\|/g')" >> "$work/said"
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
