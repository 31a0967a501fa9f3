# The tests (doctest). What computes is tested in both precisions: the whole suite in float, then in double all that
# computes, with the gradient checks. tests/run.sh runs them, and tells in the end what failed.

DOCTEST_HEADER := $(BUILD)/doctest/doctest/doctest.h
# Finds the places of mutants: tests/mutants. One for both precisions.
MUTATE := $(BUILD)/mutate
TEST ?=
LAYER ?=

# All tests, those that compute, and those of one layer or of one room: LAYER=batchnorm, adam, idx, data …
# (The tests of the mutants' own tool are run with LAYER=mutants, and before mutants-tests.)
ALL_TESTS := $(sort $(filter-out tests/mutants/%,$(wildcard tests/*/*_test.cpp)))
COMPUTING_TESTS := $(wildcard tests/nn/*_test.cpp tests/optim/*_test.cpp tests/golden/*_test.cpp tests/assignment/*_test.cpp) \
  $(wildcard tests/*/gradcheck_test.cpp) $(patsubst %,tests/lab/%_test.cpp,direction consistency three_paths) tests/core/matmul_test.cpp \
  $(patsubst %,tests/train/%_test.cpp,trainer metrics fold rounding population watch) \
  $(if $(filter thread,$(SANITIZE)),tests/core/threads_test.cpp)
LAYER_TESTS := $(sort $(wildcard tests/*/$(LAYER)_test.cpp tests/$(LAYER)/*_test.cpp) \
  $(if $(wildcard tests/nn/$(LAYER)_test.cpp),tests/nn/laws_test.cpp) \
  $(if $(filter batchnorm,$(LAYER)),tests/assignment/staged_test.cpp))
TESTS ?= $(if $(LAYER),$(LAYER_TESTS),$(ALL_TESTS))
ifneq ($(LAYER),)
ifeq ($(LAYER_TESTS),)
$(error LAYER=$(LAYER): expected a layer, such as batchnorm, linear, loss or adam, or a folder of tests, such as data)
endif
endif

# The folders that TESTS are in, and the rooms that these need.
TEST_FOLDERS := $(sort $(foreach test,$(TESTS),$(word 2,$(subst /, ,$(test)))))
NEEDS_core := core
NEEDS_data := core data
NEEDS_nn := core nn
NEEDS_assignment := core nn
NEEDS_optim := core nn optim
NEEDS_train := core data nn optim train lab
NEEDS_golden := core data nn optim train lab
NEEDS_lab := core data nn optim train lab
NEEDS_cli := core data nn optim train lab
NEEDS_bench := core
NEEDS_mutants := core
NEEDED_ROOMS := $(sort $(foreach folder,$(TEST_FOLDERS),$(NEEDS_$(folder))))
# Of the lab, layers need their gradient check alone.
GRADCHECK := $(if $(filter nn,$(TEST_FOLDERS)),$(if $(filter lab,$(NEEDED_ROOMS)),,$(OUT)/obj/lab-gradcheck.o))
# … and the programs that they start.
STARTED := $(if $(filter cli,$(TEST_FOLDERS)),$(OUT)/bnlab) $(if $(filter bench,$(TEST_FOLDERS)),$(OUT)/ladder) \
  $(if $(filter tests/cli/commands_test.cpp,$(TESTS)),$(OUT)/own_network) \
  $(if $(filter tests/cli/locale_test.cpp,$(TESTS)),$(OUT)/bnlab-in-locale)

# Tests of one layer have a folder of their own, so that they do not undo what is built for all.
HEADERS := $(OUT)/tests/headers.hpp
WITH_HEADERS = -include $(HEADERS)
TEST_OUT := $(OUT)/tests$(LAYER:%=-%)
TEST_MAIN := $(BUILD)$(DEBUG_VARIANT:%=/%)/tests/main.o
TEST_OBJECTS := $(TEST_MAIN) $(TEST_FOLDERS:%=$(TEST_OUT)/%.o)

# What make test runs in double as well, when it runs in float.
DOUBLE_TESTS := $(if $(filter float,$(PRECISION)),$(filter $(COMPUTING_TESTS),$(TESTS)))

.PHONY: test test-programs unit-test compute-test
#: make test        run all tests (needs doctest; finds or fetches it)
#: make test LAYER=batchnorm
#:                  ... only those of one layer or folder (linear, loss, adam, idx, data, ...), its gradient check and the
#:                  places of its mutants; compiles only what these need
test: test-programs $(MUTATE)
ifeq ($(PRECISION),float)
	@$(MAKE) --no-print-directory PRECISION=double TESTS='$(DOUBLE_TESTS)' test-programs
endif
	@$(RUN_TESTS) $(if $(LAYER),,PYTORCH=1) sh tests/run.sh $(BUILD) $(PRECISION)=$(TEST_OUT) \
	  $(if $(DOUBLE_TESTS),double=$(patsubst $(OUT)/%,$(DOUBLE_OUT)/%,$(TEST_OUT))) -- $(TEST)

# One precision: all tests, or those that compute. TEST="-tc=*BN.9*": some cases only.
unit-test: test-programs $(MUTATE)
	@$(RUN_TESTS) sh tests/run.sh $(BUILD) $(PRECISION)=$(TEST_OUT) -- $(TEST)

compute-test:
	@$(MAKE) --no-print-directory TESTS='$(COMPUTING_TESTS)' unit-test

# Of the mutants, those that these tests should notice.
RUN_TESTS := MUTATE='$(MUTATE)' SUITES='$(if $(LAYER),$(LAYER_TESTS:tests/%_test.cpp=%))' PYTHON='$(PYTHON)'
test-programs: $(if $(TESTS),$(TEST_OUT)/run_tests $(STARTED))

$(TEST_OUT)/run_tests: $(call room_objects,$(NEEDED_ROOMS)) $(GRADCHECK) $(TEST_OBJECTS)
	$(LINK) $^ -o $@

$(OUT)/obj/lab-gradcheck.cpp: FORCE
	@$(call include_all,$(patsubst %,src/lab/%.cpp,gradcheck gradcheck_cases consistency direction finite_difference loss_function))

# The tests of a folder are compiled as one file, each in a namespace of its own. (Compiled with the headers that are read
# once, below, doctest can no longer silence g++'s warning of comparisons in its own templates; clang++ still gives it for
# ours.)
TEST_OPTIMIZE := $(or $(SANITIZERS),-O0 -DDOCTEST_CONFIG_SUPER_FAST_ASSERTS)
COMPILE_TEST := $(COMPILE) $(TEST_OPTIMIZE) -I$(BUILD)/doctest -I. -Itests -Itests/assignment/template/include -Wno-sign-compare -MMD -MP
$(TEST_FOLDERS:%=$(TEST_OUT)/%.o): $(TEST_OUT)/%.o: $(TEST_OUT)/%.cpp $(HEADERS).gch
	$(call say,tests/$*) $(COMPILE_TEST) $(WITH_HEADERS) -c $< -o $@

$(TEST_FOLDERS:%=$(TEST_OUT)/%.cpp): $(TEST_OUT)/%.cpp: FORCE
	@$(call include_all,$(filter tests/$*/%,$(TESTS)))

# support.hpp, with doctest, is read once for all of them.
$(HEADERS).gch: tests/support.hpp $(OUT)/flags $(DOCTEST_HEADER)
	@mkdir -p $(@D)
	@echo '#include "support.hpp"' > $(HEADERS)
	$(call say,tests/support.hpp) $(COMPILE_TEST) -x c++-header $(HEADERS) -MF $@.d -o $@

# doctest itself does not depend on the precision: one for both.
$(TEST_MAIN): tests/main.cpp $(DOCTEST_HEADER) $(BUILD)/plain-flags
	@mkdir -p $(@D)
	$(call say,tests/main.cpp) $(PLAIN) $(TEST_OPTIMIZE) -I$(BUILD)/doctest -MMD -MP -c $< -o $@

# The README's example: a program of one's own.
$(OUT)/own_network: docs/own_network.cpp $(LIBRARY)
	$(COMPILE) $(or $(SANITIZERS),-O1) $^ -o $@ $(LDFLAGS)

# The program in a host that has chosen the environment's locale.
$(OUT)/bnlab-in-locale: tests/cli/choose_locale.cpp $(call room_objects,$(ROOMS))
	$(COMPILE) $(or $(SANITIZERS),-O1) $^ -o $@ $(LDFLAGS)

# The test framework: DOCTEST=path, the system's, or fetched.
$(DOCTEST_HEADER):
	@CXX='$(CXX)' DOCTEST='$(DOCTEST)' sh tests/fetch_doctest.sh $(BUILD)/doctest

-include $(TEST_OBJECTS:.o=.d) $(GRADCHECK:.o=.d) $(HEADERS).gch.d
