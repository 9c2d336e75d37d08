module iap.dev/bench/checks

go 1.24

require (
	github.com/envoyproxy/go-control-plane/envoy v1.36.0
	github.com/golang-jwt/jwt/v5 v5.3.0
	github.com/open-policy-agent/opa v1.10.0
	google.golang.org/grpc v1.76.0
)
