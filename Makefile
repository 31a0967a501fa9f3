# bnlab: batch normalization from scratch. `make help` says what can be made.
#
# Everything is built under build/. A variant (PRECISION=double, DEBUG=1) has its own folder there. What belongs to one
# part of the project has its rules beside its scripts, in a rules.mk that is included at the end.

PRECISION ?= float
ARCH ?= native
DEBUG ?= 0
SANITIZE ?= address,undefined
O ?= 3
BUILD ?= build
# 1: a warning is an error
WERROR ?= 0

ifeq ($(origin CXX),default)
CXX := $(shell command -v g++ || command -v clang++ || command -v c++ || echo g++)
endif

# Build in parallel by itself, unless told how.
CORES := $(shell nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
ifeq ($(MAKELEVEL),0)
ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(CORES)
endif
endif

# --- How to compile ---------------------------------------------------------------------------------------------------

# The flag if this compiler knows it.
known = $(shell echo 'int main() {}' | $(CXX) -Werror $(1) -x c++ -fsyntax-only - >/dev/null 2>&1 && echo $(1))

# (g++ 12 warns of an overlapping copy in std::string that is not there: GCC bug 105651.)
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion $(call known,-Wno-restrict) $(if $(filter 1,$(WERROR)),-Werror)

# ARCH=native is the processor at hand. Both compilers otherwise halve the 64-byte vectors that we ask for.
MACHINE := $(or $(call known,-march=$(ARCH)),$(call known,-mcpu=$(ARCH))) $(call known,-mprefer-vector-width=512)

# Not -ffast-math: sums keep their order and NaN stays NaN. These three let the compiler use vector instructions for
# square roots and comparisons (whose error flags nobody reads), and multiply-adds rounded once.
ARITHMETIC := -fno-math-errno -fno-trapping-math -ffp-contract=fast

ifeq ($(filter $(PRECISION),float double),)
$(error PRECISION is float or double, not '$(PRECISION)')
endif
IS_DEBUG := $(filter 1,$(DEBUG))
DEBUG_VARIANT := $(if $(IS_DEBUG),debug$(if $(filter thread,$(SANITIZE)),-thread))
DOUBLE_OUT := $(BUILD)/double$(DEBUG_VARIANT:%=-%)
OUT := $(if $(filter double,$(PRECISION)),$(DOUBLE_OUT),$(BUILD)$(DEBUG_VARIANT:%=/%))

SANITIZERS := $(if $(IS_DEBUG),-O1 -g -fno-omit-frame-pointer -fsanitize=$(SANITIZE) -fno-sanitize-recover=all)
OPTIMIZE := $(or $(SANITIZERS),-O$(O))
# What computes, and what does not, whose machine code is of no interest.
PLAIN := $(CXX) -std=c++20 $(WARNINGS) -pthread $(CPPFLAGS) $(CXXFLAGS)
COMPILE := $(PLAIN) $(MACHINE) $(ARITHMETIC) $(if $(filter double,$(PRECISION)),-DBNLAB_DOUBLE) -Iinclude
LINK := $(CXX) -pthread $(SANITIZERS) $(CXXFLAGS) $(LDFLAGS)
# Names what a compilation makes, before the command; V=1 shows the command itself.
say = $(if $(V),,@echo "  $(notdir $(CXX)) $(1)" &&)

# --- The program ------------------------------------------------------------------------------------------------------

# Most of a file's compilation is reading the standard library's headers, so each room of the house (README) is compiled as
# one file that includes those of its folder.
ROOMS := core data nn optim train lab cli
# So is a folder in a room, but for the lab's experiments, each of which is compiled alone: a copy of one is a new one.
SUBROOMS := lab/figures lab/meters lab/statistics lab/trials
EXPERIMENTS := $(patsubst src/lab/experiments/%.cpp,$(OUT)/obj/lab/experiments/%.o,$(wildcard src/lab/experiments/*.cpp))
room_objects = $(patsubst %,$(OUT)/obj/%.o,$(1) $(if $(filter lab,$(1)),$(SUBROOMS))) $(if $(filter lab,$(1)),$(EXPERIMENTS))
LIBRARY := $(OUT)/libbnlab.a

.PHONY: all run experiments gradcheck clean help FORCE
.DELETE_ON_ERROR:
#: make             build build/bnlab
all: $(OUT)/bnlab $(LIBRARY)

# As simd.hpp chooses it.
VECTOR_BITS = $(shell echo | $(CXX) $(MACHINE) -x c++ -dM -E - | awk '/ __AVX512F__ / { b = 512 } / __AVX__ / && !b { b = 256 } END { print b ? b : 128 }')

$(OUT)/bnlab: $(call room_objects,$(ROOMS))
	$(LINK) $^ -o $@
	@echo "  built for $(ARCH): vectors of $(VECTOR_BITS) bits"

$(LIBRARY): $(call room_objects,$(filter-out cli,$(ROOMS)))
	@rm -f $@
	@ar rcs $@ $^

# These direct the work that others do, and are compiled faster. Not at -O0, whose copies of inline functions would be slow
# wherever the linker takes them for all.
$(SUBROOMS:%=$(OUT)/obj/%.o) $(call room_objects,train cli) $(EXPERIMENTS): OPTIMIZE := $(or $(SANITIZERS),-O$(if $(filter 0,$(O)),0,1))

$(patsubst %,$(OUT)/obj/%.o,$(ROOMS) $(SUBROOMS) lab-gradcheck): $(OUT)/obj/%.o: $(OUT)/obj/%.cpp $(OUT)/flags
	$(call say,src/$*) $(COMPILE) -I. $(OPTIMIZE) -MMD -MP -c $< -o $@

$(EXPERIMENTS): $(OUT)/obj/lab/experiments/%.o: src/lab/experiments/%.cpp $(OUT)/flags
	@mkdir -p $(@D)
	$(call say,$<) $(COMPILE) $(OPTIMIZE) -MMD -MP -c $< -o $@

# The files of a folder as one. It is written anew only where a file has come or gone.
include_all = mkdir -p $(@D) && printf '\#include "%s"\n' $(1) > $@.new && { cmp -s $@.new $@ && rm $@.new || mv $@.new $@; }
$(patsubst %,$(OUT)/obj/%.cpp,$(ROOMS) $(SUBROOMS)): $(OUT)/obj/%.cpp: FORCE
	@$(call include_all,$(sort $(wildcard src/$*/*.cpp)))

