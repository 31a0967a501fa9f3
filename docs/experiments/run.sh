#!/bin/sh
# Makes the runs that docs/experiments.md and docs/questions.md report, keeps what they need, and writes them.
#   sh docs/experiments/run.sh BUILD FOLDER CIFAR10 [options of bnlab experiment]
# BUILD holds bnlab and history_chart; FOLDER takes the results (finished runs in it are used again); CIFAR10 is a folder with CIFAR-10's
# binary batches. Options: --quick, for a trial. SEEDS="1 2 3 4 5" are those of bnlab compare.
set -eu
[ $# -ge 3 ] || { echo "run.sh: expected BUILD FOLDER CIFAR10, found $# arguments" >&2; exit 2; }
program=$1/bnlab chart=$1/history_chart folder=$2 cifar10=$3
shift 3
here=$(dirname "$0")

made_by() { sed -n 's/^  "program": "\(.*\)",$/\1/p' "$1/experiment.json" 2> /dev/null || true; }

experiments() { # name, folder of the images, options
  name=$1 data=$2 results=$folder/$1
  shift 2
  echo "$name: $program experiment all" "$@"
  mkdir -p "$results"
  earlier=$(made_by "$results")
  "$program" experiment all --data "$data" --out "$results" "$@" > "$results/output.txt"
  grep '^verdict' "$results/output.txt"
  python3 "$here/pixels.py" "$data" > "$results/mean_share.txt"
  # Runs that an earlier command of the same program made are used again, so its time counts, too.
  seconds=$(sed -n 's/.* cpu_seconds=\([0-9.]*\).*/\1/p' "$results/output.txt")
  [ "$earlier" = "$(made_by "$results")" ] && [ -f "$results/seconds.txt" ] && seconds="$seconds + $(cat "$results/seconds.txt")"
  awk "BEGIN { print $seconds }" > "$results/seconds.txt.new"
  mv "$results/seconds.txt.new" "$results/seconds.txt"
}

compare() { # name, folder of the images
  for seed in ${SEEDS:-1 2 3 4 5}; do
    echo "$1: $program compare, seed $seed"
    mkdir -p "$folder/compare-$1/$seed"
    "$program" compare --hidden 512 --data "$2" --seed "$seed" --out "$folder/compare-$1/$seed" --quiet > "$folder/compare-$1.txt"
    mv "$folder/compare-$1.txt" "$folder/compare-$1/$seed/result.txt"
  done
}

experiments mnist data/mnist-sample "$@"
experiments fashion-mnist data/fashion-mnist-sample "$@"
experiments cifar10 "$cifar10" "$@"
compare mnist data/mnist-sample
compare cifar10 "$cifar10"
python3 "$here/keep.py" "$folder"
for name in mnist cifar10; do "$chart" "$here/compare-$name.csv" > "$here/compare-$name.svg"; done
python3 "$here/write.py"
