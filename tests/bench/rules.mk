# How fast: the matrix product in six steps, from three loops to all cores, and bnlab beside other programs.

LADDER := $(sort $(wildcard tests/bench/ladder/*.cpp))

#: make ladder      the matrix product in six steps, one idea at a time: checked, timed and drawn
#: make rivals      an epoch beside PyTorch, the matrix products beside OpenBLAS, where they are installed
.PHONY: ladder rivals
ladder: $(OUT)/ladder
	$(OUT)/ladder

rivals: $(OUT)/bnlab
	@CXX='$(CXX)' sh tests/bench/rivals/run.sh $(OUT)/bnlab $(OUT)/rivals

$(OUT)/obj/ladder.cpp: $(LADDER)
	@mkdir -p $(@D)
	@printf '#include "%s"\n' $(LADDER) > $@

$(OUT)/ladder: $(OUT)/obj/ladder.cpp $(LIBRARY) $(OUT)/flags
	$(call say,tests/bench/ladder) $(COMPILE) -I. $(OPTIMIZE) -MMD -MP -MF $(OUT)/obj/ladder.d $< $(LIBRARY) -o $@ $(LDFLAGS)

-include $(OUT)/obj/ladder.d
