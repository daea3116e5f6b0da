#!/bin/sh
# Runs the everyday mix by one tool: sh bench/load/run.sh locust|jmeter|k6 [options of the tool]. Parameters by environment:
#   URL       the server (the one that was prepared)
#   USERS     virtual users at once (10)
#   DURATION  seconds (30)
#   AUTH      login: each logs in by password first; otherwise its prepared token is used
#   PREPARED  what setup.ts wrote (data/load.json)
# The exit code is not 0 when a request failed. JMeter writes its samples to RESULTS (data/load.jtl).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tool=${1:-}
[ $# -gt 0 ] && shift
PREPARED=$(realpath "${PREPARED:-$here/../../data/load.json}")
export PREPARED USERS="${USERS:-10}" DURATION="${DURATION:-30}" MIX="$here/mix.json"

case $tool in
locust)
  tools=$(sh "$here/tools/install.sh")
  exec "$tools/locust/bin/locust" -f "$here/locustfile.py" --headless "$@"
  ;;
jmeter)
  tools=$(sh "$here/tools/install.sh")
  results=${RESULTS:-$here/../../data/load.jtl}
  rm -f "$results"
  java -Xmx512m -jar "$tools/jmeter/bin/ApacheJMeter.jar" -n -t "$here/plan.jmx" -l "$results" -j "$results.log" \
    -Jjmeter.save.saveservice.response_message=false -Jjmeter.save.saveservice.assertion_results_failure_message=false \
    -Jsummariser.interval=10 "$@"
  if grep -q ',false,' "$results"; then
    grep -m 3 ',false,' "$results" >&2
    grep -m 3 -A 3 ' ERROR ' "$results.log" >&2
    exit 1
  fi
  ;;
k6)
  exec k6 run "$@" "$here/k6.js"
  ;;
*)
  sed -n '2,8s/^# //p' "$0" >&2
  exit 1
  ;;
esac
