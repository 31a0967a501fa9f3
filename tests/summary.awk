# What failed, in words, the lowest layer first: reads the records that tests/failures.hpp and tests/run.sh write.
# Short, so that it fits on a screen: the lowest layer's cases, then the others, counted by file where they are many.

# A floor of the house: the beginning of its tests' files, what it is called, where its code is.
function floor(pattern, called, code) {
  pattern_of[++floors] = pattern
  called_as[floors] = called
  code_of[floors] = code
}

BEGIN {
  FS = "\t"
  ALL_AT_MOST = 8      # cases that are listed whichever layer they belong to
  LOWEST_AT_MOST = 10  # cases of the lowest layer
  floor("core/", "the core", "src/core")
  floor("data/", "the data", "src/data")
  floor("nn/layer_", "what all layers promise", "src/nn/layer.cpp")
  floor("nn/linear", "linear", "src/nn/linear.cpp")
  floor("nn/activation", "the activations", "include/bnlab/nn/relu.hpp and its like")
  floor("nn/dropout", "dropout", "src/nn/dropout.cpp")
  floor("nn/loss", "the loss", "src/nn/loss.cpp")
  floor("nn/(batchnorm|laws)", "batchnorm", "src/nn/batchnorm.cpp")
  floor("nn/layernorm", "layernorm", "src/nn/layernorm.cpp")
  floor("assignment/", "the staged batchnorm", "the assignment's src/nn/batchnorm_staged.cpp")
  floor("optim/sgd", "SGD", "src/optim/sgd.cpp")
  floor("optim/adam", "Adam", "src/optim/adam.cpp")
  floor("optim/", "the optimizers", "src/optim")
  floor("nn/", "the networks", "src/nn/network.cpp")
  floor("lab/gradcheck", "the gradient checker", "src/lab/gradcheck.cpp")
  floor("train/", "the training", "src/train")
  floor("golden/", "the comparison with PyTorch", "what computes")
  floor("lab/", "the lab", "src/lab")
  floor("cli/", "the program", "src/cli")
  floor("", "the rest", "tests")
}

