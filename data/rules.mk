# The full data sets. Each is fetched once, into data/<set>/, and its checksums are compared (README.md in this folder).

#: make mnist       fetch the full set into data/mnist; likewise make fashion-mnist, make cifar10
.PHONY: mnist fashion-mnist cifar10
mnist fashion-mnist cifar10:
	@sh data/fetch.sh $@

# What is kept of the labels of known sets (src/data/known_sets.cpp), from a file of labels.
$(BUILD)/label_hashes: data/label_hashes.cpp include/bnlab/core/fingerprint.hpp
	@mkdir -p $(@D)
	$(PLAIN) -Iinclude -O1 $< -o $@
