# bnlab: batch normalization from scratch. `make help` says what can be made.
#
# Everything is built under build/. A variant (PRECISION=double, DEBUG=1) has its own folder there.

PRECISION ?= float
ARCH ?= native
DEBUG ?= 0
SANITIZE ?= address,undefined
O ?= 3
BUILD ?= build
# Set by those who check that there is no warning.
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

# --- How to compile ---------------------------------------------------------------------------------------------

# The flag if this compiler knows it.
known = $(shell echo 'int main() {}' | $(CXX) -Werror $(1) -x c++ -fsyntax-only - >/dev/null 2>&1 && echo $(1))

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion
ifeq ($(WERROR),1)
WARNINGS += -Werror
endif
# g++ 12 warns of an overlapping copy in std::string that is not there (GCC bug 105651).
WARNINGS += $(call known,-Wno-restrict)

# ARCH=native is the processor at hand. Both compilers otherwise halve the 64-byte vectors that we ask for.
MACHINE := $(call known,-march=$(ARCH))
ifeq ($(MACHINE),)
MACHINE := $(call known,-mcpu=$(ARCH))
endif
MACHINE += $(call known,-mprefer-vector-width=512)

# Not -ffast-math: sums keep their order and NaN stays NaN. These three let the compiler use vector instructions for
# square roots and comparisons (whose error flags nobody reads), and multiply-adds rounded once.
ARITHMETIC := -fno-math-errno -fno-trapping-math -ffp-contract=fast

VARIANT :=
ifeq ($(PRECISION),double)
VARIANT := double
DEFINES := -DBNLAB_DOUBLE
else ifneq ($(PRECISION),float)
$(error PRECISION is float or double, not '$(PRECISION)')
endif

ifeq ($(DEBUG),1)
VARIANT := $(if $(VARIANT),$(VARIANT)-)debug$(if $(filter thread,$(SANITIZE)),-thread)
OPTIMIZE := -O1 -g -fno-omit-frame-pointer -fsanitize=$(SANITIZE) -fno-sanitize-recover=all
COMPUTE_OPTIMIZE := $(OPTIMIZE)
TEST_OPTIMIZE := $(OPTIMIZE)
else
# What computes is optimized in earnest; what reads, prints and draws compiles faster without.
OPTIMIZE := -O0
COMPUTE_OPTIMIZE := -O$(O)
TEST_OPTIMIZE := -O0 -DDOCTEST_CONFIG_SUPER_FAST_ASSERTS
endif

OUT := $(if $(VARIANT),$(BUILD)/$(VARIANT),$(BUILD))
# Where the double build goes, whichever this one is.
DOUBLE_OUT := $(if $(filter double,$(PRECISION)),$(OUT),$(BUILD)/double$(VARIANT:%=-%))
COMPILE := $(CXX) -std=c++20 $(MACHINE) $(ARITHMETIC) $(WARNINGS) $(DEFINES) -Iinclude -pthread $(CPPFLAGS) $(CXXFLAGS)
LINK := $(CXX) -pthread $(if $(filter 1,$(DEBUG)),$(OPTIMIZE)) $(CXXFLAGS) $(LDFLAGS)

# --- The program ------------------------------------------------------------------------------------------------

# Most of a file's compilation is reading the standard library's headers, so each floor of the house (README) is
# compiled as one file that includes those of its folder.
FLOORS := core data nn optim train lab cli
FLOOR_SOURCES := $(FLOORS:%=$(OUT)/obj/%.cpp)
OBJECTS := $(FLOORS:%=$(OUT)/obj/%.o)
CLI := $(OUT)/obj/cli.o
# First in every link: of an inline function that several objects hold, the linker keeps the first, and that should be
# an optimized one.
COMPUTING := $(filter-out $(CLI),$(OBJECTS))
LIBRARY := $(OUT)/libbnlab.a

.PHONY: all run mnist fashion-mnist cifar10 test test-programs unit-test compute-test pytorch-test mutants-tests mutants assignment assignment-test autograder gradcheck ladder rivals clean help FORCE
.DELETE_ON_ERROR:
all: $(OUT)/bnlab $(LIBRARY)

