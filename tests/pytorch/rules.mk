# What is checked with PyTorch. Needs a python3 with torch: PYTHON=path, the one in the PATH, or the system's.

.PHONY: pytorch-test pytorch-experiments

# Models to and from PyTorch (docs/pytorch.md).
pytorch-test: $(OUT)/bnlab
	@PYTHON='$(PYTHON)' sh tests/pytorch/run.sh check.py $(OUT)/bnlab

# Three experiments of the lab, repeated there (tests/pytorch/experiments.py). About five CPU-minutes.
PYTORCH_EXPERIMENTS := $(OUT)/pytorch-experiments
pytorch-experiments: $(OUT)/bnlab
	$(OUT)/bnlab experiment initialization gradient-flow --quick --seeds 10 --out $(PYTORCH_EXPERIMENTS)/quick --quiet
	$(OUT)/bnlab experiment batch-size --seeds 10 --out $(PYTORCH_EXPERIMENTS)/full --quiet
	@PYTHON='$(PYTHON)' sh tests/pytorch/run.sh experiments.py $(PYTORCH_EXPERIMENTS)/quick $(PYTORCH_EXPERIMENTS)/full
