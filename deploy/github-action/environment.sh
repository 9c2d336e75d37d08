# shellcheck shell=sh
# Settings of all steps, read by each of them. Every setting is an environment variable: no text of a pull request, and no name
# of a file or branch, becomes part of a command.
#
#   IAP_POLICIES   paths of policies, one a line (default: policies)
#   IAP_REPORTS    folder for the reports (default: iap-reports)
#   IAP            the command (default: iap)
set -eu

IAP=${IAP:-iap}
IAP_REPORTS=${IAP_REPORTS:-iap-reports}
mkdir -p -- "$IAP_REPORTS"

# What people see in the log: annotations on GitHub, text elsewhere.
format=
# shellcheck disable=SC2034 # The steps use it.
[ "${GITHUB_ACTIONS:-}" != true ] || format=--format=github

# Runs a command with the lines of IAP_POLICIES as its last arguments.
with_policies() {
  old_ifs=$IFS
  set -f
  IFS='
'
  for policy in ${IAP_POLICIES:-policies}; do set -- "$@" "$policy"; done
  IFS=$old_ifs
  set +f
  "$@"
}

# Runs a command whose output is text of the policy: on GitHub, no line of it is a workflow command.
as_text() {
  [ "${GITHUB_ACTIONS:-}" = true ] || {
    "$@"
    return
  }
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '::stop-commands::%s\n' "$token"
  code=0
  "$@" || code=$?
  printf '::%s::\n' "$token"
  return "$code"
}

# Writes a line to the log of the run.
note() { printf '%s\n' "$*" >&2; }
