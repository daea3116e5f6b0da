#!/bin/sh
# Installs Locust (PyPI, into a virtual environment) and JMeter (Maven) below a cache folder and prints that folder. Does
# nothing where both are there already; fails when one cannot be had. Python, Java and Maven themselves come by apt-get.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=${LOAD_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/edgemost/load}
stamp=$(cat "$here/requirements.txt" "$here/pom.xml" "$here/install.sh" | cksum | tr ' ' -)
if [ -e "$cache/$stamp" ]; then
  echo "$cache"
  exit 0
fi

missing=""
command -v java >/dev/null || missing="$missing default-jre-headless"
command -v mvn >/dev/null || missing="$missing maven"
python3 -c "import ensurepip, venv" 2>/dev/null || missing="$missing python3-venv"
if [ -n "$missing" ]; then
  as_root=""
  [ "$(id -u)" -eq 0 ] || as_root="sudo"
  $as_root apt-get update -qq >&2
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2
fi

rm -rf "$cache"
mkdir -p "$cache/jmeter/lib/junit"
{
  python3 -m venv "$cache/locust"
  "$cache/locust/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
} >&2 &
locust=$!
cp "$here/pom.xml" "$cache/jmeter/"
mvn -q -B -f "$cache/jmeter/pom.xml" dependency:copy-dependencies -DoutputDirectory=lib >&2
# Laid out as JMeter's own distribution is, which its starter expects.
python3 -c 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])' \
  "$cache"/jmeter/lib/ApacheJMeter_config-*.jar "$cache/jmeter"
mkdir -p "$cache/jmeter/lib/ext"
mv "$cache"/jmeter/lib/ApacheJMeter_*.jar "$cache/jmeter/lib/ext/"
mv "$cache"/jmeter/lib/ApacheJMeter-*.jar "$cache/jmeter/bin/ApacheJMeter.jar"
wait "$locust"
: >"$cache/$stamp"
echo "$cache"
