import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, type JWTVerifyGetKey, jwtVerify } from 'jose'

export interface AssertionOptions {
  /** The proxy's keys, or where they are: `https://…/.well-known/iap/jwks.json`. */
  readonly jwks: JSONWebKeySet | URL
  /** The name of this service in the policy. */
  readonly audience: string
  /** `assertion.issuer` of the proxy's configuration; `iap` where left out. */
  readonly issuer?: string
  /** The present; by the machine's clock where left out. */
  readonly now?: Date
}

/** Who calls, by the proxy's word. */
export interface Assertion {
  /** `anonymous`, or an identity of the policy. */
  readonly identity: string
  readonly subject: string | null
  /** What the policy declares of the identity. */
  readonly claims: Readonly<Record<string, unknown>>
}

const remote = new Map<string, JWTVerifyGetKey>()

/**
 * What a service does with `x-iap-assertion`: a request without one that verifies did not come through the proxy. Rejects with an
 * error of jose whose `code` says why. Key sets at a URL are fetched once and again when a key is unknown.
 */
export async function verifyAssertion(jwt: string, options: AssertionOptions): Promise<Assertion> {
  const { payload } = await jwtVerify(jwt, keysOf(options.jwks), {
    algorithms: ['ES256'],
    typ: 'iap-assertion+jwt',
    issuer: options.issuer ?? 'iap',
    audience: options.audience,
    requiredClaims: ['exp', 'iat', 'identity'],
    maxTokenAge: 300,
    clockTolerance: 30,
    ...(options.now !== undefined && { currentDate: options.now }),
  })
  const { identity, sub, claims } = payload
  return { identity: String(identity), subject: sub ?? null, claims: (claims ?? {}) as Assertion['claims'] }
}

function keysOf(jwks: JSONWebKeySet | URL): JWTVerifyGetKey {
  if (!(jwks instanceof URL)) return createLocalJWKSet(jwks)
  const keys = remote.get(jwks.href) ?? createRemoteJWKSet(jwks, { cooldownDuration: 5_000 })
  remote.set(jwks.href, keys)
  return keys
}
