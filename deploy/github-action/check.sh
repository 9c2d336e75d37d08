#!/bin/sh
# Checks the policies. Writes check.sarif and check.gitlab.json.
#
#   IAP_MAX_WARNINGS   how many warnings pass (default: 0)
. "$(dirname "$0")/environment.sh"

with_policies "$IAP" check ${format:+"$format"} --max-warnings "${IAP_MAX_WARNINGS:-0}" \
  --output "sarif=$IAP_REPORTS/check.sarif" --output "gitlab=$IAP_REPORTS/check.gitlab.json" --
