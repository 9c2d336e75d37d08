import type { CanonicalRequest } from '../../request/index.ts'
import type { Certificate } from '../abi/index.ts'
import type { Log } from '../log.ts'
import { noData, type Policy } from '../policy/module/policy.ts'
import type { Anonymous, Authentication, Refused } from './authentication.ts'
import { type CacheEntry, createClaimsCache } from './claims-cache.ts'
import type { IdentityConfig, MethodName } from './identity-config.ts'
import { credentialKey, lastCredentialOf } from './last-credential.ts'
import type { Credential, IdentityMethod, MethodDeps, ProviderStatus, Verified, Verifier } from './method.ts'
import { methods } from './methods.ts'
import { type AnchorsOf, Certificates } from './mtls/certificates.ts'
import { refuse, refuseClaims } from './refusals.ts'

export interface AuthenticatorDeps {
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly log: Log
  readonly fetch?: typeof globalThis.fetch
  /** Milliseconds that never go back; the process's own where left out. */
  readonly monotonic?: () => number
  /** Milliseconds that one answer of an identity provider may take; 5000 where left out. */
  readonly fetchTimeout?: number
  /** Left out: no identity has authorities of its own. */
  readonly anchorsOf?: AnchorsOf
}

export interface Authenticator {
  /** Who the request comes from, as the policy sees it. At once where the credential is known. `connection`: over which it came. */
  authenticate(request: CanonicalRequest, policy: Policy, connection?: object): Authentication | Promise<Authentication>
  /** The workload by whose certificate a connection was made, whoever calls; null where there is none. Refused: it does not count, or no longer. */
  workloadOf(request: CanonicalRequest, connection: object): Certificate | Refused | null
  /** For readiness and metrics: the identity providers. */
  status(): readonly ProviderStatus[]
}

interface Entry extends CacheEntry {
  readonly method: MethodName
  readonly key: string
  /** Of the claims alone, in bytes. */
  readonly weight: number
  /** Of the policy that was last asked about this credential. A number, because an entry must not keep an old policy alive. */
  policy: number
  authentication: Authentication | null
}

const LIMITS = { entries: 10_000, weight: 64_000_000 }
/** What claims take, for each character of their credential: 1.3 bytes of few claims, 2.3 of many that are short. */
const BYTES_PER_CHARACTER = 2

/**
 * Who is calling: the first credential that a request carries, verified by its method and checked at the policy's door. Verified ones
 * are kept until they end, with what the policy made of them.
 */
export function createAuthenticator(
  identities: Readonly<Record<string, IdentityConfig>>,
  deps: AuthenticatorDeps,
): Authenticator {
  const { clock } = deps
  const methodDeps: MethodDeps = {
    clock,
    log: deps.log,
    fetch: deps.fetch ?? globalThis.fetch,
    monotonic: deps.monotonic ?? (() => performance.now()),
    fetchTimeout: deps.fetchTimeout ?? 5_000,
    certificates: new Certificates(configured(identities, 'mtls'), deps.anchorsOf ?? (() => null)),
  }
  const verifiers = prepare(identities, methodDeps)
  const cache = createClaimsCache<Entry>(LIMITS)
  const underWay = new Map<string, Promise<Entry | Refused>>()
  const numbers = new WeakMap<Policy, number>()
  const anonymous = new WeakMap<Policy, Anonymous>()
  let policies = 0

  function authenticate(
    request: CanonicalRequest,
    policy: Policy,
    connection?: object,
  ): Authentication | Promise<Authentication> {
    for (const verifier of verifiers) {
      const credential = verifier.read(request, connection)
      if (credential === null) continue
      if ('kind' in credential) return credential
      const { context } = verifier
      const key =
        connection === undefined
          ? credentialKey(context, credential.text)
          : lastCredentialOf(connection).keyOf(context, credential.text)
      const entry = cache.get(key, clock() / 1000)
      if (entry !== null) return seenBy(policy, entry)
      return verify(verifier, credential, key).then((result) => ('kind' in result ? result : seenBy(policy, result)))
    }
    return nobody(policy)
  }

  /** Requests that bring the same credential at the same time wait for one verification. */
  function verify(verifier: Method, credential: Credential, key: string): Promise<Entry | Refused> {
    const other = underWay.get(key)
    if (other !== undefined) return other
    const verification = verifier
      .verify(credential)
      .then((result) => ('kind' in result ? result : keep(verifier, credential, key, result)))
      .finally(() => underWay.delete(key))
    underWay.set(key, verification)
    return verification
  }

  function keep({ context, method }: Method, { text, size = text.length }: Credential, key: string, verified: Verified): Entry {
    const weight = size * BYTES_PER_CHARACTER
    const credential = key.slice(context.length)
    const entry: Entry = { ...verified, method, key, credential, weight, policy: -1, authentication: null }
    cache.set(key, entry, weight)
    return entry
  }

  /** Facts are of one policy: roles that have the same bits elsewhere are other roles. */
  function seenBy(policy: Policy, entry: Entry): Authentication {
    const number = numberOf(policy)
    if (entry.authentication === null || entry.policy !== number) {
      entry.authentication = authenticationOf(policy, entry)
      entry.policy = number
      cache.set(entry.key, entry, entry.weight + policy.bytesPerCaller)
    }
    return entry.authentication
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

  return {
    authenticate,
    workloadOf: (request, connection) => methodDeps.certificates.workloadOf(request, connection, clock() / 1000),
    status: () => verifiers.flatMap((verifier) => verifier.status()),
  }
}

interface Method extends Verifier {
  readonly method: MethodName
}

function prepare(identities: Readonly<Record<string, IdentityConfig>>, deps: MethodDeps): readonly Method[] {
  return (Object.keys(methods) as MethodName[]).map(<Name extends MethodName>(method: Name) => {
    const known: IdentityMethod<NonNullable<IdentityConfig[Name]>> = methods[method]
    return { method, ...known.prepare(configured(identities, method), deps) }
  })
}

/** Those that are recognised by a method, and how. */
function configured<Name extends MethodName>(
  identities: Readonly<Record<string, IdentityConfig>>,
  method: Name,
): ReadonlyMap<string, NonNullable<IdentityConfig[Name]>> {
  const found = new Map<string, NonNullable<IdentityConfig[Name]>>()
  for (const [name, { [method]: own }] of Object.entries(identities)) if (own !== null) found.set(name, own)
  return found
}

function authenticationOf(policy: Policy, entry: Entry): Authentication {
  const { identity, subject, claims, auth, credential, until, method } = entry
  // The configuration may know more ways than this version of the policy lets count.
  if (!policy.accepts(identity, method)) return refuse('method')
  // No bundle that this version takes has data (`needs`).
  const result = policy.facts(identity, claims, auth, noData)
  if (!result.ok) return refuseClaims(result.message)
  return Object.freeze({ kind: 'caller', identity, subject, facts: result.facts, claims, credential, expires: until })
}
