#!/bin/sh
# Runs the tests in each precision, whatever the others say, then tells in one summary what failed (tests/summary.awk).
#   sh tests/run.sh FOLDER PRECISION=OUT … [-- options of the test programs]
# FOLDER takes the logs, test-PRECISION.log. OUT holds run_tests; the folder above it what the tests start: bnlab,
# own_network, ladder. MUTATE looks for the places of mutants, all or those that SUITES should notice (nn/batchnorm …).
# PYTORCH=1: models to and from PyTorch, too. The status is 1 if anything failed, else 0.
#
# Without options, the parts of the suites run beside each other, one on each core:
#   sh tests/run.sh part FOLDER PRECISION=OUT PART
# runs a part and leaves its log and records in FOLDER. Parts: programs (tests/cli), others, all; pytorch (tests/pytorch).
set -u

# Runs the tests of $precision in $out that the options choose; what is printed is added to $log, and what the summary
# needs to $records.
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
    begin_run
    run_tests "-sf=*tests/$floor*"
    came_to_its_end || return
  done
}

begin_run() { printf 'run\t%s\t%s\n' "$precision" "$logs/test-$precision.log" >> "$records"; }

run_part() { # FOLDER PRECISION=OUT PART [options]
  logs=$1 precision=${2%%=*} out=${2#*=} part=$3
  shift 3
  log=$logs/test-$precision-$part.log records=$logs/test-$precision-$part.records
  : > "$log"
  : > "$records"
  if [ "$part" = pytorch ]; then
    sh tests/pytorch/run.sh check.py "$out/../bnlab" > "$log" 2>&1
    printf 'status\t%s\n' "$?" >> "$records"
    return
  fi
  begin_run
  case $part in
    programs) run_tests "-sf=*tests/cli/*" ;;
    others) run_tests "-sfe=*tests/cli/*" ;;
    all) run_tests "$@" ;;
  esac
  came_to_its_end || [ $# -gt 0 ] || [ "$part" = programs ] || search_crash
}

if [ "$1" = part ]; then
  shift
  run_part "$@"
  exit 0
fi

logs=$1
shift
runs=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  runs="$runs $1"
  shift
done
[ $# -eq 0 ] || shift
mkdir -p "$logs" && : > "$logs/test-records" || exit 1
trap 'exit 130' INT TERM
failed=0

# What is no test case: its name, the command.
also() {
  what=$1
  shift
  "$@" && return
  failed=1
  printf 'other\t%s: see above\n' "$what" >> "$logs/test-records"
}
also "the house" sh tests/check_house.sh
# shellcheck disable=SC2086
also "mutants" "${MUTATE:-build/mutate}" check-suites ${SUITES:-}

has() { TEST_RECORDS=/dev/null "$1/run_tests" -c "$2" 2> /dev/null | grep -q 'current filters: [1-9]'; } # OUT option

# "PRECISION=OUT PART" in lines. The first precision's program meets PyTorch.
first=${runs# }
first=${first%% *}
with_pytorch=
[ "${PYTORCH:-0}" = 1 ] && [ $# -eq 0 ] && with_pytorch=1
parts=$([ -z "$with_pytorch" ] || echo "$first pytorch"
for run in $runs; do
  if [ $# -eq 0 ] && has "${run#*=}" '-sf=*tests/cli/*' && has "${run#*=}" '-sfe=*tests/cli/*'; then
    echo "$run programs"
    echo "$run others"
  else
    echo "$run all"
  fi
done)
if [ $# -eq 0 ]; then
  echo "$parts" | xargs -P "$(getconf _NPROCESSORS_ONLN 2> /dev/null || echo 2)" -L 1 sh "$0" part "$logs"
else
  # In a shell of its own: run_part has variables of the same names.
  for run in $runs; do (run_part "$logs" "$run" all "$@"); done
fi

for run in $runs; do
  precision=${run%%=*}
  echo "tests in $precision: ${run#*=}/run_tests $*"
  : > "$logs/test-$precision.log"
  for part in programs others all; do
    log=$logs/test-$precision-$part.log records=$logs/test-$precision-$part.records
    case "$parts" in *"$run $part"*) ;; *) continue ;; esac
    cat "$records" >> "$logs/test-records"
    cat "$log" >> "$logs/test-$precision.log"
    if grep '^status' "$records" | grep -qv '	0$'; then
      failed=1
      grep '^\[doctest\] [ta]' "$log"
    else
      cat "$log"
    fi
    rm -f "$log" "$records"
  done
done

if [ -n "$with_pytorch" ]; then
  log=$logs/test-${first%%=*}-pytorch.log records=$logs/test-${first%%=*}-pytorch.records
  cat "$log"
  also "models to and from PyTorch" grep -q '^status	0$' "$records"
  rm -f "$log" "$records"
fi

[ "$failed" = 0 ] || awk -f tests/summary.awk "$logs/test-records"
exit "$failed"
