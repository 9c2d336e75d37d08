import type { Log } from '../../base/log.ts'
import type { CallerFacts } from '../../policy/index.ts'
import { asking } from '../../realm/realm-error.ts'
import type { Anonymous, Caller } from '../authentication.ts'
import { openKeyFile } from './key-file.ts'
import { signAssertion } from './sign-assertion.ts'
import { createSigningKeys, type PublicJwk, type SigningKeys } from './signing-keys.ts'

/** Configuration of the assertion: a signed JWT in the `x-iap-assertion` header that tells services who the caller is. */
export interface AssertionConfig {
  readonly issuer: string
  /** Milliseconds from the signing of an assertion to its `exp`; at most five minutes. */
  readonly lifetime: number
  /** Folder of the signing keys, or `null` to keep the keys in memory. Keys in memory are lost when the process ends. */
  readonly state: string | null
  /** Milliseconds for which one key signs before the next takes over. */
  readonly rotation: number
}

export interface AssertionSigner {
  /**
   * Returns the value of the `x-iap-assertion` header for a service: a signed JWT about the caller. The value is cached for a
   * minute, as signing is expensive.
   */
  sign(authentication: Anonymous | Caller, service: string): string
  /** Returns the public key set (RFC 7517) with which services verify assertions. Clients may cache it for up to five minutes. */
  jwks(): { readonly keys: readonly PublicJwk[] }
}

export interface AssertionDeps {
  /** Returns the current time in milliseconds since 1970. */
  readonly clock: () => number
  readonly log: Log
  /** Signing keys to use instead of the configured ones, when several processes sign with the same keys. */
  readonly keys?: SigningKeys
}

interface Signed {
  readonly minute: number
  readonly jwt: string
}

/**
 * Creates a signer of assertions, which tells services by an ES256 JWT who the caller is (`docs/reference/assertion.md`).
 *
 * @throws AssertionStateError if the stored keys are unusable
 */
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

/**
 * Returns the claims of an assertion that name the caller. Anonymous callers have no `sub`. The policy language reserves the
 * name `anonymous`, so no identity can have it.
 */
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
