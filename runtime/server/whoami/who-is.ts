import { setTimeout as delay } from 'node:timers/promises'
import { settledWithin } from '../../base/waiting.ts'
import type { Authentication, Caller, Refused } from '../../identity/authentication.ts'
import { createAuthenticator, type IdentityConfig, type SignIn } from '../../identity/index.ts'
import { refuseClaims } from '../../identity/refusals.ts'
import { type CallerFacts, noData, type Policy, unknownAuthentication } from '../../policy/index.ts'
import { type Clients, openClients } from '../bootstrap/open-clients.ts'
import { openSignIn } from '../bootstrap/open-sign-in.ts'
import { openTls, type Tls } from '../bootstrap/open-tls.ts'
import type { Config } from '../config/index.ts'
import type { ReadCredential } from './read-credential.ts'
import { notChecked, otherCredential, type Reason, reasonOf, unverified } from './reason.ts'

export interface WhoIsOptions {
  /** Name of the only identity to try; `null` tries all. */
  readonly identity: string | null
  /** Whether to send no request. */
  readonly offline: boolean
  /** A JWK Set with which JWTs are verified, in place of the issuers' keys; `null` fetches them. */
  readonly keys: object | null
  /** Policy that checks the claims; `null` accepts all. */
  readonly policy: Policy | null
  readonly clock: () => number
  /** Milliseconds. */
  readonly timeout: number
}

export interface WhoIs {
  /** The caller that the proxy would see; `null` if it would refuse the credential. */
  readonly caller: Caller | null
  /** Why the credential is refused: by the proxy as a whole if `identity` is `null`, and for each identity. */
  readonly reasons: readonly Reason[]
}

/** A policy that accepts all claims. Authentication reads only these members. */
const ANY_CLAIMS = {
  anonymous: {} as CallerFacts,
  data: noData,
  bytesPerCaller: 0,
  accepts: () => true,
  facts: () => ({ ok: true, facts: {} as CallerFacts }),
} as Partial<Policy> as Policy

const SILENT = { info: () => {}, warn: () => {}, error: () => {} }
/** Only this program has an address below `invalid` (RFC 6761, section 6.4). */
const KEYS_URL = 'https://iap-whoami.invalid/jwks.json'
/** Milliseconds for one response, at most. It ends before the whole, whose end names no server. */
const PATIENCE = 5_000
const LATE = Symbol('late')

interface Opened {
  readonly tls: Tls
  readonly clients: Clients
  readonly signIn: SignIn | null
}

/**
 * Returns which identity a credential would have, by the proxy's authenticator, or why it would have none. Revocations are not
 * consulted.
 */
export async function whoIs(config: Config, credential: ReadCredential, options: WhoIsOptions): Promise<WhoIs> {
  const { clock } = options
  const tls = await openTls(config, { log: SILENT, metrics: { tlsLoad() {}, handshakeFailure() {} }, clock })
  const clients = openClients(config, tls, clock)
  const isSession = credential.kind === 'session' && !options.offline
  const signedIn = isSession ? await openSignIn(config, { clock, log: SILENT, clients }) : null
  const opened: Opened = { tls, clients, signIn: signedIn?.signIn ?? null }
  try {
    return await tryAll(config, credential, opened, options)
  } finally {
    await Promise.all([tls.close(), clients.close(), signedIn?.close()])
  }
}

async function tryAll(config: Config, credential: ReadCredential, opened: Opened, options: WhoIsOptions): Promise<WhoIs> {
  const wanted = Object.entries(config.identities).filter(([name]) => options.identity === null || name === options.identity)
  const reasons: Reason[] = []
  const tried: [name: string, config: IdentityConfig][] = []
  for (const [name, identity] of wanted) {
    const own = onlyMethods(identity, credential)
    const problem =
      own === null ? otherCredential(name, identity, credential.kind) : unusable(name, own, config, credential, opened, options)
    if (problem !== null) reasons.push(problem)
    else if (own !== null) tried.push([name, own])
  }
  if (tried.length === 0) return { caller: null, reasons }
  const whole = await authenticate(tried, credential, opened, options)
  if (whole.kind === 'caller') return { caller: whole, reasons: [] }
  const each = await Promise.all(
    tried.map(async ([name, own]) => {
      const found = tried.length === 1 ? whole : await authenticate([[name, own]], credential, opened, options)
      return { name, own, found }
    }),
  )
  // An identity that would take the credential by itself: the others are the reason, such as an audience in common.
  const asWhole = each.some(({ found }) => found.kind === 'caller') ? [reasonFor(whole, null, credential, options)] : []
  for (const { name, own, found } of each) {
    if (found.kind !== 'caller') reasons.push(reasonFor(found, { name, config: own }, credential, options))
  }
  const order = wanted.map(([name]) => name)
  reasons.sort((a, b) => order.indexOf(a.identity ?? '') - order.indexOf(b.identity ?? ''))
  return { caller: null, reasons: [...asWhole, ...reasons] }
}

/** Returns an identity with only those of its methods that take the credential; `null` if none does. */
function onlyMethods(identity: IdentityConfig, { methods, request }: ReadCredential): IdentityConfig | null {
  const isRead = identity.custom?.headers.some((name) => request.headers.count(name) > 0) === true
  const own = Object.entries(identity).map(([method, config]) => {
    const takes = methods.some((one) => one === method) && (method !== 'custom' || isRead)
    return [method, takes ? config : null] as const
  })
  return own.some(([, config]) => config !== null) ? (Object.fromEntries(own) as unknown as IdentityConfig) : null
}

