#!/bin/sh
# Call this from any CI: it fails where the policy has an error, a warning, a failing test or a rule that no test decides, and leaves policy.iapb.
# IAP_SIGNING_KEY is the path of the private key file (`iap keygen` makes one); unsigned where it is not set.
# The sequence must grow: a proxy never goes back to a lower one.
set -eu
cd "$(dirname "$0")/.."

iap check policies --max-warnings 0
iap test policies --coverage --min 90
iap build policies -o policy.iapb --sequence "${IAP_SEQUENCE:-0}" ${IAP_SIGNING_KEY:+--sign "$IAP_SIGNING_KEY"}
