#!/bin/sh
# Fetches a data set, checks it and puts its files in place:  sh data/fetch.sh SET [TABLE [FOLDER]]
# TABLE (sets.txt beside this script) says which files a set has, their checksums and where they can be had. FOLDER (one
# with the set's name, beside this script) receives them. Files are downloaded and unpacked in a folder of their own
# inside FOLDER and get their names only when the checksum is right: a half or a wrong one never has such a name.
# Ends with status 0 (the set is complete), 1 (it is not) or 2 (there is no such set).
set -u
export LC_ALL=C # what the tools say is read below

say() { printf '%s\n' "$*"; }
fail() { say "$*" >&2; exit 1; }
has() { command -v "$1" > /dev/null 2>&1; }
first_of() { for command in "$@"; do has "${command%% *}" && echo "$command" && return; done; }

# What takes long runs in the background: a shell that waits hears a signal at once, otherwise only after its child.
# The child is known by $!, which the shell sets as it starts one: after a variable of our own a signal might come first.
waited_for='' work='' made=''
run() {
  "$@" &
  wait "$!"
  set -- $? && waited_for=$!
  return "$1"
}
stop() {
  trap '' HUP INT PIPE TERM
  [ "${!-}" = "$waited_for" ] || { kill "$!" && wait "$!"; } 2> /dev/null
  exit "$1"
}
tidy() {
  [ -z "$work" ] || rm -rf "$work"
  [ -z "$made" ] || rmdir "$folder" 2> /dev/null # refuses unless it is empty
}
trap tidy EXIT
for signal in HUP:129 INT:130 PIPE:141 TERM:143; do trap "stop ${signal#*:}" "${signal%:*}"; done

# --- What is asked for, and what the table says of it -----------------------------------------------------------

case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
data_set=${1:-} table=${2:-$here/sets.txt} folder=${3:-$here/${1:-}}
case $folder in -*) folder=./$folder ;; esac
stall=${BNLAB_FETCH_TIMEOUT:-20}
case $stall in 0* | *[!0-9]*) fail "BNLAB_FETCH_TIMEOUT: expected a whole number of seconds, found '$stall'" ;; esac
[ -f "$table" ] && [ -r "$table" ] || fail "$table: expected the table of data sets, found no file that can be read"

number=0 known='' files=0 mirrors='' archive='' algorithms=''
while read -r name what a b c d rest || [ -n "$name" ]; do
  number=$((number + 1)) good=''
  case $name in '' | '#'*) continue ;; esac
  case $what:$a:${#b}:$d in
    mirror:http://*/:0: | mirror:https://*/:0: | mirror:file:/*/:0: | mirror:apt:?*/*/:0:) good=yes ;;
    *:[/-]* | *:*..* | *:*/) ;; # a name that would lead out of the folder
    file:sha256:64:?* | archive:sha256:64:?* | file:md5:32:?* | archive:md5:32:?*) good=yes ;;
  esac
  case $name:$b:$c in *[!a-z0-9:-]* | *:*[!0-9a-f:]* | *:*:*[!0-9]*) good='' ;; esac # no such name, SUM or BYTES
  [ "$good$rest" = yes ] || fail "$table:$number: expected SET mirror WHERE/ or SET file (or archive) ALGORITHM SUM" \
    "BYTES NAME, as data/sets.txt explains at its top; found: $name $what $a $b $c $d $rest"
  case $what:" $known " in file:*" $name "*) ;; file:*) known="$known $name" ;; esac
  case $name:$what in
    "$data_set:mirror") mirrors="$mirrors $a" ;;
    "$data_set:archive") archive=$d archive_algorithm=$a archive_sum=$b algorithms="$algorithms $a" ;;
    "$data_set:file") files=$((files + 1)) algorithms="$algorithms $a" ;;
  esac
done < "$table"
[ "$files" != 0 ] && [ $# -le 3 ] || {
  say "expected SET [TABLE [FOLDER]] with one of these as SET:$known; found '$*'" >&2
  exit 2
}

