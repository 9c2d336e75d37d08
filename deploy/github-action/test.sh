#!/bin/sh
# Runs the tests of the policies. Writes test.junit.xml, coverage.lcov and coverage.html.
#
#   IAP_MIN_COVERAGE   the least coverage that passes, in percent (default: 0)
. "$(dirname "$0")/environment.sh"

with_policies "$IAP" test ${format:+"$format"} --coverage --min "${IAP_MIN_COVERAGE:-0}" \
  --output "junit=$IAP_REPORTS/test.junit.xml" \
  --lcov "$IAP_REPORTS/coverage.lcov" --html "$IAP_REPORTS/coverage.html" --
