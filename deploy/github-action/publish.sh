#!/bin/sh
# Builds and signs the policies, and pushes the bundle with an attestation.
#
#   IAP_REFERENCE            where the bundle goes: oci://HOST/REPOSITORY:TAG
#   IAP_SIGNING_KEY          the private key of bundles, a JWK or PEM
#   IAP_ATTESTATION_KEY      the private key of attestations (default: IAP_SIGNING_KEY)
#   IAP_REGISTRY_USERNAME, IAP_REGISTRY_PASSWORD   who pushes
#   IAP_SEQUENCE             the sequence of the bundle (default: the number of this run, which grows)
#   IAP_EXPIRES              until when proxies accept it, such as 90d (default: for ever)
. "$(dirname "$0")/environment.sh"

missing() {
  note "publish: $1 is not set"
  exit 2
}
[ -n "${IAP_REFERENCE:-}" ] || missing IAP_REFERENCE
[ -n "${IAP_SIGNING_KEY:-}" ] || missing IAP_SIGNING_KEY
sequence=${IAP_SEQUENCE:-${GITHUB_RUN_NUMBER:-${CI_PIPELINE_IID:-}}}
[ -n "$sequence" ] || missing 'IAP_SEQUENCE, a number that grows with each release,'
export IAP_ATTESTATION_KEY="${IAP_ATTESTATION_KEY:-$IAP_SIGNING_KEY}"

# The origin that the attestation names.
if [ -n "${GITHUB_WORKFLOW_REF:-}" ]; then
  builder=$GITHUB_SERVER_URL/$GITHUB_WORKFLOW_REF
  run=$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID/attempts/${GITHUB_RUN_ATTEMPT:-1}
  source=git+$GITHUB_SERVER_URL/$GITHUB_REPOSITORY commit=$GITHUB_SHA
elif [ -n "${CI_PIPELINE_URL:-}" ]; then
  builder=$CI_SERVER_URL run=${CI_JOB_URL:-$CI_PIPELINE_URL}
  source=git+$CI_PROJECT_URL commit=$CI_COMMIT_SHA
else
  builder=urn:iap-proxy:builder:local run=
  commit=$(git rev-parse --verify HEAD) source=$(git config --get remote.origin.url || true)
  # A remote may hold a password, or be a path.
  case $source in https://*@* | http://*@*) source= ;; https://* | http://*) source=git+$source ;; *) source= ;; esac
  [ -n "$source" ] || commit=
fi

bundle=$IAP_REPORTS/policy.iapb
set -- build -o "$bundle" --sign-env IAP_SIGNING_KEY --sequence "$sequence"
[ -z "${IAP_EXPIRES:-}" ] || set -- "$@" --expires "$IAP_EXPIRES"
as_text with_policies "$IAP" "$@" --

set -- push --attest-env IAP_ATTESTATION_KEY --builder "$builder"
[ -z "$run" ] || set -- "$@" --run "$run"
[ -z "$source" ] || set -- "$@" --source "$source" --commit "$commit"
[ -z "${IAP_REGISTRY_USERNAME:-}" ] ||
  set -- "$@" --username "$IAP_REGISTRY_USERNAME" --password-env IAP_REGISTRY_PASSWORD
digest=$("$IAP" "$@" -- "$bundle" "$IAP_REFERENCE")
printf '%s\n' "$digest"
[ -z "${GITHUB_OUTPUT:-}" ] || printf 'reference=%s\n' "$digest" >>"$GITHUB_OUTPUT"
