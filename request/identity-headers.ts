import { foldHeaderName } from './own-header.ts'

/**
 * Headers in which other identity-aware proxies name the caller. Services behind such a proxy trust them, so clients must not be
 * able to send them. Names are folded; one pattern covers one product:
 */
const patterns = [
  // oauth2-proxy, Louketo. Not `X-Auth-Token`, with which clients authenticate themselves (OpenStack).
  'x-auth-(?:request-.*|user.*|email|groups?|roles?|subject|name|preferred-username|audience)',
  // Kong; Apache's and nginx's recipes.
  'x-authenticated-.*|x-consumer-(?:id|custom-id|username|groups)|x-credential-(?:identifier|username)|x-anonymous-consumer',
  // Authelia; CGI's REMOTE_USER; Kubernetes' request header authentication.
  '(?:x-)?remote-(?:user|groups?|name|email|uid|roles?|extra-.*|ident)|auth-user|auth-type',
  // Grafana, Gitea.
  'x-webauth-.*',
  'x-authentik-.*',
  // Google's Identity-Aware Proxy, App Engine.
  'x-goog-(?:authenticated|iap)-.*|x-appengine-user-.*',
  // Application Load Balancer, Lambda.
  'x-amzn-oidc-.*|x-amzn-request-context',
  // Cloudflare Access. Not `CF-Access-Client-Id` and `-Secret`, with which clients authenticate themselves.
  'cf-access-(?!client-).*',
  'x-pomerium-.*',
  'x-vouch-.*',
  'tailscale-.*',
  'teleport-jwt-assertion',
  // Azure App Service.
  'x-ms-(?:client-principal|token)(?:-.*)?',
  // mod_auth_openidc, mod_auth_mellon, Shibboleth.
  'oidc-(?:claim|access-token|id-token|refresh-token|userinfo|session)(?:-.*)?|mellon-.*|shib-.*',
  // SiteMinder, IBM Security Verify Access, Oracle Access Manager.
  'sm-(?:user.*|universalid|authtype|serversession.*)',
  'iv-(?:user|user-l|groups|creds|remote-address)|oam-(?:remote-user.*|identity-.*)',
  // Caddy Security, APISIX, WSO2.
  'x-token-(?:user|subject)(?:-.*)?|x-userinfo|x-id-token|x-jwt-assertion',
  // Subjects of client certificates: nginx, Apache, HAProxy, Traefik.
  '(?:x-)?(?:ssl|tls)-client(?:-.*)?|x-ssl-(?:issuer|subject|verify|verified|user|dn|cn|serial)(?:-.*)?',
  '(?:x-)?client-(?:s-dn|i-dn|dn|cn|subject|issuer|verify|verified|serial|san|fingerprint)(?:-.*)?',
]

// Nearly every name fails this test, without an allocation.
const mayBeIdentity = new RegExp(
  'auth|user|remote|consumer|credential|iap|pomerium|vouch|tailscale|teleport|amzn|cf.access|ms.|oidc|mellon|shib|sm.|iv.|oam' +
    '|token|ssl|tls|client|jwt',
)
const identity = new RegExp(`^-?(?:${patterns.join('|')})-?$`)

/**
 * Returns whether a header is one in which identity-aware proxies of other vendors send the caller's identity. Other spellings
 * that services read as the same name count too.
 */
export function isIdentityHeader(name: string): boolean {
  return mayBeIdentity.test(name) && identity.test(foldHeaderName(name))
}
