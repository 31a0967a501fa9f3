#!/bin/sh
# Cuts a sample out of a full data set in MNIST's format: sh data/cut_sample.sh FROM TO
#
# FROM holds the four files, as they are or gzipped. TO gets the first 10,000 training images with their labels (a new
# header that says 10,000, then the bytes as they are) and the whole test set.
set -eu
from=$1
to=$2

unpacked() { # name
  if [ -e "$from/$1" ]; then cat "$from/$1"; else gunzip -c "$from/$1.gz"; fi
}

count='\000\000\047\020' # 10,000, big-endian
side='\000\000\000\034'  # 28
mkdir -p "$to"
{
  printf "\000\000\010\003$count$side$side"
  unpacked train-images-idx3-ubyte | tail -c +17 | head -c 7840000
} > "$to/train-images-idx3-ubyte"
{
  printf "\000\000\010\001$count"
  unpacked train-labels-idx1-ubyte | tail -c +9 | head -c 10000
} > "$to/train-labels-idx1-ubyte"
unpacked t10k-images-idx3-ubyte > "$to/t10k-images-idx3-ubyte"
unpacked t10k-labels-idx1-ubyte > "$to/t10k-labels-idx1-ubyte"
