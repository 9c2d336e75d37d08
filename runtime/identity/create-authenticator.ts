import type { CanonicalRequest } from '../../request/index.ts'
import type { Certificate } from '../abi/index.ts'
import type { Log } from '../base/log.ts'
import type { Person } from '../policy/candidate/rollout-candidate.ts'
import type { Policy } from '../policy/module/policy.ts'
import type { Anonymous, Authentication, Caller, Refused } from './authentication.ts'
import type { CallerNames } from './caller-names.ts'
import { type CacheEntry, createClaimsCache } from './claims-cache.ts'
import type { Credential, IdentityProblem, ProviderStatus, Verified } from './credential.ts'
import { createDpopReplayCache, type DpopReplayCache } from './dpop/dpop-replay-cache.ts'
import { createNonces, type Nonces } from './dpop/nonces.ts'
import type { IdentityConfig, MethodName } from './identity-config.ts'
import { credentialKey, lastCredentialOf } from './last-credential.ts'
import type { MethodDeps } from './method.ts'
import { type AnchorsOf, Certificates } from './methods/mtls/certificates.ts'
import { mismatch } from './mismatch.ts'
import { configured, type Method, prepareMethods, verifierOf } from './prepare-methods.ts'
import type { OAuthClient } from './provider/oauth-client.ts'
import { createRefusalLog, type MismatchForLog } from './refusal-log.ts'
import { refuseClaims, refuseCredential, refuseProof, underDpop } from './refusals.ts'
import { type Revocable, Revocations } from './revocation/revocations.ts'
import { isOfSession } from './sign-in/sessions-of.ts'
import type { SignIn } from './sign-in/sign-in.ts'

export interface AuthenticatorDeps {
  /** Returns the current time in milliseconds since 1970. */
  readonly clock: () => number
  readonly log: Log
  readonly mismatchForLog?: MismatchForLog
  readonly fetch?: typeof globalThis.fetch
  /** Returns a `fetch` for the issuer of an identity. Default: the global `fetch`. */
  readonly fetchOf?: (identity: string) => typeof globalThis.fetch
  /** Returns monotonic milliseconds. Default: the clock of the process. */
  readonly monotonic?: () => number
  /** Milliseconds to wait for a response of an identity provider or other issuer. Default: 5000. */
  readonly fetchTimeout?: number
  /** Environment variables. Default: those of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Milliseconds between two checks of a watched file. */
  readonly watchInterval?: number
  /**
   * Receives the result of reloading a changed file. `place` is the path of the configuration key that names the file. Default:
   * ignores it.
   */
  readonly onLoad?: (place: string, result: 'taken' | 'refused') => void
  /** The proxy's OAuth clients at authorization servers, by identity. */
  readonly clients?: ReadonlyMap<string, OAuthClient>
  /** Nonces for DPoP proofs. Default: those of this process. */
  readonly nonces?: Nonces
  readonly proofs?: DpopReplayCache
  readonly anchorsOf?: AnchorsOf
  /** Browser sign-in; off if absent or `null`. */
  readonly signIn?: SignIn | null
  /** Revoked credentials and sessions. If absent, nothing is revoked. */
  readonly revocations?: Revocations
  /** Receives the names of verified callers for the dashboard. */
  readonly names?: CallerNames
}

export interface Authenticator {
  /** Reads key files and other inputs before the first request. Returns the problems found, or an empty list. */
  open(): Promise<readonly IdentityProblem[]>
  close(): Promise<void>
  /**
   * Returns the caller of a request, or that the request is anonymous or refused. Facts of the caller are those of `policy`. The
   * result is synchronous if the credential is cached and no proof must be verified.
   */
  authenticate(request: CanonicalRequest, policy: Policy, connection?: object): Authentication | Promise<Authentication>
  /** Returns whether the request has a credential of some configured method, valid or not. Verifies nothing. */
  shows(request: CanonicalRequest, connection: object): boolean
  /**
   * Returns the workload that the client certificate of the connection identifies, `Refused` if the certificate is invalid, or
   * `null` without one. The result is independent of the caller.
   */
  workloadOf(request: CanonicalRequest, connection: object): Certificate | Refused | null
  /**
   * Converts the authentication of a request to another policy, whose facts the result contains. The credential is not verified
   * again. This works even if the first policy refused the caller because of the claims.
   */
  again(authentication: Authentication, policy: Policy): Authentication
  /** Returns identity and subject of the authenticated person, even if the claims do not match the policy; `null` if unknown. */
  personOf(authentication: Authentication): Person | null
  /**
   * Returns the authentication of a request if cached results suffice for it, otherwise `null`. They never suffice for a
   * credential that needs a proof with each request.
   */
  known(request: CanonicalRequest, policy: Policy, connection: object): Authentication | null
  /**
   * Authenticates a request again while it is in progress, such as a WebSocket. The credential is verified again only if it is no
   * longer cached. The request needs no new proof of possession.
   */
  reauthenticate(request: CanonicalRequest, policy: Policy, connection: object): Promise<Authentication>
  /**
   * Returns the refusal of a caller who was authenticated earlier but is revoked now, or whose revocation cannot be checked;
   * otherwise `null`. It is for work that continues after authentication.
   */
  refusedNow(caller: Caller): Refused | null
  /** Returns the reason why streams of a caller, such as WebSockets, must be closed now, or `null` if they may continue. */
  endedNow(caller: Caller): Refused | null
  /** Returns the states of the identity providers, for readiness and metrics. */
  status(): readonly ProviderStatus[]
}

