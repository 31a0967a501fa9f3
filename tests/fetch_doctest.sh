#!/bin/sh
# Provides doctest/doctest.h in the folder that is named: from DOCTEST=path, from the system, from Debian's package
# (without root and without installing it), or from its authors, with a checksum.
set -u
folder=$1
header=$folder/doctest/doctest.h
work=$folder/fetch
rm -rf "$work"
mkdir -p "$folder/doctest" "$work" || exit 1

# Upstream release 2.4.11.
url=https://raw.githubusercontent.com/doctest/doctest/v2.4.11/doctest/doctest.h
sha256=44faa038e9c3f9728efbda143748d01124ea0a27f4bf78f35a15d8fab2e039fb

finish() {  # the header's file, where it came from
  cp "$1" "$header.part" && mv "$header.part" "$header" && rm -rf "$work" && echo "  doctest: $2" && exit 0
  exit 1
}

if [ -n "${DOCTEST:-}" ]; then
  for candidate in "$DOCTEST" "$DOCTEST/doctest.h" "$DOCTEST/doctest/doctest.h"; do
    [ -f "$candidate" ] && finish "$candidate" "$candidate"
  done
  echo "DOCTEST=$DOCTEST: expected doctest.h or the folder it is in" >&2
  exit 1
fi

echo '#include <doctest/doctest.h>' > "$work/system.cpp"
system=$("${CXX:-c++}" -std=c++20 -M "$work/system.cpp" 2> /dev/null | tr ' \\' '\n\n' | grep 'doctest/doctest\.h$')
[ -f "$system" ] && finish "$system" "$system"

if command -v apt-get > /dev/null && command -v dpkg-deb > /dev/null; then
  here=$(cd "$work" && pwd)
  user=
  [ "$(id -u)" = 0 ] && user='-o APT::Sandbox::User=root'
  # A fresh machine has no package lists, and only root may refresh the system's: then use lists of our own.
  own="-o Dir::State::Lists=$here/lists -o Dir::Cache=$here/cache"
  (cd "$work" && apt-get $user -qq download doctest-dev) > "$work/log" 2>&1 || {
    echo "  doctest: refreshing package lists under $folder"
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
    (cd "$work" && apt-get $user $own -qq update && apt-get $user $own -qq download doctest-dev) > "$work/log" 2>&1
  }
  for package in "$work"/doctest-dev*.deb; do
    [ -f "$package" ] && dpkg-deb -x "$package" "$work/package" &&
      finish "$work/package/usr/include/doctest/doctest.h" "Debian's package $(basename "$package")"
  done
fi

if command -v curl > /dev/null; then
  curl -fsSL --connect-timeout 20 "$url" -o "$work/doctest.h" 2> "$work/log"
elif command -v wget > /dev/null; then
  wget -q -T 20 "$url" -O "$work/doctest.h" 2> "$work/log"
fi
if [ -s "$work/doctest.h" ]; then
  found=$({ sha256sum "$work/doctest.h" || shasum -a 256 "$work/doctest.h" || openssl dgst -sha256 -r "$work/doctest.h"; } 2> /dev/null | cut -d ' ' -f 1)
  [ "$found" = "$sha256" ] && finish "$work/doctest.h" "$url"
  echo "$url: expected the SHA-256 $sha256, found '$found'" >&2
fi

cat >&2 <<TEXT
The tests need doctest (one header), which is not on this machine and could not be fetched. Any of these will do:
  - install it: apt install doctest-dev, brew install doctest, dnf install doctest-devel
  - download $url
    and run: make test DOCTEST=path/to/doctest.h
TEXT
exit 1
