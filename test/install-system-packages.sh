#!/bin/sh
# Installs what tests need besides npm's packages: nginx, redis-server, chromium, and small tools. Fails when one cannot be
# had, so that no test has to be skipped. Needs apt, and root or sudo, only where something is missing.
set -eu

# program:package
needed="nginx:nginx redis-server:redis-server redis-cli:redis-tools chromium:chromium ip:iproute2 pg_isready:postgresql-client
  openssl:openssl wget:wget"

has() {
  command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ]
}

missing=""
for pair in $needed; do
  has "${pair%%:*}" || missing="$missing ${pair#*:}"
done

if [ -n "$missing" ]; then
  command -v apt-get >/dev/null 2>&1 || {
    echo "Missing:$missing. This machine has no apt-get: install them by hand." >&2
    exit 1
  }
  as_root=""
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || {
      echo "Missing:$missing. Run this script as root." >&2
      exit 1
    }
    as_root="sudo"
  fi
  echo "Installing$missing ..."
  $as_root apt-get update -qq
  # The packages start services of their own; tests start what they need themselves.
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
fi

for pair in $needed; do
  if ! has "${pair%%:*}"; then
    echo "There is no ${pair%%:*} after the installation." >&2
    exit 1
  fi
done