needs() { case $2:$algorithms in :*"$1"*) fail "no tool for $1: expected $3; install one of them" ;; esac; }
sha256=$(first_of sha256sum 'shasum -a 256' 'openssl dgst -sha256 -r')
md5=$(first_of md5sum 'md5 -q' 'openssl dgst -md5 -r')
needs sha256 "$sha256" "sha256sum, shasum or openssl"
needs md5 "$md5" "md5sum, md5 or openssl"
is_right() { # FILE ALGORITHM SUM; $found is what it really has
  case $2 in md5) found=$($md5 < "$1") ;; *) found=$($sha256 < "$1") ;; esac 2> /dev/null
  found=${found%% *}
  [ "$found" = "$3" ]
}

# --- Fetching: what fails here puts its reason into $why; none means that there was nothing to try --------------

cannot_write() { fail "$folder: cannot write there${1:+ ($1)}; is the disk full, or is the folder someone else's?"; }

prepare() { # the folder to work in, when it is first needed
  [ -z "$work" ] || return 0
  for tool in gzip ${archive:+tar}; do has "$tool" || fail "expected $tool, to unpack what is fetched; install it"; done
  [ -d "$folder" ] || made=1
  problem=$(mkdir -p "$folder" 2>&1) || fail "$folder: cannot make this folder (${problem##*: }); name another one"
  work=$folder/.fetch-$$
  problem=$(mkdir "$work" 2>&1) || cannot_write "${problem##*: }"
  client=$(first_of curl wget)
  case $client$mirrors in " "*http*) say "neither curl nor wget is here to download with; install one" >&2 ;; esac
  progress=''
  [ ! -t 2 ] || case $client in curl) progress=-# ;; wget) progress=--show-progress ;; esac
}

dead='' # mirrors that do not answer: every further file would wait for them in vain
unreachable() { why="$1; no longer tried" dead="$dead $mirror"; }

download() { # URL, to $got
  if [ "$client" = curl ]; then
    run curl -L "${progress:--s}" --connect-timeout 20 --speed-limit 100 --speed-time "$stall" \
      -w '%{http_code}' -o "$got" "$1" > "$work/log"
    result=$? code=$(cat "$work/log") log=''
  else
    run wget -S -t 1 -T "$stall" $progress -o "$work/log" -O "$got" "$1"
    result=$? log=$(cat "$work/log") code=$(sed -n 's|^ *HTTP/[0-9.]* \([0-9]*\).*|\1|p' "$work/log")
    code=${code##*[!0-9]} # the last one, after redirections
  fi
  case $client:$result:${code:-000}:$log in
    curl:0:200:* | wget:0:200:*) return 0 ;;
    curl:0:* | wget:8:*) why="HTTP status $code" ;;
    curl:23:* | wget:3:*) cannot_write ;;
    curl:6:* | *'unable to resolve'*) unreachable "cannot find this host (is there a network?)" ;;
    curl:28:* | *'timed out'*) unreachable "timed out, nothing came for $stall seconds" ;;
    curl:35:* | curl:51:* | curl:60:* | wget:5:*) unreachable "cannot connect securely (TLS)" ;;
    curl:7:* | wget:?:000:*) unreachable "cannot connect" ;;
    curl:18:* | curl:56:* | wget:4:*) why="cut short on its way" ;;
    *) why="$client ended with status $result" ;;
  esac
  return 1
}

in_apt() { cd "$work/apt" && exec apt-get -qq -o APT::Sandbox::User=root -o Acquire::http::Timeout="$stall" "$@"; }
from_package() { # PACKAGE, unpacked into $work/package; nothing here needs root
  [ ! -d "$work/package" ] || return 0
  has apt-get && has dpkg-deb || return 1
  mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial" || cannot_write
  # A new machine has no package lists, and only root may refresh the system's: then some of our own.
  own='-o Dir::State::Lists=./lists -o Dir::Cache=./cache'
  {
    run in_apt download "$1" || { run in_apt $own update && run in_apt $own download "$1"; }
    dpkg-deb -x "$work/apt/$1"_*.deb "$work/package"
  } > /dev/null 2>&1 || ! unreachable "apt-get download $1 did not work here"
}

