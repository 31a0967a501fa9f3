#!/usr/bin/env bash
# Run once, when the course platform builds its image.
set -e
apt-get -qq update
apt-get -qq install -y --no-install-recommends g++ make util-linux coreutils
