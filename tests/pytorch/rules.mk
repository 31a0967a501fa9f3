# Models to and from PyTorch (docs/pytorch.md). Needs a python3 with torch: PYTHON=path, the one in the PATH, or the system's.

.PHONY: pytorch-test
pytorch-test: $(OUT)/bnlab
	@PYTHON='$(PYTHON)' sh tests/pytorch/run.sh $(OUT)/bnlab