get() { # NAME, from $mirror, to $got
  got=$work/got.gz
  rm -f "$got"
  case $mirror in
    file:*) got=${mirror#file:}$1 && [ -f "$got" ] ;;
    apt:*)
      package=${mirror#apt:} && from_package "${package%%/*}" || return
      got=$work/package/${package#*/}$1 && [ -f "$got" ] || ! why="no such file in this package"
      ;;
    *) [ -n "$client" ] && download "$mirror$1" && : >> "$got" ;; # curl makes no file of an empty answer
  esac
}

from_mirrors() { # NAME ALGORITHM SUM: tries the mirrors in turn until what one gives is right: $new
  for mirror in $mirrors; do
    case " $dead " in *" $mirror "*) continue ;; esac
    why='' found='' new=$work/new
    if get "$1"; then
      if [ "$1" = "$archive" ]; then new=$got; else gzip -dc "$got" > "$new" 2> /dev/null; fi &&
        is_right "$new" "$2" "$3" && { say "  $1: fetched from $mirror"; return 0; }
      if gzip -t "$got" 2> /dev/null; then
        [ -n "$found" ] || cannot_write # nothing is wrong with it, and yet it could not be unpacked
        why="checksum differs: expected $2 $3, found $found"
      else
        kind="something else"
        ! grep -qi -e '<html' -e '<!doctype' "$got" || kind="an HTML page"
        why="not a gzip file: $kind of $(($(wc -c < "$got"))) bytes"
        case $(od -A n -t x1 -N 2 "$got" | tr -d ' \n') in 1f8b) why="cut short or corrupt" ;; esac
      fi
    fi
    [ -z "$why" ] || say "  $mirror$1: $why" >&2
  done
  return 1
}

new_file() { # the file $path of the set, to $new
  [ -n "$archive" ] || { from_mirrors "$path.gz" "$algorithm" "$sum"; return; }
  [ -d "$work/archive" ] || { # once, for all the files
    mkdir "$work/archive" || cannot_write
    if from_mirrors "$archive" "$archive_algorithm" "$archive_sum"; then
      gzip -dc "$new" | tar -xof - -C "$work/archive" 2> /dev/null || cannot_write
      archive_here=yes
    fi
  }
  new=$work/archive/$path
  [ -n "$archive_here" ] || return
  is_right "$new" "$algorithm" "$sum" && return
  say "  $path in $archive: expected $algorithm $sum, found ${found:-no such file}" >&2 && return 1
}

# --- The work ---------------------------------------------------------------------------------------------------

for old in "$folder"/.fetch-*; do # left by a run that was killed without notice; a run that goes on keeps its own
  [ "${old##*-}" != $$ ] && kill -0 "${old##*-}" 2> /dev/null || rm -rf "$old"
done

missing='' archive_here=''
while read -r name what algorithm sum bytes path <&3 || [ -n "$name" ]; do
  [ "$name $what" = "$data_set file" ] || continue
  file=${path##*/} target=$folder/${path##*/}
  [ ! -d "$target" ] || fail "$target: expected a file, found a folder; move it away"
  if [ ! -e "$target" ]; then
    say "$file: not here yet ($bytes bytes)"
  elif is_right "$target" "$algorithm" "$sum"; then
    say "$file: here, with the right checksum" && continue
  else
    say "$file: here but wrong (expected $algorithm $sum, found ${found:-nothing that can be read}); fetching it anew"
  fi
  prepare
  if new_file; then mv -f "$new" "$target" 2> /dev/null || cannot_write; else missing="$missing $file"; fi
done 3< "$table"

for mirror in $mirrors; do case $mirror in http*) break ;; esac; done
[ -z "$missing" ] || fail "$data_set is not complete: missing or wrong in $folder:$missing. By hand: download" \
  "${mirror:-}${archive:-NAME.gz}, unpack it, put these files into $folder and run this again to check them"
run_it="make run DATASET=$data_set"
[ "$folder" = "$here/$data_set" ] || run_it="build/bnlab compare --data $folder"
say "$data_set is complete in $folder; run: $run_it"
