# docs/experiments.md and docs/questions.md: the runs that they report, and writing them (docs/experiments/write.py).

CIFAR10 ?= data/cifar10
EXPERIMENT_OPTIONS ?=

.PHONY: experiments-docs experiments-written experiments-check
#: make experiments-docs CIFAR10=folder
#:                  the runs that docs/experiments.md and docs/questions.md report, and both anew (up to an hour on two cores;
#:                  needs python3)
experiments-docs: $(OUT)/bnlab $(OUT)/history_chart
	CXX='$(CXX)' sh docs/experiments/run.sh $(OUT) $(OUT)/experiments-docs '$(CIFAR10)' $(EXPERIMENT_OPTIONS)

$(OUT)/history_chart: docs/experiments/history_chart.cpp $(LIBRARY)
	$(call say,$<) $(COMPILE) $(or $(SANITIZERS),-O1) $^ -o $@ $(LDFLAGS)

# After a change of the prose.
experiments-written:
	python3 docs/experiments/write.py

# Whether both are what the kept results and the prose make.
experiments-check:
	python3 docs/experiments/write.py --check
