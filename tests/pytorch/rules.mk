# What is checked with PyTorch. Needs a python3 with torch: PYTHON=path, the one in the PATH, or the system's.

.PHONY: pytorch-test pytorch-experiments

# Models to and from PyTorch (docs/pytorch.md).
pytorch-test: $(OUT)/bnlab
	@PYTHON='$(PYTHON)' sh tests/pytorch/run.sh check.py $(OUT)/bnlab

# Three experiments of the lab, repeated there (tests/pytorch/experiments.py). About four CPU-minutes.
PYTORCH_EXPERIMENTS := $(OUT)/pytorch-experiments
pytorch-experiments: $(OUT)/bnlab
	$(OUT)/bnlab experiment initialization gradient-flow batch-size --out $(PYTORCH_EXPERIMENTS) --quiet
	@PYTHON='$(PYTHON)' sh tests/pytorch/run.sh experiments.py $(PYTORCH_EXPERIMENTS)
