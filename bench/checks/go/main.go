// Envoy's external authorization with OPA as a library: a verified token is kept, Rego decides by the caller's groups and the
// request's path, an assertion for the service is signed once a minute, and each decision is a line of a file.
package main

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"log"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	types "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"github.com/golang-jwt/jwt/v5"
	"github.com/open-policy-agent/opa/v1/rego"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

const policy = `package app

default allow := false

allow if {
	input.method == "GET"
	regex.match("^/[^/]+$", input.path)
	"staff" in input.groups
}
`

type known struct {
	subject   string
	groups    []any
	until     time.Time
	minute    int64
	assertion string
}

type server struct {
	auth.UnimplementedAuthorizationServer
	key      any
	issuer   string
	audience string
	query    rego.PreparedEvalQuery
	signing  *ecdsa.PrivateKey

	lock    sync.Mutex
	callers map[[32]byte]*known

	recordLock sync.Mutex
	records    *bufio.Writer
}

func (s *server) Check(ctx context.Context, request *auth.CheckRequest) (*auth.CheckResponse, error) {
	http := request.GetAttributes().GetRequest().GetHttp()
	bearer, found := strings.CutPrefix(http.GetHeaders()["authorization"], "Bearer ")
	if !found {
		return s.refuse(http, "", types.StatusCode_Unauthorized), nil
	}
	caller, err := s.callerOf(bearer)
	if err != nil {
		return s.refuse(http, "", types.StatusCode_Unauthorized), nil
	}
	path, _, _ := strings.Cut(http.GetPath(), "?")
	input := map[string]any{"method": http.GetMethod(), "path": path, "groups": caller.groups}
	results, err := s.query.Eval(ctx, rego.EvalInput(input))
	if err != nil || !results.Allowed() {
		return s.refuse(http, caller.subject, types.StatusCode_Forbidden), nil
	}
	assertion, err := s.assertionOf(caller)
	if err != nil {
		return nil, err
	}
	s.record(http, caller.subject, 200)
	header := func(key, value string) *core.HeaderValueOption {
		action := core.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD
		return &core.HeaderValueOption{Header: &core.HeaderValue{Key: key, Value: value}, AppendAction: action}
	}
	ok := &auth.OkHttpResponse{
		Headers:         []*core.HeaderValueOption{header("x-user", caller.subject), header("x-assertion", assertion)},
		HeadersToRemove: []string{"authorization"},
	}
	return &auth.CheckResponse{
		Status:       &status.Status{Code: int32(codes.OK)},
		HttpResponse: &auth.CheckResponse_OkResponse{OkResponse: ok},
	}, nil
}

func (s *server) callerOf(bearer string) (*known, error) {
	digest := sha256.Sum256([]byte(bearer))
	s.lock.Lock()
	caller := s.callers[digest]
	s.lock.Unlock()
	if caller != nil && time.Now().Before(caller.until) {
		return caller, nil
	}
	claims := jwt.MapClaims{}
	keyOf := func(*jwt.Token) (any, error) { return s.key, nil }
	options := []jwt.ParserOption{jwt.WithIssuer(s.issuer), jwt.WithAudience(s.audience), jwt.WithValidMethods([]string{"RS256"})}
	if _, err := jwt.ParseWithClaims(bearer, claims, keyOf, options...); err != nil {
		return nil, err
	}
	subject, _ := claims.GetSubject()
	until, err := claims.GetExpirationTime()
	if err != nil || until == nil {
		return nil, jwt.ErrTokenInvalidClaims
	}
	groups, _ := claims["groups"].([]any)
	caller = &known{subject: subject, groups: groups, until: until.Time}
	s.lock.Lock()
	s.callers[digest] = caller
	s.lock.Unlock()
	return caller, nil
}

func (s *server) assertionOf(caller *known) (string, error) {
	now := time.Now()
	minute := now.Unix() / 60
	s.lock.Lock()
	defer s.lock.Unlock()
	if caller.minute == minute {
		return caller.assertion, nil
	}
	claims := jwt.MapClaims{
		"sub": caller.subject, "aud": "app", "groups": caller.groups, "iat": now.Unix(), "exp": now.Add(2 * time.Minute).Unix(),
	}
	assertion, err := jwt.NewWithClaims(jwt.SigningMethodES256, claims).SignedString(s.signing)
	if err == nil {
		caller.minute, caller.assertion = minute, assertion
	}
	return assertion, err
}

func (s *server) refuse(http *auth.AttributeContext_HttpRequest, subject string, code types.StatusCode) *auth.CheckResponse {
	s.record(http, subject, int(code))
	denied := &auth.DeniedHttpResponse{Status: &types.HttpStatus{Code: code}}
	return &auth.CheckResponse{
		Status:       &status.Status{Code: int32(codes.PermissionDenied)},
		HttpResponse: &auth.CheckResponse_DeniedResponse{DeniedResponse: denied},
	}
}

func (s *server) record(http *auth.AttributeContext_HttpRequest, subject string, code int) {
	line, _ := json.Marshal(map[string]any{
		"time": time.Now().UTC().Format(time.RFC3339Nano), "id": http.GetId(), "subject": subject,
		"method": http.GetMethod(), "path": http.GetPath(), "host": http.GetHost(), "status": code,
	})
	s.recordLock.Lock()
	s.records.Write(line)
	s.records.WriteByte('\n')
	s.recordLock.Unlock()
}

func main() {
	address, issuer, audience, keyFile, recordFile := os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5]
	pem, err := os.ReadFile(keyFile)
	if err != nil {
		log.Fatal(err)
	}
	key, err := jwt.ParseRSAPublicKeyFromPEM(pem)
	if err != nil {
		log.Fatal(err)
	}
	query, err := rego.New(rego.Query("data.app.allow"), rego.Module("app.rego", policy)).PrepareForEval(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	signing, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		log.Fatal(err)
	}
	file, err := os.Create(recordFile)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	own := &server{
		key: key, issuer: issuer, audience: audience, query: query, signing: signing,
		callers: map[[32]byte]*known{}, records: bufio.NewWriterSize(file, 1<<16),
	}
	checks := grpc.NewServer()
	auth.RegisterAuthorizationServer(checks, own)
	log.Fatal(checks.Serve(listener))
}