# As simd.hpp chooses it.
VECTOR_BITS = $(shell echo | $(CXX) $(MACHINE) -x c++ -dM -E - | awk '/ __AVX512F__ / { b = 512 } / __AVX__ / && !b { b = 256 } END { print b ? b : 128 }')

$(OUT)/bnlab: $(COMPUTING) $(CLI)
	$(LINK) $^ -o $@
	@echo "  built for $(ARCH): vectors of $(VECTOR_BITS) bits"

$(LIBRARY): $(COMPUTING)
	@rm -f $@
	@ar rcs $@ $^

# cli computes nothing itself.
$(COMPUTING): OPTIMIZE := $(COMPUTE_OPTIMIZE)

$(OBJECTS): $(OUT)/obj/%.o: $(OUT)/obj/%.cpp $(OUT)/flags
	$(if $(V),,@echo "  $(notdir $(CXX)) src/$*" &&) $(COMPILE) -I. $(OPTIMIZE) -MMD -MP -c $< -o $@

$(FLOOR_SOURCES): $(OUT)/obj/%.cpp: FORCE
	@mkdir -p $(@D)
	@printf '#include "%s"\n' $(sort $(wildcard src/$*/*.cpp)) > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

# Holds the command that the objects here were compiled with; another compiler or flag compiles them anew.
$(OUT)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(COMPILE) $(COMPUTE_OPTIMIZE)' | cmp -s - $@ || echo '$(COMPILE) $(COMPUTE_OPTIMIZE)' > $@

# --- Its main job -----------------------------------------------------------------------------------------------

# DATASET=mnist, fashion-mnist or cifar10: a set that `make mnist` and so on have fetched; else the sample.
run: $(OUT)/bnlab
	$(OUT)/bnlab compare$(if $(DATASET), --data data/$(DATASET) --out $(BUILD)/run-$(DATASET))

mnist fashion-mnist cifar10:
	@sh data/fetch.sh $@

gradcheck:
ifeq ($(PRECISION),double)
	@$(MAKE) --no-print-directory $(OUT)/bnlab
else
	@$(MAKE) --no-print-directory PRECISION=double $(DOUBLE_OUT)/bnlab
endif
	$(DOUBLE_OUT)/bnlab gradcheck

# --- Speed ------------------------------------------------------------------------------------------------------

# The matrix product in six steps, from three loops to all cores: tests/bench/ladder.
LADDER := $(sort $(wildcard tests/bench/ladder/*.cpp))

ladder: $(OUT)/ladder
	$(OUT)/ladder

$(OUT)/obj/ladder.cpp: $(LADDER)
	@mkdir -p $(@D)
	@printf '#include "%s"\n' $(LADDER) > $@

$(OUT)/ladder: $(OUT)/obj/ladder.cpp $(LIBRARY) $(OUT)/flags
	$(if $(V),,@echo "  $(notdir $(CXX)) tests/bench/ladder" &&) $(COMPILE) -I. $(COMPUTE_OPTIMIZE) -MMD -MP -MF $(OUT)/obj/ladder.d $< $(LIBRARY) -o $@ $(LDFLAGS)

# Beside PyTorch and OpenBLAS, where they are installed.
rivals: $(OUT)/bnlab
	@CXX='$(CXX)' sh tests/bench/rivals/run.sh $(OUT)/bnlab $(OUT)/rivals

# --- Tests ------------------------------------------------------------------------------------------------------
# `make test` runs the whole suite in float, then in double all that computes, with the gradient checks.
# `make unit-test` runs the suite in one precision, `make compute-test` what computes; TEST="-tc=*BN.9*" some cases.

TESTS := $(sort $(wildcard tests/*.cpp tests/*/*.cpp))
COMPUTING_TESTS := tests/main.cpp tests/lab/three_paths_test.cpp tests/core/matmul_test.cpp $(if $(filter thread,$(SANITIZE)),tests/core/threads_test.cpp) $(wildcard tests/*/gradcheck_test.cpp) \
  $(wildcard tests/nn/*.cpp tests/optim/*.cpp tests/golden/*.cpp tests/assignment/*.cpp) $(patsubst %,tests/train/%_test.cpp,trainer metrics fold rounding)
TEST_OBJECTS := $(TESTS:tests/%.cpp=$(OUT)/tests/%.o)
DOCTEST_HEADER := $(BUILD)/doctest/doctest/doctest.h
TEST ?=

# Both precisions, whatever the first one says: tests/run.sh runs them and tells at the end what failed.
test: test-programs
ifeq ($(PRECISION),float)
	@$(MAKE) --no-print-directory PRECISION=double TESTS='$(COMPUTING_TESTS)' test-programs
endif
	@PYTORCH=1 PYTHON='$(PYTHON)' sh tests/run.sh $(BUILD) $(PRECISION)=$(OUT) $(if $(filter float,$(PRECISION)),double=$(DOUBLE_OUT))

compute-test:
	@$(MAKE) --no-print-directory TESTS='$(COMPUTING_TESTS)' unit-test

unit-test: test-programs
	@sh tests/run.sh $(BUILD) $(PRECISION)=$(OUT) -- $(TEST)

# What the tests are, and what they start.
test-programs: $(OUT)/run_tests $(OUT)/bnlab $(OUT)/own_network $(if $(filter tests/bench/%,$(TESTS)),$(OUT)/ladder)

# Needs a python3 with torch: PYTHON=path, the one in the PATH, or the system's.
pytorch-test: $(OUT)/bnlab
	@PYTHON='$(PYTHON)' sh tests/pytorch/run.sh $(OUT)/bnlab

# Tests the tests: each of the small mistakes in tests/mutants must make one fail. MUTANT=batchnorm: only some of them.
mutants-tests: $(DOCTEST_HEADER)
	@CXX='$(CXX)' MAKE='$(MAKE_COMMAND)' BUILD='$(BUILD)' CORES='$(CORES)' TASKLESS='$(TASKLESS)' sh tests/mutants/run.sh '$(MUTANT)'

# --- The assignment: tests/assignment ---------------------------------------------------------------------------

# Cut from this source: build/assignment, to be handed out. CHECK=0 leaves out the checks of what was made.
assignment: $(OUT)/make_cases $(DOCTEST_HEADER)
	@MAKE_CASES=$(OUT)/make_cases DOCTEST_HEADER=$(DOCTEST_HEADER) CXX='$(CXX)' MAKE='$(MAKE_COMMAND)' CORES='$(CORES)' CHECK='$(or $(CHECK),1)' sh tests/assignment/make.sh $(BUILD)/assignment

# ... and for a course platform: build/autograder.zip, with other cases (SEED=number; else drawn).
autograder: assignment
	@MAKE_CASES=$(OUT)/make_cases SEED='$(SEED)' sh tests/assignment/autograder.sh $(BUILD)/assignment $(BUILD)/autograder

# Checks the assignment as its users meet it, and what the grader makes of tricks.
assignment-test: $(OUT)/make_cases $(DOCTEST_HEADER)
	@$(MAKE) --no-print-directory autograder
	@CXX='$(CXX)' MAKE='$(MAKE_COMMAND)' BUILD='$(BUILD)' CORES='$(CORES)' sh tests/assignment/check.sh

# Grades the grader: each mistake in tests/mutants that belongs to a task must cost this task points, and be named.
mutants: $(OUT)/make_cases $(DOCTEST_HEADER)
	@$(MAKE) --no-print-directory CHECK=0 assignment
	@CXX='$(CXX)' MAKE='$(MAKE_COMMAND)' BUILD='$(BUILD)' CORES='$(CORES)' sh tests/assignment/mutants.sh '$(MUTANT)'

CASES_SOURCES := $(sort $(wildcard tests/assignment/cases/*.cpp))

$(OUT)/make_cases: $(CASES_SOURCES) tests/assignment/cases/cases.hpp $(LIBRARY) $(OUT)/flags
	$(if $(V),,@echo "  $(notdir $(CXX)) tests/assignment/cases" &&) $(COMPILE) -O0 $(CASES_SOURCES) $(LIBRARY) -o $@ $(LDFLAGS)

$(OUT)/run_tests: $(COMPUTING) $(TEST_OBJECTS)
	$(LINK) $^ -o $@

# Half of a test file's compilation would be reading headers: support.hpp, with doctest, is read once. (Compiled like that,
# doctest can no longer silence g++'s warning of comparisons in its own templates; clang++ still gives it for ours.)
COMPILE_TEST := $(COMPILE) $(TEST_OPTIMIZE) -I$(BUILD)/doctest -Itests -Itests/assignment/template/include -Wno-sign-compare -MMD -MP
HEADERS := $(OUT)/tests/headers.hpp
WITH_HEADERS = -include $(HEADERS)
$(OUT)/tests/main.o: WITH_HEADERS = # doctest's own code comes from there

$(OUT)/tests/%.o: tests/%.cpp $(HEADERS).gch
	@mkdir -p $(@D)
	$(if $(V),,@echo "  $(notdir $(CXX)) $<" &&) $(COMPILE_TEST) $(WITH_HEADERS) -c $< -o $@

$(HEADERS).gch: tests/support.hpp $(OUT)/flags $(DOCTEST_HEADER)
	@mkdir -p $(@D)
	@echo '#include "support.hpp"' > $(HEADERS)
	$(if $(V),,@echo "  $(notdir $(CXX)) tests/support.hpp" &&) $(COMPILE_TEST) -x c++-header $(HEADERS) -MF $@.d -o $@

# The README's example: a program of one's own.
$(OUT)/own_network: docs/own_network.cpp $(LIBRARY)
	$(COMPILE) $(if $(filter 1,$(DEBUG)),$(OPTIMIZE),-O1) $^ -o $@ $(LDFLAGS)

# The test framework: DOCTEST=path, the system's, or fetched.
$(DOCTEST_HEADER):
	@CXX='$(CXX)' DOCTEST='$(DOCTEST)' sh tests/fetch_doctest.sh $(BUILD)/doctest

clean:
	rm -rf $(BUILD)

help:
	@echo 'make             build build/bnlab'
	@echo 'make run         train with and without batch normalization, and compare'
	@echo 'make mnist       fetch the full set into data/mnist; likewise make fashion-mnist, make cifar10'
	@echo 'make run DATASET=mnist'
	@echo '                 ... and compare on it'
	@echo 'make test        run all tests (needs doctest; finds or fetches it)'
	@echo 'make gradcheck   check every backward pass against finite differences'
	@echo 'make ladder      the matrix product in six steps, one idea at a time: checked, timed and drawn'
	@echo 'make rivals      an epoch beside PyTorch, the matrix products beside OpenBLAS, where they are installed'
	@echo 'make mutants-tests'
	@echo '                 check that the tests notice small mistakes in the code (MUTANT=batchnorm: in part of it)'
	@echo 'make assignment  cut the homework for students from this source, in build/assignment; check it (CHECK=0: not)'
	@echo 'make autograder  ... and its grader for Gradescope, build/autograder.zip (SEED=number of its cases)'
	@echo 'make mutants     check that the grader notices and names what students do wrong (MUTANT=batchnorm: in part)'
	@echo 'make assignment-test'
	@echo '                 check the assignment as students, instructors and tricksters use it'
	@echo 'make clean       remove build/'
	@echo
	@echo 'Options: DEBUG=1 (debug symbols and sanitizers, SANITIZE=address,undefined or thread; in build/debug),'
	@echo '         PRECISION=double (in build/double), O=0 (optimize less), ARCH=x86-64-v3 (another processor than'
	@echo '         this one), CXX=clang++, BUILD=dir, V=1 (show commands), DOCTEST=path (of doctest.h),'
	@echo '         TEST="-tc=*BN.9*" (some tests only, with make unit-test)'

-include $(OUT)/obj/ladder.d $(OBJECTS:.o=.d) $(LADDER_OBJECTS:.o=.d) $(TEST_OBJECTS:.o=.d) $(HEADERS).gch.d