function unusable(
  name: string,
  { oauth2, oidc, saml }: IdentityConfig,
  { sessions }: Config,
  { kind }: ReadCredential,
  { clients, signIn }: Opened,
  { offline }: WhoIsOptions,
): Reason | null {
  if (oauth2 !== null && !clients.clients.has(name))
    return notChecked(
      name,
      'the credentials of the client of this identity cannot be read',
      'run `iap doctor`, which names the reason',
    )
  if (kind !== 'session' || (oidc === null && saml === null)) return null
  if (sessions.store.kind === 'memory')
    return notChecked(
      name,
      'sessions are in the memory of the running proxy, where this command cannot read them',
      'open `/.iap/me` of the proxy in the browser with this session, or keep sessions in Redis (`sessions.store`)',
    )
  if (offline) return notChecked(name, 'a session is in Redis, which is not asked', 'leave out `--offline`')
  return signIn === null ? notChecked(name, 'sign-in cannot be opened', 'run `iap doctor`, which names the reason') : null
}

interface Found {
  readonly kind: 'refused'
  readonly refused: Refused
  /** Why the issuer gave no response; `null` if it did. */
  readonly problem: string | null
}

async function authenticate(
  identities: readonly (readonly [string, IdentityConfig])[],
  { request }: ReadCredential,
  { tls, clients, signIn }: Opened,
  options: WhoIsOptions,
): Promise<Caller | Found> {
  const { keys, offline, clock, timeout, policy } = options
  const fetchOf = (name: string) => fetchFor(clients.fetchOf(name), keys, offline)
  const authenticator = createAuthenticator(Object.fromEntries(identities.map(([name, own]) => [name, withKeys(own, keys)])), {
    ...{ clock, log: SILENT, signIn, fetchOf, fetchTimeout: Math.min(PATIENCE, Math.ceil(timeout * 0.8)) },
    clients: new Map([...clients.clients].map(([name, one]) => [name, offline ? { ...one, fetch: fetchOf(name) } : one])),
    anchorsOf: (identity) => tls.anchors(identity),
  })
  const ask = async (): Promise<Authentication> => {
    const found = await authenticator.authenticate(request, policy ?? ANY_CLAIMS)
    if (found.kind !== 'refused' || found.code !== 'session-store-unavailable') return found
    // Its connection may not be open yet.
    await delay(50)
    return clock() < end ? await ask() : found
  }
  const end = clock() + Math.min(2000, timeout)
  try {
    const [problem] = await authenticator.open()
    if (problem !== undefined) return refusedFor('not-checked', problem.message)
    const found = await settledWithin(ask(), timeout, LATE)
    if (found === LATE) return refusedFor('not-checked', `the credential was not verified within ${timeout} ms`)
    if (found.kind === 'caller') return found
    if (found.kind === 'anonymous') return refusedFor('not-checked', 'no method of the identity finds a credential in the input')
    return {
      kind: 'refused',
      refused: found,
      problem: authenticator.status().find((one) => one.problem !== null)?.problem ?? null,
    }
  } finally {
    await authenticator.close()
  }
}

function refusedFor(code: string, message: string): Found {
  return { kind: 'refused', refused: { kind: 'refused', status: 401, code, message }, problem: null }
}

/** With keys at hand, neither metadata nor keys are fetched. */
function withKeys(identity: IdentityConfig, keys: object | null): IdentityConfig {
  return keys === null || identity.jwt === null ? identity : { ...identity, jwt: { ...identity.jwt, jwks: KEYS_URL } }
}

function fetchFor(fetch: typeof globalThis.fetch, keys: object | null, offline: boolean): typeof globalThis.fetch {
  return async (url, options) => {
    if (keys !== null && url === KEYS_URL) return Response.json(keys)
    if (offline) throw new Error('no request is sent, as `--offline` is set')
    return await fetch(url, options)
  }
}

function reasonFor(
  found: Caller | Found,
  identity: { readonly name: string; readonly config: IdentityConfig } | null,
  credential: ReadCredential,
  { offline, policy, keys, clock }: WhoIsOptions,
): Reason {
  if (found.kind === 'caller') throw new Error('a credential that was accepted has no reason: this is a bug in iap; report it')
  const { refused, problem } = found
  if (refused.code === 'not-checked')
    return notChecked(identity?.name ?? null, refused.message, 'run `iap doctor`, which names the reason')
  const isNotAsked = offline && refused.code === 'identity-provider-unavailable'
  if (isNotAsked && keys === null && credential.claims !== null && identity?.config.jwt) {
    const { claims } = credential
    const facts = policy?.facts(identity.name, claims, unknownAuthentication, policy.data)
    return facts === undefined || facts.ok
      ? unverified(identity.name)
      : reasonOf(refuseClaims(facts.message), identity, credential, clock())
  }
  if (isNotAsked)
    return notChecked(identity?.name ?? null, 'only the issuer knows whether the token is valid', 'leave out `--offline`')
  const reason = reasonOf(refused, identity, credential, clock())
  return problem === null ? reason : { ...reason, message: `${reason.message}: ${problem}` }
}
