#!/bin/sh
# Compares the policies with those of the base branch, writes difference.md and difference.json, and comments on the pull or
# merge request. Exit code 1: the change permits more, as the first policies do, or may do so, or a version has errors.
#
#   IAP_BASE          revision to compare with (default: the base branch of the pull or merge request)
#   IAP_ALLOW_MORE    true: a change that permits more passes
#   IAP_COMMENT       false: no comment
# See comment.mjs for the settings of the comment.
. "$(dirname "$0")/environment.sh"

base=${IAP_BASE:-}
if [ -z "$base" ] && [ -n "${GITHUB_BASE_REF:-}" ]; then base=origin/$GITHUB_BASE_REF; fi
if [ -z "$base" ]; then base=${CI_MERGE_REQUEST_DIFF_BASE_SHA:-}; fi
if [ -z "$base" ]; then
  note 'diff: there is no pull or merge request, so there is nothing to compare with; set IAP_BASE to a revision'
  exit 0
fi
# Several paths cannot be compared: the folder that holds them can.
if [ "$(printf '%s\n' "${IAP_POLICIES:-policies}" | grep -c .)" -ne 1 ]; then
  note 'diff: IAP_POLICIES must be one path; run this step once for each'
  exit 2
fi

markdown=$IAP_REPORTS/difference.md
json=$IAP_REPORTS/difference.json
rm -f -- "$markdown" "$json"
gate=--forbid-more-permissive
[ "${IAP_ALLOW_MORE:-}" != true ] || gate=
code=0
# The first policies of a repository: there is no version that `iap diff` could read.
if merge_base=$(git merge-base -- "$base" HEAD) && ! git ls-tree -r --name-only "$merge_base" -- "${IAP_POLICIES:-policies}" | grep -q '\.iap$'; then
  note "diff: $base has no policies, so that all that these permit is new"
  printf '### Policy change\n\n%s\n' 'The base branch has no policies: all that these permit is new.' >"$markdown"
  [ -z "$gate" ] || code=1
else
  with_policies "$IAP" diff ${gate:+"$gate"} ${format:+"$format"} --output "markdown=$markdown" --output "json=$json" -- "$base...HEAD" || code=$?
fi
# Without a comparison, the comment says so in place of an older one.
if [ ! -s "$markdown" ]; then
  printf '### Policy change\n\nThe policies could not be compared: %s.\n' \
    'one of the versions has errors, or its history is missing, as the log of this run says' >"$markdown"
fi
[ "$code" -eq 0 ] || printf '\n%s\n' '**The gate is red:** the change permits more, or may do so, or it was not compared.' >>"$markdown"
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat -- "$markdown" >>"$GITHUB_STEP_SUMMARY"
if [ "${IAP_COMMENT:-}" != false ]; then
  # Whether the change passes is not a question of whether the host takes a comment.
  node "$(dirname "$0")/comment.mjs" "$markdown" "$json" || note 'diff: the comment was not written'
fi
exit "$code"
