#!/bin/sh
# bnlab beside PyTorch (an epoch) and OpenBLAS (the matrix products), where they are installed: in turn, so that a
# machine that gets slower gets slower for both, and each with the same number of threads. Prints the medians of five
# turns and their ratios; above 1 bnlab is the faster one. `make rivals` runs it; $1 is bnlab, $2 a folder to build in.
#
# On Debian: apt install python3-torch libopenblas-dev libopenblas0-openmp. PyTorch's threads are OpenMP's, and an
# OpenBLAS built for other threads (Debian's -pthread) gets in their way with two and more, which would be no fair race:
# the one built for OpenMP is used, or the figure is left out.
set -u
bnlab=$1 out=$2 turns=${TURNS:-5}
data=${DATA:-data/fashion-mnist}
[ -d "$data" ] || data=data/fashion-mnist-sample
openmp=$(ls -d /usr/lib/*/openblas-openmp 2> /dev/null | head -n 1)
export OPENBLAS_NUM_THREADS OMP_NUM_THREADS
[ -n "$openmp" ] && export LD_LIBRARY_PATH="$openmp${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"

python=
for candidate in ${PYTHON:-python3 /usr/bin/python3}; do
  "$candidate" -c 'import torch' 2> /dev/null && python=$candidate && break
done
threads=$([ "$(nproc 2> /dev/null || echo 2)" -gt 1 ] && echo '1 2' || echo 1)

median() { sort -g | awk '{ x[NR] = $1 } END { print NR % 2 ? x[(NR + 1) / 2] : (x[NR / 2] + x[NR / 2 + 1]) / 2 }'; }
seconds() { sed -n 's/^epoch_seconds=//p'; }

epoch() { # threads, norm, width, batch
  : > "$out/ours" > "$out/theirs"
  for turn in $(seq "$turns"); do
    "$python" tests/bench/rivals/torch_epoch.py "$data" "$2" "$3" "$4" "$1" | seconds >> "$out/theirs"
    "$bnlab" bench epoch --quiet --data "$data" --norm "$2" --hidden "$3" --batch "$4" --threads "$1" | seconds >> "$out/ours"
  done
  ours=$(median < "$out/ours") theirs=$(median < "$out/theirs")
  echo "$1 $2 $3 $4 $ours $theirs" | awk '{ printf "rival epoch threads=%s norm=%s hidden=%s batch=%s bnlab=%.3f pytorch=%.3f ratio=%.2f\n", $1, $2, $3, $4, $5, $6, $6 / $5 }'
}

products() { # threads
  : > "$out/ours" > "$out/theirs"
  for turn in $(seq "$turns"); do
    "$out/openblas_gemm" >> "$out/theirs"
    "$bnlab" bench gemm --quiet --threads "$1" >> "$out/ours"
  done
  for name in forward weight_grad input_grad evaluate square; do
    ours=$(awk -v n="$name" '$2 == n { print $6 }' "$out/ours" | median)
    theirs=$(awk -v n="$name" '$2 == n { print $6 }' "$out/theirs" | median)
    fraction=$(awk -v n="$name" '$2 == n { print $7 }' "$out/ours" | median)
    echo "$1 $name $ours $theirs $fraction" | awk '{ printf "rival gemm threads=%s name=%s bnlab=%.1f openblas=%.1f ratio=%.2f fraction=%.2f\n", $1, $2, $3, $4, $3 / $4, $5 }'
  done
}

mkdir -p "$out"
echo "on $data, $(grep -m 1 'model name' /proc/cpuinfo 2> /dev/null | sed 's/.*: *//'), $(date +%Y-%m-%d), medians of $turns turns"
for t in $threads; do
  OMP_NUM_THREADS=$t OPENBLAS_NUM_THREADS=$t
  if [ -z "$python" ]; then
    echo "SKIPPED: PyTorch (no python3 with torch; on Debian: apt install python3-torch)"
  elif [ "$t" -gt 1 ] && [ -z "$openmp" ]; then
    echo "SKIPPED: PyTorch with $t threads (no OpenBLAS built for OpenMP; on Debian: apt install libopenblas0-openmp)"
  else
    for network in 'batch 512 64' 'none 512 64' 'batch 512 256' 'batch 1024 64'; do epoch "$t" $network; done
  fi
  if ${CXX:-g++} -O2 -march=native tests/bench/rivals/openblas_gemm.cpp -lopenblas -o "$out/openblas_gemm" 2> /dev/null; then
    products "$t"
  else
    echo "SKIPPED: OpenBLAS (no cblas.h or no library; on Debian: apt install libopenblas-dev)"
  fi
done