interface Entry extends CacheEntry {
  readonly method: MethodName
  readonly key: string
  readonly credentialId: string | null
  readonly weight: number
  /** Latest generation of revocations that was checked and does not revoke the credential. */
  cleared: number
  /** Number of the policy that used the credential last. A reference would keep an old policy in memory. */
  policy: number
  authentication: Authentication | null
}

const LIMITS = { entries: 10_000, weight: 64_000_000 }
const BEARER: readonly string[] = Object.freeze(['authorization'])
/** Methods whose credentials a browser sends only if a page adds them. */
const SENT_BY_PAGES: ReadonlySet<MethodName> = new Set(['jwt', 'oauth2', 'api_key'])
/** Bytes of claims per character of the credential: measured 1.3 for few claims, 2.3 for many short ones. */
const BYTES_PER_CHARACTER = 2
/** Characters of a digest that identify a credential in records: 132 bits. */
const ID = 22
/** Mismatch of a token that is not bound to a key. */
const UNBOUND = mismatch('cnf.jkt', undefined, 'a key, as the scheme is DPoP', true)
const NEVER = -2
/** Bytes of a key that verifies proofs, with OpenSSL's state. */
const SENDER_BYTES = 4_000

/**
 * Creates an authenticator, which finds and verifies the credential of a request. If a request has several, only the first in
 * order of precedence counts. Results are cached until the credential expires, together with what the policy derives from its
 * claims.
 */
