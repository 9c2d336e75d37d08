#!/bin/sh
# Finds `iap`, or installs it.
#
#   IAP_PACKAGE   what npm installs: a version such as iap-proxy@1.2.3, or a file. Without it, `iap` must be on PATH, or a
#                 dependency in package-lock.json
#   IAP_PREFIX    folder for the package (default: a folder of this run alone)
. "$(dirname "$0")/environment.sh"

if [ -n "${IAP_PACKAGE:-}" ]; then
  case $IAP_PACKAGE in -*)
    note "IAP_PACKAGE must be a package, got $IAP_PACKAGE"
    exit 2
    ;;
  esac
  # Not below a shared /tmp, where other users of the machine could put programs first.
  prefix=${IAP_PREFIX:-${RUNNER_TEMP:-$(mktemp -d)}/iap-package}
  npm install --no-audit --no-fund --ignore-scripts --global --prefix "$prefix" -- "$IAP_PACKAGE"
  bin=$prefix/bin
elif [ -f package-lock.json ] && grep -q '"node_modules/iap-proxy"' package-lock.json; then
  npm ci --no-audit --no-fund --ignore-scripts
  bin=$PWD/node_modules/.bin
elif command -v "$IAP" >/dev/null; then
  bin=
else
  note 'iap was not found: set IAP_PACKAGE to the package, or add iap-proxy to package.json'
  exit 2
fi
# The steps that follow find it there.
if [ -n "$bin" ]; then
  PATH=$bin:$PATH
  [ -z "${GITHUB_PATH:-}" ] || printf '%s\n' "$bin" >>"$GITHUB_PATH"
fi
command -v "$IAP"
