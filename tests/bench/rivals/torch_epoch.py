#!/usr/bin/env python3
"""The epoch that `bnlab bench epoch` times, in PyTorch: torch_epoch.py FOLDER batch|none WIDTH BATCH THREADS.

Images lie in memory as float32 and are picked by index, without a DataLoader, which would only add time. Prints
epoch_seconds=…, the median of three epochs.
"""

import statistics
import sys
import time

import numpy
import torch

folder, norm, width, batch, threads = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
torch.set_num_threads(threads)
torch.manual_seed(1)

pixels = numpy.fromfile(folder + "/train-images-idx3-ubyte", numpy.uint8, offset=16).reshape(-1, 784)
images = torch.from_numpy((pixels.astype(numpy.float32) / 255 - 0.5) / 0.5)
labels = torch.from_numpy(numpy.fromfile(folder + "/train-labels-idx1-ubyte", numpy.uint8, offset=8).astype(numpy.int64))

layers = [torch.nn.Linear(784, width), torch.nn.ReLU(), torch.nn.Linear(width, 10)]
if norm == "batch":
    layers.insert(1, torch.nn.BatchNorm1d(width))
network = torch.nn.Sequential(*layers)
criterion = torch.nn.CrossEntropyLoss()
adam = torch.optim.Adam(network.parameters(), lr=1e-3, foreach=True)  # its faster form

seconds = []
for epoch in range(3):
    start = time.perf_counter()
    order = torch.randperm(len(images))
    for begin in range(0, len(order), batch):
        picked = order[begin : begin + batch]
        loss = criterion(network(images[picked]), labels[picked])
        adam.zero_grad(set_to_none=True)
        loss.backward()
        adam.step()
    seconds.append(time.perf_counter() - start)
print(f"epoch_seconds={statistics.median(seconds):.4f}")