# Hold the command that objects were compiled with; another compiler or flag compiles them anew.
keep = mkdir -p $(@D) && { echo '$(1)' | cmp -s - $@ || echo '$(1)' > $@; }
$(OUT)/flags: FORCE
	@$(call keep,$(COMPILE) $(OPTIMIZE))
$(BUILD)/plain-flags: FORCE
	@$(call keep,$(PLAIN))

# --- Its main jobs ----------------------------------------------------------------------------------------------------

#: make run         train with and without batch normalization, and compare
#: make run DATASET=fashion-mnist-sample
#:                  ... on the harder set that is here, or on one that make mnist, fashion-mnist or cifar10 fetched
run: $(OUT)/bnlab
	$(OUT)/bnlab compare$(if $(DATASET), --data data/$(DATASET)) --out $(OUT)/run$(DATASET:%=-%)

#: make experiments try the claims about batch normalization, with error bars (the full runs: some four minutes of one core;
#:                  build/bnlab experiment all --quick takes a minute)
experiments: $(OUT)/bnlab
	$(OUT)/bnlab experiment all

#: make gradcheck   check every backward pass against finite differences
gradcheck:
	@$(MAKE) --no-print-directory PRECISION=double $(DOUBLE_OUT)/bnlab
	$(DOUBLE_OUT)/bnlab gradcheck

#: make clean       remove build/
clean:
	rm -rf $(BUILD)

# The lines of this file and of those that it includes that begin with "#:".
help:
	@sed -n 's/^#: //p' $(MAKEFILE_LIST)
	@echo
	@echo 'Options: DEBUG=1 (debug symbols and sanitizers, SANITIZE=address,undefined or thread; in build/debug),'
	@echo '         PRECISION=double (in build/double), O=0 (optimize less), ARCH=x86-64-v3 (another processor than'
	@echo '         this one), CXX=clang++, BUILD=dir, V=1 (show commands), DOCTEST=path (of doctest.h),'
	@echo '         TEST="-tc=*BN.9*" (some cases only, with make test)'

-include $(patsubst %.o,%.d,$(call room_objects,$(ROOMS)))
include tests/rules.mk tests/mutants/rules.mk tests/assignment/rules.mk tests/bench/rules.mk tests/pytorch/rules.mk \
  data/rules.mk docs/experiments/rules.mk
