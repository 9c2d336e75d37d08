/**
 * Reserved headers that Envoy is told to remove from each request, in lower case: also if the check does not have them, because
 * `allowed_headers` and `disallowed_headers` of Envoy keep headers of clients from checks, but not from the service. Patterns
 * such as `x-webauth-*` are here with the names that services read.
 */
export const ALWAYS_REMOVED: readonly string[] = [
  // Of this proxy, as services that follow CGI may read them.
  ...spellings('x-iap-assertion', 'x-iap-request-id', 'x-iap-user', 'x-iap-refusal', 'x-iap-remove'),
  // The client's address, and the request that the client sent.
  ...['forwarded', 'x-forwarded', 'x-real-ip', 'x-client-ip', 'x-cluster-client-ip', 'true-client-ip', 'cf-connecting-ip'],
  ...['cf-connecting-ipv6', 'fastly-client-ip', 'fly-client-ip', 'x-azure-clientip', 'x-azure-socketip', 'x-appengine-user-ip'],
  ...['x-remote-ip', 'x-remote-addr', 'x-envoy-external-address', 'x-envoy-internal', 'x-envoy-original-path'],
  ...['x-envoy-original-host', 'x-envoy-peer-metadata', 'x-envoy-peer-metadata-id'],
  ...['host', 'method', 'port', 'prefix', 'scheme', 'server', 'ssl', 'uri', 'user', 'email'].map((name) => `x-forwarded-${name}`),
  ...['groups', 'preferred-username', 'access-token', 'client-cert-chain', 'tls-client-cert'].map(
    (name) => `x-forwarded-${name}`,
  ),
  ...['url', 'uri', 'host', 'method'].map((name) => `x-original-${name}`),
  ...['x-rewrite-url', 'x-http-method', 'x-http-method-override', 'x-method-override'],
  // The client's certificate.
  ...[
    'client-cert',
    'client-cert-chain',
    'x-client-cert',
    'x-ssl-cert',
    'x-ssl-client-cert',
    'ssl-client-cert',
    'x-arr-clientcert',
  ],
  ...['x-ssl-client-verify', 'x-ssl-client-dn', 'x-ssl-client-s-dn', 'x-ssl-client-cn', 'ssl-client-verify', 'ssl-client-s-dn'],
  ...['x-client-dn', 'x-client-cn', 'x-client-verify', 'x-amzn-mtls-clientcert', 'x-amzn-mtls-clientcert-leaf'],
  // The caller, as proxies of other vendors name it.
  ...['user', 'email', 'groups', 'preferred-username', 'access-token', 'redirect'].map((name) => `x-auth-request-${name}`),
  ...['user', 'username', 'userid', 'email', 'group', 'groups', 'role', 'roles', 'subject', 'name'].map(
    (name) => `x-auth-${name}`,
  ),
  ...['user', 'userid', 'groups', 'scope'].map((name) => `x-authenticated-${name}`),
  ...['id', 'custom-id', 'username', 'groups'].map((name) => `x-consumer-${name}`),
  ...['x-credential-identifier', 'x-credential-username', 'x-anonymous-consumer'],
  ...['user', 'group', 'groups', 'name', 'email', 'uid'].flatMap((name) => spellings(`remote-${name}`, `x-remote-${name}`)),
  ...['user', 'email', 'name', 'role', 'groups', 'fullname'].map((name) => `x-webauth-${name}`),
  ...['username', 'email', 'name', 'uid', 'groups', 'entitlements', 'jwt'].map((name) => `x-authentik-${name}`),
  ...['x-goog-authenticated-user-email', 'x-goog-authenticated-user-id', 'x-goog-iap-jwt-assertion'],
  ...['x-amzn-oidc-data', 'x-amzn-oidc-identity', 'x-amzn-oidc-accesstoken', 'x-amzn-request-context'],
  ...['cf-access-jwt-assertion', 'cf-access-authenticated-user-email', 'teleport-jwt-assertion'],
  ...['x-pomerium-jwt-assertion', 'x-pomerium-claim-email', 'x-pomerium-claim-user', 'x-pomerium-claim-groups'],
  ...['x-vouch-user', 'x-vouch-idp-claims-email', 'x-vouch-idp-idtoken', 'x-vouch-idp-accesstoken'],
  ...['tailscale-user-login', 'tailscale-user-name', 'tailscale-user-profile-pic'],
  ...['x-ms-client-principal', 'x-ms-client-principal-id', 'x-ms-client-principal-name', 'x-ms-client-principal-idp'],
  ...spellings('oidc-claim-sub', 'oidc-claim-email', 'oidc-claim-preferred-username', 'oidc-claim-groups', 'oidc-access-token'),
  ...['sm-user', 'sm-userdn', 'sm-universalid', 'iv-user', 'iv-groups', 'iv-creds', 'oam-remote-user', 'auth-user', 'auth-type'],
  ...['x-token-user-email', 'x-token-user-name', 'x-token-subject', 'x-userinfo', 'x-id-token', 'x-jwt-assertion'],
]

/** Returns the names, each with hyphens, with underscores, and with both. */
export function spellings(...names: readonly string[]): readonly string[] {
  return [...new Set(names.flatMap((name) => [name, name.replaceAll('-', '_'), name.replace('-', '_'), lastUnderscored(name)]))]
}

function lastUnderscored(name: string): string {
  return name.replace(/-([^-]*)$/, '_$1')
}
