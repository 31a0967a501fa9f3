# The assignment for students, cut from this source, with its grader (docs/assignment.md).

MAKE_CASES := $(OUT)/make_cases
CASES_SOURCES := $(sort $(wildcard tests/assignment/cases/*.cpp)) tests/mutants/tool/catalogue.cpp tests/mutants/tool/source.cpp
# What the scripts are told.
ASSIGNMENT := MAKE_CASES='$(MAKE_CASES)' MUTATE='$(MUTATE)' DOCTEST_HEADER='$(DOCTEST_HEADER)' CXX='$(CXX)' \
  MAKE='$(MAKE_COMMAND)' BUILD='$(BUILD)' CORES='$(CORES)'

#: make assignment  cut the homework for students from this source, in build/assignment; check it (CHECK=0: not)
#: make autograder  ... and its grader for Gradescope, build/autograder.zip (SEED=number of its cases)
#: make mutants     check that the grader notices and names what students do wrong (MUTANT=batchnorm: in part)
#: make assignment-test
#:                  check the assignment as students, instructors and tricksters use it
.PHONY: assignment autograder mutants assignment-test
assignment: $(MAKE_CASES) $(DOCTEST_HEADER)
	@$(ASSIGNMENT) CHECK='$(or $(CHECK),1)' sh tests/assignment/make.sh $(BUILD)/assignment

autograder: assignment
	@$(ASSIGNMENT) SEED='$(SEED)' sh tests/assignment/autograder.sh $(BUILD)/assignment $(BUILD)/autograder

mutants: $(MAKE_CASES) $(MUTATE) $(DOCTEST_HEADER)
	@$(MAKE) --no-print-directory CHECK=0 assignment
	@$(ASSIGNMENT) sh tests/assignment/mutants.sh '$(MUTANT)'

assignment-test: $(MAKE_CASES) $(DOCTEST_HEADER)
	@$(MAKE) --no-print-directory autograder
	@$(ASSIGNMENT) sh tests/assignment/check.sh

$(MAKE_CASES): $(CASES_SOURCES) tests/assignment/cases/cases.hpp $(wildcard tests/mutants/tool/*.hpp) $(LIBRARY) $(OUT)/flags
	$(call say,tests/assignment/cases) $(COMPILE) -I. -O0 $(CASES_SOURCES) $(LIBRARY) -o $@ $(LDFLAGS)
