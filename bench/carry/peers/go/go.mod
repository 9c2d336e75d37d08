module iap.dev/bench/carry

go 1.24

require github.com/coreos/go-oidc/v3 v3.17.0
