#!/bin/sh
# Runs the tests in each precision, whatever the others say, then tells in one summary what failed (tests/summary.awk).
#   sh tests/run.sh FOLDER PRECISION=OUT … [-- options of the test programs]
# FOLDER takes the logs, test-PRECISION.log. OUT holds run_tests; the folder above it what the tests start: bnlab,
# own_network, ladder. MUTATE looks for the places of mutants, all or those that SUITES should notice (nn/batchnorm …).
# PYTORCH=1: models to and from PyTorch, too. The status is 1 if anything failed, else 0.
set -u
logs=$1
shift
runs=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  runs="$runs $1"
  shift
done
[ $# -eq 0 ] || shift
records=$logs/test-records
mkdir -p "$logs" && : > "$records" || exit 1
trap 'exit 130' INT TERM
failed=0

# What is no test case: its name, the command.
also() {
  what=$1
  shift
  "$@" && return
  failed=1
  printf 'other\t%s: see above\n' "$what" >> "$records"
}
also "the house" sh tests/check_house.sh
# shellcheck disable=SC2086
also "mutants" "${MUTATE:-build/mutate}" check-suites ${SUITES:-}

# Runs the tests of $precision that the options choose; what is printed is added to its log.
run_tests() {
  # In a shell of its own, which says nothing of a signal on our standard error.
  TEST_RECORDS=$records BNLAB=$out/../bnlab OWN_NETWORK=$out/../own_network \
    BNLAB_IN_LOCALE=$out/../bnlab-in-locale LADDER=$out/../ladder \
    sh -c '"$@"; exit $?' sh "$out/run_tests" "$@" >> "$log" 2>&1
  status=$?
  printf 'status\t%s\n' "$status" >> "$records"
  return "$status"
}

came_to_its_end() { [ "$status" -le 1 ] && tail -n 2 "$records" | grep -q '^end$'; }

# After a crash: floor by floor, the lowest first, up to the one that crashes. The cases come in the order of their
# files, so that else a layer's crash would be known only from the programs above that use it.
search_crash() {
  for floor in core/ data/ nn/layer_ nn/linear nn/activation nn/dropout nn/loss nn/batchnorm nn/layernorm assignment/ optim/ nn/ lab/ train/ golden/; do
    printf 'run\t%s\t%s\n' "$precision" "$log" >> "$records"
    run_tests "-sf=*tests/$floor*"
    came_to_its_end || return
  done
}

for run in $runs; do
  precision=${run%%=*} out=${run#*=}
  log=$logs/test-$precision.log
  : > "$log"
  printf 'run\t%s\t%s\n' "$precision" "$log" >> "$records"
  echo "tests in $precision: $out/run_tests $*"
  if run_tests "$@"; then
    cat "$log"
  else
    failed=1
    grep '^\[doctest\] [ta]' "$log"
    came_to_its_end || [ $# -gt 0 ] || search_crash
  fi
done

if [ "${PYTORCH:-0}" = 1 ]; then
  first=${runs# }
  first=${first%% *}
  also "models to and from PyTorch" sh tests/pytorch/run.sh "${first#*=}/../bnlab"
fi

[ "$failed" = 0 ] || awk -f tests/summary.awk "$records"
exit "$failed"
