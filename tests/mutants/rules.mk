# The tests are tested: small mistakes that a test must notice (README.md in this folder).


#: make mutants-check
#:                  find the place of each mutant in the sources, without compiling (part of make test)
#: make mutants-tests
#:                  check that the tests notice small mistakes in the code (MUTANT=batchnorm: in part of it; PART=2/3: the
#:                  second third of them)
.PHONY: mutants-check mutants-tests
mutants-check: $(MUTATE)
	@$(MUTATE) check '$(MUTANT)'

mutants-tests: $(MUTATE) $(DOCTEST_HEADER)
	@$(MAKE) --no-print-directory LAYER=mutants test
	@MUTATE='$(MUTATE)' CXX='$(CXX)' MAKE='$(MAKE_COMMAND)' BUILD='$(BUILD)' CORES='$(CORES)' TASKLESS='$(TASKLESS)' PART='$(PART)' \
	  sh tests/mutants/run.sh '$(MUTANT)'

$(MUTATE): $(BUILD)/obj/mutate.cpp $(wildcard tests/mutants/tool/*) $(BUILD)/plain-flags
	$(call say,tests/mutants/tool) $(PLAIN) -I. $< -o $@ $(LDFLAGS)

$(BUILD)/obj/mutate.cpp: FORCE
	@$(call include_all,$(sort $(wildcard tests/mutants/tool/*.cpp)))