export function createAuthenticator(
  identities: Readonly<Record<string, IdentityConfig>>,
  deps: AuthenticatorDeps,
): Authenticator {
  const { clock } = deps
  const { fetch = globalThis.fetch } = deps
  const methodDeps: MethodDeps = {
    clock,
    log: deps.log,
    fetch,
    fetchOf: deps.fetchOf ?? (() => fetch),
    monotonic: deps.monotonic ?? (() => performance.now()),
    fetchTimeout: deps.fetchTimeout ?? 5_000,
    env: deps.env ?? process.env,
    onLoad: deps.onLoad ?? (() => {}),
    ...(deps.watchInterval !== undefined && { watchInterval: deps.watchInterval }),
    nonces: deps.nonces ?? createNonces(),
    proofs: deps.proofs ?? createDpopReplayCache(clock),
    clientOf(identity) {
      const client = deps.clients?.get(identity)
      if (client === undefined)
        throw new Error(`no OAuth client was opened for the identity \`${identity}\`: this is a bug in iap; report it`)
      return client
    },
    certificates: new Certificates(configured(identities, 'mtls'), deps.anchorsOf ?? (() => null)),
    signIn: deps.signIn ?? null,
  }
  const { revocations = new Revocations() } = deps
  const verifiers = prepareMethods(identities, methodDeps)
  const cache = createClaimsCache<Entry>(LIMITS)
  const underWay = new Map<string, Promise<Entry | Refused | null>>()
  const numbers = new WeakMap<Policy, number>()
  const anonymous = new WeakMap<Policy, Anonymous>()
  /** Entries of callers who are verified but refused by the policy. */
  const refusedEntries = new WeakMap<Refused, Entry>()
  const noteRefusal = createRefusalLog(deps.log, methodDeps.monotonic, deps.mismatchForLog)
  let policies = 0

  function authenticate(
    request: CanonicalRequest,
    policy: Policy,
    connection?: object,
  ): Authentication | Promise<Authentication> {
    const found = askFrom(0, request, policy, connection)
    return found instanceof Promise ? found.then(noted) : noted(found)
  }

  function noted(found: Authentication): Authentication {
    if (found.kind === 'refused') noteRefusal(found)
    return found
  }

  function askFrom(
    first: number,
    request: CanonicalRequest,
    policy: Policy,
    connection: object | undefined,
  ): Authentication | Promise<Authentication> {
    for (let at = first; at < verifiers.length; at++) {
      const verifier = verifiers[at] as Method
      const credential = verifier.read(request, connection)
      if (credential === null) continue
      if ('kind' in credential) return credential
      const { context } = verifier
      const key =
        connection === undefined
          ? credentialKey(context, credential.text)
          : lastCredentialOf(connection).keyOf(context, credential.text)
      const entry = cache.get(key, clock() / 1000)
      if (entry !== null) return brought(request, credential, connection, policy, entry)
      const by = verifierOf(verifiers, verifier, credential)
      return verify(by, credential, key, request).then((result) => {
        if (result === null) return askFrom(at + 1, request, policy, connection)
        if ('kind' in result) return credential.dpop === true ? underDpop(result) : result
        return brought(request, credential, connection, policy, result)
      })
    }
    return nobody(policy)
  }

  /** Checks whether the request proves possession of a sender-bound credential. Nearly always synchronous. */
  function brought(
    request: CanonicalRequest,
    credential: Credential,
    connection: object | undefined,
    policy: Policy,
    entry: Entry,
  ): Authentication | Promise<Authentication> {
    const { sender = null } = entry
    if (sender === null) return credential.dpop === true ? refuseProof('token-unbound', UNBOUND) : counted(policy, entry)
    const refused = sender.proves(request, credential, connection)
    const seen = (one: Refused | null): Authentication => {
      const authentication = one ?? counted(policy, entry)
      if (authentication.kind !== 'refused' || credential.dpop !== true) return authentication
      const told = underDpop(authentication)
      const refusedEntry = refusedEntries.get(authentication)
      if (refusedEntry !== undefined) refusedEntries.set(told, refusedEntry)
      return told
    }
    return refused instanceof Promise ? refused.then(seen) : seen(refused)
  }

  /** Concurrent requests with the same credential share one verification, unless it depends on the request. */
  function verify(
    verifier: Method,
    credential: Credential,
    key: string,
    request: CanonicalRequest,
  ): Promise<Entry | Refused | null> {
    const other = credential.alone ? undefined : underWay.get(key)
    if (other !== undefined) return other
    const verification = verifier
      .verify(credential, request)
      .then((result) => (result === null || 'kind' in result ? result : keep(verifier, credential, key, result)))
    if (credential.alone) return verification
    const shared = verification.finally(() => underWay.delete(key))
    underWay.set(key, shared)
    return shared
  }

  function keep({ context, method }: Method, { text, size: own }: Credential, key: string, verified: Verified): Entry {
    const weight = (verified.size ?? own ?? text.length) * BYTES_PER_CHARACTER + (verified.sender ? SENDER_BYTES : 0)
    const credential = key.slice(context.length)
    const { credentialId = credential.slice(0, ID) } = verified
    const issued = Math.min(verified.issued, clock() / 1000)
    const states = { cleared: NEVER, policy: -1, authentication: null }
    const entry: Entry = { method, ...verified, key, credential, credentialId, issued, weight, ...states }
    if (!entry.alone) {
      deps.names?.note(verified.identity, verified.subject, verified.claims)
      hold(entry, weight)
    }
    return entry
  }

  function hold(entry: Entry, weight: number): void {
    // An entry that is checked again each time would only displace others.
    if (clock() / 1000 < entry.until) cache.set(entry.key, entry, weight)
  }

  /** Costs one comparison while no revocation is new. Must come last, so that no awaited work lies behind it. */
  function counted(policy: Policy, entry: Entry): Authentication {
    if (entry.cleared !== revocations.generation) {
      const refused = refusedNow(entry)
      if (refused !== null) return refused
      entry.cleared = revocations.generation
    }
    return seenBy(policy, entry)
  }

  function refusedNow(one: Revocable): Refused | null {
    if (!revocations.hears) return refuseCredential('revocations-unavailable')
    return revocations.revokes(one, clock()) ? refuseRevoked(one) : null
  }

  function shows(request: CanonicalRequest, connection: object): boolean {
    return verifiers.some((verifier) => verifier.read(request, connection) !== null)
  }

  function endedNow(caller: Caller): Refused | null {
    if (!revocations.ends(caller, clock())) return null
    return revocations.hears ? refuseRevoked(caller) : refuseCredential('revocations-unavailable')
  }

  function workloadOf(request: CanonicalRequest, connection: object): Certificate | Refused | null {
    const { certificates } = methodDeps
    const workload = certificates.workloadOf(request, connection, clock() / 1000)
    if (workload === null || 'kind' in workload || revocations.allCount) return workload
    const shown = certificates.revocable(request, connection)
    return (shown && refusedNow(shown)) ?? workload
  }

  /** Facts belong to one policy: the same role bits mean other roles elsewhere. */
  function seenBy(policy: Policy, entry: Entry): Authentication {
    const number = numberOf(policy)
    if (entry.authentication === null || entry.policy !== number) {
      entry.authentication = authenticationOf(policy, entry)
      entry.policy = number
      if (entry.authentication.kind === 'refused') tellRefused(entry.authentication, entry)
      if (!entry.alone) hold(entry, entry.weight + policy.bytesPerCaller)
    }
    return entry.authentication
  }

  /** Runs once for a credential and a policy. */
  function tellRefused(refused: Refused, entry: Entry): void {
    refusedEntries.set(refused, entry)
    if (refused.mismatchedIdentity !== undefined)
      deps.signIn?.problems.tell(
        { identity: refused.mismatchedIdentity },
        'a session was refused, as its claims do not match the policy',
        refused.message,
      )
  }

  function numberOf(policy: Policy): number {
    const known = numbers.get(policy)
    if (known !== undefined) return known
    numbers.set(policy, policies)
    return policies++
  }

  function nobody(policy: Policy): Anonymous {
    const known = anonymous.get(policy)
    if (known !== undefined) return known
    const authentication: Anonymous = Object.freeze({ kind: 'anonymous', facts: policy.anonymous })
    anonymous.set(policy, authentication)
    return authentication
  }

  function again(authentication: Authentication, policy: Policy): Authentication {
    if (authentication.kind === 'anonymous') return nobody(policy)
    if (authentication.kind === 'refused') {
      const entry = refusedEntries.get(authentication)
      return entry === undefined ? authentication : authenticationOf(policy, entry)
    }
    const { identity, method, claims, facts } = authentication
    if (!policy.accepts(identity, method)) return refuseCredential('method')
    const result = policy.facts(identity, claims, facts.auth, policy.data)
    return result.ok ? { ...authentication, facts: result.facts } : refuseClaims(result.message)
  }

  function personOf(authentication: Authentication): Person | null {
    if (authentication.kind === 'anonymous') return null
    return authentication.kind === 'caller' ? authentication : (refusedEntries.get(authentication) ?? null)
  }

  /** A sender-bound credential needs a new one-time proof for each request. */
  function known(request: CanonicalRequest, policy: Policy, connection: object): Authentication | null {
    for (const verifier of verifiers) {
      const credential = verifier.read(request, connection)
      if (credential === null) continue
      if ('kind' in credential) return credential
      const entry = cache.get(credentialKey(verifier.context, credential.text), clock() / 1000)
      return entry === null || entry.sender || credential.dpop === true ? null : counted(policy, entry)
    }
    return nobody(policy)
  }

  async function reauthenticate(request: CanonicalRequest, policy: Policy, connection: object): Promise<Authentication> {
    for (const verifier of verifiers) {
      const credential = verifier.read(request, connection)
      if (credential === null) continue
      if ('kind' in credential) return credential
      const key = credentialKey(verifier.context, credential.text)
      const known = cache.get(key, clock() / 1000)
      const found = known ?? (await verify(verifierOf(verifiers, verifier, credential), credential, key, request))
      if (found !== null) return 'kind' in found ? found : counted(policy, found)
    }
    return nobody(policy)
  }

  return {
    authenticate,
    reauthenticate,
    again,
    personOf,
    known,
    shows,
    workloadOf,
    refusedNow,
    endedNow,
    status: () => verifiers.flatMap((verifier) => verifier.status()),
    open: async () => (await Promise.all(verifiers.map(async (verifier) => (await verifier.open?.()) ?? []))).flat(),
    close: async () => void (await Promise.all(verifiers.map((verifier) => verifier.close?.()))),
  }
}

/** Returns the refusal of a revoked credential. A revoked session is over, and its owner may sign in again. */
function refuseRevoked({ method }: Revocable): Refused {
  return refuseCredential(isOfSession({ method }) ? 'session' : 'revoked')
}

function authenticationOf(policy: Policy, entry: Entry): Authentication {
  const { identity, subject, claims, auth, credential, credentialId, issued, until, ends = until, method } = entry
  const { consumed = BEARER, ambient = !SENT_BY_PAGES.has(method) } = entry
  // The configuration may know more methods than this version of the policy accepts.
  if (!policy.accepts(identity, method)) return refuseCredential('method')
  const result = policy.facts(identity, claims, auth, policy.data)
  if (!result.ok) return refuseClaims(result.message, isOfSession(entry) ? identity : undefined)
  const { facts } = result
  const named = { identity, method, subject, credential, credentialId, issued }
  return Object.freeze({ kind: 'caller', ...named, facts, claims, expires: ends, consumed, ambient })
}
