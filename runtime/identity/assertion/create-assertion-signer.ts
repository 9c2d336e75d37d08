import type { Log } from '../../base/log.ts'
import type { CallerFacts } from '../../policy/index.ts'
import { asking } from '../../realm/realm-error.ts'
import type { Anonymous, Caller } from '../authentication.ts'
import { openKeyFile } from './key-file.ts'
import { signAssertion } from './sign-assertion.ts'
import { createSigningKeys, type PublicJwk, type SigningKeys } from './signing-keys.ts'

/** How the proxy asserts to services who the caller is. */
export interface AssertionConfig {
  readonly issuer: string
  /** Milliseconds from signing to `exp`; at most five minutes. */
  readonly lifetime: number
  /** The folder of the signing keys. `null`: keys stay in memory, so each start makes new ones. */
  readonly state: string | null
  /** Milliseconds for which one key signs before the next takes over. */
  readonly rotation: number
}

export interface AssertionSigner {
  /**
   * Returns the `x-iap-assertion` value for a service. Cached for a minute: a signature costs more than the rest of a request.
   */
  sign(authentication: Anonymous | Caller, service: string): string
  /** Returns the public key set (RFC 7517). Clients may cache it for up to five minutes. */
  jwks(): { readonly keys: readonly PublicJwk[] }
}

export interface AssertionDeps {
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly log: Log
  /** Signing keys to use instead of the configured ones, when several processes sign with the same keys. */
  readonly keys?: SigningKeys
}

interface Signed {
  readonly minute: number
  readonly jwt: string
}

/** Signs an ES256 JWT per service (`docs/assertion.md`). Rejects with `AssertionStateError` if the stored keys are unusable. */
export async function createAssertionSigner(config: AssertionConfig, deps: AssertionDeps): Promise<AssertionSigner> {
  const { issuer, lifetime } = config
  const { clock, keys = openSigningKeys(config, deps) } = deps
  // Keyed by the authentication itself, which holds all that an assertion says: when it goes, its assertions go too.
  const made = new WeakMap<Anonymous | Caller, Map<string, Signed>>()

  function sign(authentication: Anonymous | Caller, service: string): string {
    const now = clock()
    const minute = Math.floor(now / 60_000)
    const services = made.get(authentication) ?? new Map<string, Signed>()
    const known = services.get(service)
    if (known?.minute === minute) return known.jwt
    const jwt = make(authentication, service, now)
    services.set(service, { minute, jwt })
    made.set(authentication, services)
    return jwt
  }

  function make(authentication: Anonymous | Caller, service: string, now: number): string {
    const iat = Math.floor(now / 1000)
    const payload = {
      iss: issuer,
      aud: service,
      ...whom(authentication),
      claims: declaredClaims(authentication.facts),
      iat,
      nbf: iat,
      exp: iat + Math.floor(lifetime / 1000),
    }
    return signAssertion(payload, keys.current(now))
  }

  return { sign, jwks: () => ({ keys: keys.published(clock()) }) }
}

/** @throws AssertionStateError if the key file cannot be used */
function openSigningKeys({ lifetime, rotation, state }: AssertionConfig, { clock, log }: AssertionDeps): SigningKeys {
  return createSigningKeys({ rotation, lifetime, file: state === null ? null : openKeyFile(state), log }, clock())
}

/** Anonymous callers have no `sub`. `anonymous` is reserved by the language, so no identity can have that name. */
function whom(authentication: Anonymous | Caller): { readonly sub?: string; readonly identity: string } {
  if (authentication.kind === 'anonymous') return { identity: 'anonymous' }
  const { identity, subject } = authentication
  return subject === null ? { identity } : { sub: subject, identity }
}

/** Returns the claims that the identity declares, as serialized in the policy's realm. */
function declaredClaims({ program: { declaredClaims }, handle }: CallerFacts): Readonly<Record<string, unknown>> {
  const text: unknown = asking(() => declaredClaims(handle))
  return typeof text === 'string' ? (JSON.parse(text) as Readonly<Record<string, unknown>>) : {}
}
