// A reverse proxy as the standard library has it, alone or behind a check of the bearer by go-oidc: what oauth2-proxy and Oathkeeper are made of.
package main

import (
	"context"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

func main() {
	mode, address, service, issuer, audience := os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5]
	target, err := url.Parse(service)
	if err != nil {
		log.Fatal(err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns = 1024
	transport.MaxIdleConnsPerHost = 1024
	var handler http.Handler = &httputil.ReverseProxy{
		Rewrite: func(request *httputil.ProxyRequest) {
			request.SetURL(target)
			request.Out.Host = request.In.Host
			request.SetXForwarded()
		},
		Transport: transport,
	}
	if mode == "oidc" {
		handler = checked(handler, issuer, audience)
	}
	server := &http.Server{Addr: address, Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.ListenAndServe())
}

func checked(next http.Handler, issuer, audience string) http.Handler {
	provider, err := oidc.NewProvider(context.Background(), issuer)
	if err != nil {
		log.Fatal(err)
	}
	verifier := provider.Verifier(&oidc.Config{ClientID: audience})
	return http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		bearer, found := strings.CutPrefix(request.Header.Get("Authorization"), "Bearer ")
		if !found {
			http.Error(answer, "unauthorized", http.StatusUnauthorized)
			return
		}
		token, err := verifier.Verify(request.Context(), bearer)
		if err != nil {
			http.Error(answer, "unauthorized", http.StatusUnauthorized)
			return
		}
		request.Header.Del("Authorization")
		request.Header.Set("X-User", token.Subject)
		next.ServeHTTP(answer, request)
	})
}
