# The full data sets. Each is fetched once, into data/<set>/, and its checksums are compared (README.md in this folder).

#: make mnist       fetch the full set into data/mnist; likewise make fashion-mnist, make cifar10
.PHONY: mnist fashion-mnist cifar10
mnist fashion-mnist cifar10:
	@sh data/fetch.sh $@
