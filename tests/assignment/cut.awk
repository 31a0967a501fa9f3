# Reads one source file and writes it as students get it: each marked region of a task that is handed out is replaced by its
# stub (stubs.txt), each other region stands as it is, without its markers.
#
#   awk -v path=src/nn/linear.cpp -v tasks="relu adam …" -v known="… all tasks …" -v solved=0|1 -f cut.awk stubs.txt FILE
#
# solved=1 leaves all regions in, without markers, but for those whose entry in stubs.txt is empty: these are always removed.
# A malformed marker is an error, with status 1.

function error(message) {
  printf "%s:%d: %s\n", path, FNR, message > "/dev/stderr"
  failed = 1
  exit 1
}

# The stubs, by "path number task".
FNR == NR {
  if ($1 == "@") { key = $2 " " $3 " " $4; stub[key] = ""; next }
  if (/^# /) next
  if (/^$/) next
  if (key != "") stub[key] = stub[key] $0 "\n"
  next
}

/BEGIN SOLUTION|END SOLUTION/ {
  if ($0 !~ /^ *\/\/ (BEGIN SOLUTION [a-z0-9-]+|END SOLUTION)$/) {
    error("expected '// BEGIN SOLUTION task' or '// END SOLUTION' alone on its line, found '" $0 "'")
  }
  indent = $0
  sub(/\/\/.*/, "", indent)
  if ($2 == "BEGIN") {
    if (task != "") error("BEGIN SOLUTION inside the region of " task ", which began in line " began)
    task = $4
    began = FNR
    if (index(" " known " withheld ", " " task " ") == 0) error("unknown task '" task "'; known: " known)
    number[task]++
    key = path " " number[task] " " task
    text = key in stub ? stub[key] : "fail(\"not implemented: " task "\");\n"
    hide = text == "" || !solved && (task == "withheld" || index(" " tasks " ", " " task " ") > 0)
    if (hide) {
      lines = split(substr(text, 1, length(text) - 1), line, "\n")
      for (i = 1; i <= lines; i++) print indent line[i]
    }
  } else {
    if (task == "") error("END SOLUTION without a BEGIN before it")
    task = ""
  }
  next
}

task == "" || !hide { print }

END {
  if (!failed && task != "") { FNR = began; error("the region of " task " has no END SOLUTION") }
  if (failed) exit 1
}