function floor_of(file,    i) {
  sub(/^(.*\/)?tests\//, "", file)
  for (i = 1; i < floors; i++) if (match(file, "^" pattern_of[i])) return i
  return floors
}

$1 == "run" {  # after a crash, a precision runs several times
  precision = $2
  if (!(precision in log_of)) {
    run_called[++runs] = precision
    log_files = log_files (log_files == "" ? "" : ", ") $3
  }
  log_of[precision] = $3
  ended = 0
  running = running_file = crash = ""
}
$1 == "begin" {
  running_file = $2
  running = $3
}
$1 == "end" { ended = 1 }
$1 == "crashed" { crash = $4 }
$1 == "failed" { add_failure($2, $3, $4 "  " $5) }
$1 == "status" && $2 != 0 { note_ending($2) }
$1 == "other" { other[++others] = $2 }

function add_failure(file, name, what,    key) {
  key = file SUBSEP name
  if ((key, precision) in seen) return
  seen[key, precision] = 1
  failures_in[precision]++
  if (key in precisions) {
    precisions[key] = precisions[key] " and " precision
    return
  }
  precisions[key] = precision
  keys[++cases] = key
  file_of[cases] = file
  name_of[cases] = name
  what_of[cases] = what
  level[cases] = floor_of(file)
  if (!(level[cases] in in_floor)) levels++
  in_floor[level[cases]]++
}

# A run that did not come to its end, or failed without a test case that did.
function note_ending(status,    how, said, at) {
  how = (status > 128 ? "signal " (status - 128) : "status " status)
  if (crash != "") how = crash
  at = 0
  if (ended && status <= 128) {
    if (failures_in[precision] > 0) return
    said = "FAILED: the tests in " precision " ended with " how ", though no test case failed"
  } else if (running == "") {
    said = "CRASHED: the tests in " precision " ended before any test case, with " how
  } else {
    at = floor_of(running_file)
    add_failure(running_file, running, running_file "  the program ended here: " how)
    said = "CRASHED: the tests in " precision " ended in the test case \"" running "\" (" running_file "), with " how
  }
  if (crash == "") said = said first_complaint(log_of[precision])
  if (precision in ending && ending_at[precision] <= at) return  # of several the lowest
  ending[precision] = said
  ending_at[precision] = at
}

# What a sanitizer or the system said, if anything.
function first_complaint(log_file,    line, last, found) {
  found = ""
  while ((getline line < log_file) > 0) {
    if (line ~ /runtime error:|ERROR: .*Sanitizer|WARNING: ThreadSanitizer/ && found == "") found = line
    if (line !~ /^[ =]*$/ && line !~ /^\[doctest\]/) last = line
  }
  close(log_file)
  if (found == "") found = last
  return (found == "" ? "" : "\n    " found)
}

function show(i) {
  printf "  %s\n", name_of[i]
  printf "      %s%s\n", what_of[i], (precisions[keys[i]] ~ /and/ || log_files !~ /,/ ? "" : "  (in " precisions[keys[i]] " only)")
}

# Adds what a case's name says of equations to their weights: "BN.1 to BN.3" names three, each with a third of its weight.
function weigh(name,    found, count, i, before, number, prefix, last) {
  count = 0
  while (match(name, /[A-Z]+\.[0-9]+/)) {
    before = substr(name, 1, RSTART - 1)
    found = substr(name, RSTART, RLENGTH)
    name = substr(name, RSTART + RLENGTH)
    prefix = found
    sub(/\..*/, ".", prefix)
    number = substr(found, length(prefix) + 1) + 0
    if (before == " to ") for (i = last + 1; i < number; i++) list[++count] = prefix i
    list[++count] = found
    last = number
  }
  for (i = 1; i <= count; i++) {
    if (!(list[i] in weight)) in_order[++named] = list[i]
    weight[list[i]] += 1 / count
  }
}

# The equations that the failed cases of the lowest layer point at, with their formulas as the source has them: the one
# with the most weight, or all that share it.
function suspects(lowest,    i, equation, most, tied) {
  for (i = 1; i <= cases; i++) if (level[i] == lowest) weigh(name_of[i])
  for (equation in weight) if (weight[equation] > most + 1e-9) most = weight[equation]
  for (equation in weight) if (weight[equation] > most - 1e-9) tied++
  if (most + 0 == 0 || tied > 5) return
  print (tied == 1 ? "They point at" : "They point at one of")
  for (i = 1; i <= named; i++) if (weight[in_order[i]] > most - 1e-9) print "  " formula_of(in_order[i])
}

# "BN.9   dx_nd = …   (src/nn/batchnorm.cpp:137)"
function formula_of(equation,    command, line, part) {
  command = "grep -rnE '" equation "   +[^ ]' src include | sed -n 1p"
  line = ""
  command | getline line
  close(command)
  if (split(line, part, ":") < 3) return equation
  match(line, equation "   ")
  return substr(line, RSTART) "   (" part[1] ":" part[2] ")"
}

function count_by_file(above,    i, file, n, order) {
  for (i = 1; i <= cases; i++) if (level[i] > above) per_file[level[i], file_of[i]]++
  for (n = above + 1; n <= floors; n++) {
    for (i = 1; i <= cases; i++) {
      file = file_of[i]
      if (level[i] != n || !((n, file) in per_file)) continue
      printf "  %4d  %s\n", per_file[n, file], file
      delete per_file[n, file]
    }
  }
}

END {
  print ""
  for (i = 1; i <= runs; i++) if (run_called[i] in ending) print ending[run_called[i]]
  for (i = 1; i <= others && cases == 0; i++) print "FAILED: " other[i]
  for (n = floors; n >= 1; n--) if (n in in_floor) lowest = n
  if (cases > 0) {
    printf "FAILED: %d test case%s (", cases, (cases == 1 ? "" : "s")
    for (i = 1; i <= runs; i++) printf "%s%d in %s", (i == 1 ? "" : ", "), failures_in[run_called[i]], run_called[i]
    printf ")%s\n\n", (levels > 1 ? ", the lowest layer first" : "")
    shown = 0
    printf "%s (%s): %d\n", called_as[lowest], code_of[lowest], in_floor[lowest]
    for (i = 1; i <= cases; i++) {
      if (level[i] == lowest && (++shown <= LOWEST_AT_MOST || in_floor[lowest] == LOWEST_AT_MOST + 1)) show(i)
    }
    if (shown > LOWEST_AT_MOST + 1) printf "  … and %d more\n", shown - LOWEST_AT_MOST
    suspects(lowest)
    if (code_of[lowest] ~ /nn\//) print "make gradcheck tells which gradient is wrong, and how, if one is."
    if (levels > 1 && cases <= ALL_AT_MOST) {
      for (n = lowest + 1; n <= floors; n++) {
        if (!(n in in_floor)) continue
        printf "%s (%s): %d\n", called_as[n], code_of[n], in_floor[n]
        for (i = 1; i <= cases; i++) if (level[i] == n) show(i)
      }
    } else if (levels > 1) {
      print "\nabove it, perhaps for that reason:"
      count_by_file(lowest)
    }
    print ""
  }
  if (levels > 1) {
    names = ""
    for (n = lowest + 1; n <= floors; n++) if (n in in_floor) names = names (names == "" ? "" : ", ") called_as[n]
    printf "Fix %s before %s: what stands above is built on it.\n", called_as[lowest], names
  }
  for (i = 1; i <= others && cases > 0; i++) print "FAILED, too: " other[i]
  printf "Every failed check: %s\n", log_files
}
