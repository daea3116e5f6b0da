#!/bin/sh
# Installs what tests need besides npm's packages: nginx, redis-server, chromium. Fails when one cannot be had, so that
# no test has to be skipped. Needs apt, and root or sudo, only where something is missing.
set -eu

missing=""
command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ] || missing="$missing nginx"
command -v redis-server >/dev/null 2>&1 || missing="$missing redis-server"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"

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

for program in nginx redis-server chromium; do
  if ! command -v "$program" >/dev/null 2>&1 && [ ! -x "/usr/sbin/$program" ]; then
    echo "There is no $program after the installation." >&2
    exit 1
  fi
done
