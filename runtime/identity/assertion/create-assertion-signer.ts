import type { Log } from '../../base/log.ts'
import type { CallerFacts } from '../../policy/index.ts'
import { asking } from '../../realm/realm-error.ts'
import type { Anonymous, Caller } from '../authentication.ts'
import { openKeyFile } from './key-file.ts'
import { signAssertion } from './sign-assertion.ts'
import { createSigningKeys, type PublicJwk, type SigningKeys } from './signing-keys.ts'

/** How the proxy tells services who calls. */
export interface AssertionConfig {
  /** `iss` of assertions. */
  readonly issuer: string
  /** Milliseconds from signing to `exp`; at most five minutes. */
  readonly lifetime: number
  /** The folder of the signing keys; null: in memory, so that each start makes new ones. */
  readonly state: string | null
  /** Milliseconds for which one key signs. */
  readonly rotation: number
}

export interface AssertionSigner {
  /**
   * The value of `x-iap-assertion` for a service. The same for a minute, since a signature costs more than all else that is done
   * for a request: what differs from request to request has headers of its own.
   */
  sign(authentication: Anonymous | Caller, service: string): string
  /** RFC 7517; may be cached for up to five minutes. */
  jwks(): { readonly keys: readonly PublicJwk[] }
}

export interface AssertionDeps {
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly log: Log
  /** In place of those that the configuration tells of: where several processes sign as one. */
  readonly keys?: SigningKeys
}

interface Signed {
  readonly minute: number
  readonly jwt: string
}

/**
 * Tells services who calls, so that they need not believe a header: a JWT (ES256) for one service. `docs/assertion.md` is the
 * contract. Rejects with `AssertionStateError` where the kept keys cannot be used.
 */
export async function createAssertionSigner(config: AssertionConfig, deps: AssertionDeps): Promise<AssertionSigner> {
  const { issuer, lifetime } = config
  const { clock, keys = openSigningKeys(config, deps) } = deps
  // Under the authentication itself: it is all that an assertion says, and when it goes, so do its assertions.
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

/** Throws `AssertionStateError`. */
function openSigningKeys({ lifetime, rotation, state }: AssertionConfig, { clock, log }: AssertionDeps): SigningKeys {
  return createSigningKeys({ rotation, lifetime, file: state === null ? null : openKeyFile(state), log }, clock())
}

/** Nobody has no `sub`; `anonymous` is a word of the language, so no identity can be called that. */
function whom(authentication: Anonymous | Caller): { readonly sub?: string; readonly identity: string } {
  if (authentication.kind === 'anonymous') return { identity: 'anonymous' }
  const { identity, subject } = authentication
  return subject === null ? { identity } : { sub: subject, identity }
}

/** What the identity declares, as the policy's realm tells it. */
function declaredClaims({ program: { declaredClaims }, handle }: CallerFacts): Readonly<Record<string, unknown>> {
  const text: unknown = asking(() => declaredClaims(handle))
  return typeof text === 'string' ? (JSON.parse(text) as Readonly<Record<string, unknown>>) : {}
}
