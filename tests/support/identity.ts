import type { CanonicalRequest } from '../../request/index.ts'
import { canonicalize } from '../../request/index.ts'
import type { AuthenticationFacts } from '../../runtime/abi/index.ts'
import type { Log } from '../../runtime/base/log.ts'
import type { Authentication as Authenticated } from '../../runtime/identity/authentication.ts'
import { createDpopReplayCache } from '../../runtime/identity/dpop/dpop-replay-cache.ts'
import { createNonces } from '../../runtime/identity/dpop/nonces.ts'
import { DEFAULT_MFA, type IdentityConfig, type JwtConfig } from '../../runtime/identity/index.ts'
import type { MethodDeps } from '../../runtime/identity/method.ts'
import { Certificates } from '../../runtime/identity/methods/mtls/certificates.ts'
import type { FactsResult, Policy } from '../../runtime/policy/index.ts'
import { factsLike, nobodyLike } from './facts.ts'
import { TEST_AUDIENCE } from './test-issuer.ts'

/** A canonical request with these header lines. */
export function requestWith(...headers: readonly (readonly [string, string])[]): CanonicalRequest {
  const made = canonicalize({
    method: 'GET',
    target: '/',
    httpVersion: '1.1',
    rawHeaders: ['host', 'api.example', ...headers.flat()],
    peer: '127.0.0.1',
  })
  if (!made.ok) throw new Error(made.refusal.code)
  return made.request
}

export function bearer(token: string): CanonicalRequest {
  return requestWith(['authorization', `Bearer ${token}`])
}

/**
 * The code of an answer, or its kind. A 401 must say what was seen and what was expected, without any part of the credential that could be used.
 *
 * @param silent codes about which there is nothing to compare
 */
export function outcomeOf(answer: Authenticated, credential: string, silent: readonly string[] = []): string {
  if (answer.kind !== 'refused') return answer.kind
  const { code, status, mismatch } = answer
  if (status === 401 && mismatch === undefined && !silent.includes(code)) return `${code} without a mismatch`
  const told = JSON.stringify(mismatch ?? '')
  const secrets = credential.split('.').filter((part) => part.length > 20)
  return secrets.some((part) => told.includes(part)) ? `${code} with the credential: ${told}` : code
}

/** A policy as far as authenticating goes. */
export function fakePolicy(
  facts: (identity: string, claims: Record<string, unknown>, auth: AuthenticationFacts) => FactsResult = (_, __, auth) => ({
    ok: true,
    facts: factsLike({ auth }),
  }),
  bytesPerCaller = 0,
): Policy {
  return { revision: 'sha256:0', anonymous: nobodyLike, bytesPerCaller, accepts: () => true, facts } as unknown as Policy
}

export function identityOf(issuer: string, changes: Partial<JwtConfig> = {}): IdentityConfig {
  return { ...NO_METHOD, jwt: jwtOf(issuer, changes) }
}

/** An identity that nothing recognizes. */
export const NO_METHOD: IdentityConfig = {
  jwt: null,
  oauth2: null,
  oidc: null,
  saml: null,
  api_key: null,
  custom: null,
  mtls: null,
}

export function jwtOf(issuer: string, changes: Partial<JwtConfig> = {}): JwtConfig {
  return {
    issuer,
    audience: [TEST_AUDIENCE],
    algorithms: ['ES256'],
    profile: 'rfc9068',
    trustDomain: null,
    jwks: null,
    tls: null,
    clockSkew: 30_000,
    staleKeys: 3_600_000,
    dpop: { required: false, nonce: false },
    mfa: DEFAULT_MFA,
    ...changes,
  }
}

export interface CollectedLog extends Log {
  readonly lines: readonly string[]
}

export function collectLog(): CollectedLog {
  const lines: string[] = []
  const say = (message: string, fields?: object): void => void lines.push(`${message} ${JSON.stringify(fields ?? {})}`)
  return { lines, info: say, warn: say, error: say }
}

/** What a method is given, of nothing but this process. */
export function methodDeps(changes: Partial<MethodDeps> = {}): MethodDeps {
  const clock = changes.clock ?? Date.now
  return {
    clock,
    monotonic: () => 0,
    log: collectLog(),
    fetch,
    fetchOf: () => changes.fetch ?? fetch,
    fetchTimeout: 1,
    env: {},
    certificates: new Certificates(new Map(), () => null),
    signIn: null,
    onLoad: () => {},
    nonces: createNonces(),
    proofs: createDpopReplayCache(clock),
    clientOf: () => {
      throw new Error('there is no client')
    },
    ...changes,
  }
}

/** A clock that a test sets. Milliseconds. */
export function manualClock(start = Date.now()): { (): number; advance(milliseconds: number): void; set(to: number): void } {
  let now = start
  return Object.assign(() => now, {
    advance: (milliseconds: number) => {
      now += milliseconds
    },
    set: (to: number) => {
      now = to
    },
  })
}
