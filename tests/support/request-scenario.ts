import type { Trace } from '../../runtime/abi/index.ts'
import { StoreUnavailable } from '../../runtime/base/errors.ts'
import type { Authentication, Caller, Refused, SignIn, TokenExchange } from '../../runtime/identity/index.ts'
import type { Policy, RolloutCandidate } from '../../runtime/policy/index.ts'
import { endConnection } from '../../runtime/proxy/connections/connection-state.ts'
import { Cors } from '../../runtime/proxy/cors/cors.ts'
import { handleRequest, listenerOf } from '../../runtime/proxy/pipeline/pipeline.ts'
import type { EventSources, ProxyContext, ServiceEntry } from '../../runtime/proxy/proxy-context.ts'
import type { Room } from '../../runtime/proxy/rate-limits/index.ts'
import type { Service } from '../../runtime/proxy/upstreams/index.ts'
import type { Upgrade } from '../../runtime/proxy/websocket/upgrade.ts'
import type { AuditRecord } from '../../runtime/telemetry/audit/index.ts'
import { setTlsConnection } from '../../runtime/tls/index.ts'
import { factsLike, nobodyLike } from './facts.ts'
import { nobody, outcome, policyWith, proxyWith } from './fake-proxy.ts'
import { FakeAnswer, FakeIncoming, FakeSocket } from './fake-request.ts'

/** What a proxy waits for while it handles a request. */
export type Wait = 'capacity' | 'authentication' | 'body' | 'limits' | 'exchange' | 'sign-in'

/** Everything about a request and its proxy that decides what becomes of it. */
export interface Scenario {
  /** Whether an earlier request has ended the connection, or does while this one waits for its turn, or the client has gone. */
  readonly connection: 'open' | 'ended' | 'closed' | 'ended-in-turn' | 'gone-in-turn'
  readonly method: 'GET' | 'POST' | 'OPTIONS'
  readonly path: '/x' | '/.iap/events/staff' | '/.iap/me' | '/.iap/none' | '/.well-known/iap/errors' | '/.well-known/iap/none'
  readonly tls: boolean
  readonly certificateFits: boolean
  readonly isMalformed: boolean
  readonly expects: boolean
  readonly origin: null | 'https://other.test'
  /** Whether a browser opens it in a window. */
  readonly window: boolean
  readonly overload: boolean
  readonly capacity: 'now' | 'later' | 'none'
  readonly policy: boolean
  readonly preflight: 'none' | 'allowed' | 'refused'
  readonly events: boolean
  readonly signIn: 'off' | 'on' | 'failing'
  readonly route: boolean
  readonly repeatedHeader: boolean
  readonly missingQuery: boolean
  readonly authentication:
    | ('anonymous' | 'token' | 'session')
    | ('expired' | 'unavailable' | 'too-many' | 'session-ended' | 'session-claims' | 'throws')
  /** Whether the candidate throws when it is shown the caller. */
  readonly candidateThrows: boolean
  /** `revocable`: a revocation is of the certificate, not of the caller. */
  readonly certificate: 'none' | 'valid' | 'expired' | 'revocable'
  readonly data: boolean
  /** Whether the route declares a body, and what is decided before it is read. */
  readonly body: boolean
  readonly early: 'open' | 'deny' | 'unauthenticated' | 'throws'
  readonly bodyType: 'json' | 'text'
  readonly bodyLength: 'short' | 'declared-long' | 'streamed-long'
  readonly bodyFits: boolean
  readonly decision: 'permit' | 'deny' | 'challenge' | 'unauthenticated' | 'throws'
  readonly upgrade: boolean
  readonly upgradeKey: boolean
  readonly upgradeVersion: boolean
  /** When the client of a WebSocket has ended its side. */
  readonly hasLeft: 'never' | 'before' | 'limits' | 'exchange'
  readonly service: 'http1' | 'http2' | 'none'
  /** `unavailable-passes`: so it is, and the configuration lets requests pass. */
  readonly limits: 'none' | 'room' | 'empty' | 'unavailable' | 'unavailable-passes' | 'miscounted'
  readonly exchange: 'none' | 'token' | 'no-token' | 'refused' | 'unavailable' | 'throws'
  /** Waits in which the client goes, or the caller is revoked. */
  readonly goneIn: ReadonlySet<Wait>
  readonly revokedIn: ReadonlySet<Wait>
  /** Whether it is the caller's session that is revoked. */
  readonly isSessionRevoked: boolean
}

const NEVER: ReadonlySet<Wait> = new Set()

/** A request that passes all stages, to a service that is busy. */
export const plain: Scenario = {
  connection: 'open',
  method: 'GET',
  path: '/x',
  tls: false,
  certificateFits: true,
  isMalformed: false,
  expects: false,
  origin: null,
  window: false,
  overload: false,
  capacity: 'now',
  policy: true,
  preflight: 'none',
  events: false,
  signIn: 'off',
  route: true,
  repeatedHeader: false,
  missingQuery: false,
  authentication: 'anonymous',
  candidateThrows: false,
  certificate: 'none',
  data: true,
  body: false,
  early: 'open',
  bodyType: 'json',
  bodyLength: 'short',
  bodyFits: true,
  decision: 'permit',
  upgrade: false,
  upgradeKey: true,
  upgradeVersion: true,
  hasLeft: 'never',
  service: 'http1',
  limits: 'none',
  exchange: 'none',
  goneIn: NEVER,
  revokedIn: NEVER,
  isSessionRevoked: false,
}

/** How the stages before the decision take place. */
export type Way =
  | 'at once'
  /** The audit log and the authenticator answer later. */
  | 'later'
  /** There is a candidate, which decides or may have decided: the caller is authenticated before the route is matched. */
  | 'by the candidate'
  | 'beside a candidate'

export interface Shown {
  /** `null`: nothing was sent. */
  readonly status: number | null
  /** Value of `x-iap-error`. */
  readonly told: string | null
  /** Of the record, as the rest. */
  readonly code: string | null
  readonly effect: AuditRecord['effect']
  readonly reason: string | null
  readonly detail: string | null
}

const refused = (status: Refused['status'], code: string): Refused => ({ kind: 'refused', status, code, message: `is ${code}` })

const failing = (what: string) => (): never => {
  throw new Error(`${what} throws`)
}

const facts = factsLike()

function callerBy(method: Caller['method'], ambient: boolean): Caller {
  const named = { identity: 'staff', method, subject: 'mia', facts, claims: {}, credential: 'c', credentialId: null }
  return { kind: 'caller', ...named, issued: 0, expires: 1e12, consumed: [], ambient }
}

const authentications: Readonly<Record<Exclude<Scenario['authentication'], 'throws'>, Authentication>> = {
  anonymous: { kind: 'anonymous', facts: nobodyLike },
  token: callerBy('jwt', false),
  session: callerBy('oidc', true),
  expired: refused(401, 'expired'),
  unavailable: refused(503, 'identity-provider-unavailable'),
  'too-many': refused(429, 'too-many-wrong-keys'),
  'session-ended': refused(401, 'session'),
  'session-claims': { ...refused(401, 'claims'), mismatchedIdentity: 'staff' },
}

const outcomes = [
  outcome('permit'),
  outcome('deny', { reason: 'default' }),
  outcome('challenge'),
  outcome('unauthenticated'),
  outcome('deny', { reason: 'early' }),
  // It has no reason in a policy, but tells it apart.
  outcome('unauthenticated', { reason: 'early' }),
]
const indexes = { permit: 0, deny: 1, challenge: 2, unauthenticated: 3 } as const

const NO_OBLIGATIONS = { headers: {}, limits: [] }
const LIMITED = { headers: {}, limits: [{ rule: 'p', count: 1, per: 1000, key: null }] }
const NO_DETAILS = { rules: [], challenge: null, shadow: [], errors: [] }

function policyOf(scenario: Scenario, digit: string): Policy {
  const { early, decision, route, body, limits, missingQuery, method, data, certificate, bodyFits } = scenario
  const decide = decision === 'throws' ? failing('the decision') : () => indexes[decision]
  const obligations = limits === 'none' ? NO_OBLIGATIONS : LIMITED
  const made = policyWith(outcomes, decide, {
    hasBody: body,
    obliges: true,
    headers: ['x-tenant'],
    data: data ? [] : ['assigned'],
    query: missingQuery ? { keys: [{ name: 'n', many: false, optional: false }] } : null,
    traced: { obligations },
  })
  return {
    ...made,
    revision: `sha256:${digit.repeat(64)}`,
    manifest: { ...made.manifest, identities: [{ name: 'staff', methods: ['oidc'] }] } as unknown as Policy['manifest'],
    // A preflight looks for the route of another method.
    route: (request) => (route || request.method !== method ? 0 : -1),
    query: () => null,
    body: () => (bodyFits ? { ok: true, body: {} as never } : { ok: false, message: 'the body does not fit' }),
    early: early === 'throws' ? failing('the early decision') : () => ({ open: -1, deny: 4, unauthenticated: 5 })[early],
    trace: (_route, _facts, _request, decided) =>
      ({
        ...NO_DETAILS,
        ...decided,
        obligations: decided?.effect === 'permit' ? obligations : NO_OBLIGATIONS,
      }) as unknown as Trace,
    mayPermit: () => true,
    readsCertificate: certificate !== 'none',
    namesOf: (rule) => [rule],
  }
}

const EVERY = 10_000

/** Either the candidate decides all requests, or one of 10,000 subjects, who is not this one. */
function policiesOf(scenario: Scenario, way: Way): Pick<ProxyContext, 'policies' | 'candidates'> {
  if (!scenario.policy) return { policies: { current: null }, candidates: { current: null } }
  const decides = policyOf(scenario, 'a')
  if (way === 'at once' || way === 'later') return { policies: { current: decides }, candidates: { current: null } }
  const other = policyOf({ ...plain, method: scenario.method }, 'b')
  const isCandidate = way === 'by the candidate'
  const candidate = {
    policy: isCandidate ? decides : other,
    share: { parts: isCandidate ? EVERY : 1, services: null },
    book: { decided: () => {}, count: () => {}, tells: () => false },
    time: { hasSome: () => false, spend: () => {} },
  } as unknown as RolloutCandidate
  return { policies: { current: isCandidate ? other : decides }, candidates: { current: candidate } }
}

function linesOf(scenario: Scenario): string[] {
  const { isMalformed, expects, origin, window, preflight, repeatedHeader, body, bodyType, bodyLength, upgrade } = scenario
  const lines = ['host', 'app.test']
  if (isMalformed) lines.push('x-odd', 'é')
  if (expects) lines.push('expect', 'something')
  if (origin !== null) lines.push('origin', origin)
  if (window) lines.push('sec-fetch-mode', 'navigate', 'sec-fetch-dest', 'document')
  if (preflight !== 'none') lines.push('access-control-request-method', 'PUT')
  if (preflight === 'refused') lines.push('access-control-request-headers', 'x-other')
  if (repeatedHeader) lines.push('x-tenant', 'a', 'x-tenant', 'b')
  if (body) {
    lines.push('content-type', bodyType === 'json' ? 'application/json' : 'text/plain')
    if (bodyLength === 'streamed-long') lines.push('transfer-encoding', 'chunked')
    else lines.push('content-length', String((bodyLength === 'short' ? SHORT : LONG).length))
  }
  if (upgrade) {
    if (scenario.upgradeKey) lines.push('sec-websocket-key', 'dGhlIHNhbXBsZSBub25jZQ==')
    lines.push('sec-websocket-version', scenario.upgradeVersion ? '13' : '8')
  }
  return lines
}

const SHORT = '{}'
const LONG = '"more than may be read"'

const rooms: Readonly<Record<'room' | 'empty' | 'miscounted', readonly Room[]>> = {
  room: [{ taken: true, left: 1, wait: 0 }],
  empty: [{ taken: false, left: 0, wait: 1000 }],
  miscounted: [],
}

const NO_TOKEN = { code: 'exchange-refused', detail: 'the issuer gives none' }

const log = { info: () => {}, warn: () => {}, error: () => {} }
const base = proxyWith({}, [])
const quiet = { add: () => {}, remove: () => {}, decideAgain: () => {} }

/** Handles a request; returns what its client and its record show. `null`: neither shows anything. */
export async function handle(scenario: Scenario, way: Way): Promise<Shown | null> {
  const socket = new FakeSocket()
  const answer = new FakeAnswer(socket)
  const records: AuditRecord[] = []
  const { goneIn, revokedIn, authentication, limits, service, signIn } = scenario
  let revoked: Refused | null = null
  const isOfCertificate = scenario.certificate === 'revocable'
  let hasLeft = scenario.hasLeft === 'before'

  /** What happens in a wait, before it ends. */
  async function waitFor(wait: Wait): Promise<void> {
    await null
    if (revokedIn.has(wait)) revoked = refused(401, scenario.isSessionRevoked ? 'session' : `revoked-in-${wait}`)
    if (scenario.hasLeft === wait) hasLeft = true
    if (goneIn.has(wait)) answer.leave()
  }

  const isLater = way === 'later'
  const isQueued = scenario.connection === 'ended-in-turn' || scenario.connection === 'gone-in-turn'
  const found = () =>
    authentication === 'throws' ? failing('the authenticator')() : (authentications[authentication] as Authentication)
  const certificates = { none: null, valid: {} as never, revocable: {} as never, expired: refused(401, 'certificate-expired') }

  const proxy: ProxyContext = {
    ...base,
    ...policiesOf(scenario, way),
    authenticator: {
      ...nobody,
      authenticate: () =>
        isLater || goneIn.has('authentication') ? waitFor('authentication').then(found) : (found() as Authentication),
      again: scenario.candidateThrows ? failing('the candidate') : nobody.again,
      workloadOf: () => (isOfCertificate ? revoked : null) ?? certificates[scenario.certificate],
      refusedNow: () => (isOfCertificate ? null : revoked),
    },
    audit: {
      ...base.audit,
      write: (record) => records.push(record),
      hasCapacity: () =>
        scenario.capacity === 'now' && !isLater ? null : waitFor('capacity').then(() => scenario.capacity !== 'none'),
    },
    overload: { reason: scenario.overload ? 'lag' : null },
    events: scenario.events ? ({ tokens: new Map([['staff', null]]) } as unknown as EventSources) : null,
    signIn: signIn === 'off' ? null : signInThat(signIn === 'failing', () => waitFor('sign-in')),
    limiting: {
      whenUnavailable: limits === 'unavailable-passes' ? 'pass' : 'refuse',
      buckets: {
        take: async () => {
          await waitFor('limits')
          return limits in rooms ? rooms[limits as keyof typeof rooms] : failing('the store')()
        },
      },
    },
    services: service === 'none' ? new Map() : new Map([['app', entryOf(scenario, service, () => waitFor('exchange'))]]),
    live: quiet,
    limits: { ...base.limits, body: 8 },
    log,
  }

  if (scenario.tls)
    setTlsConnection(socket, {
      names: { fit: () => (scenario.certificateFits ? {} : null) },
      clientCertificate: null,
      transport: null,
    } as never)
  if (scenario.connection === 'ended') endConnection({ socket })
  if (scenario.connection === 'closed') socket.writable = false
  const sent = { method: scenario.method, url: scenario.path, rawHeaders: linesOf(scenario), socket }
  const incoming = new FakeIncoming(sent, (one) => {
    void waitFor('body').then(() => {
      if (goneIn.has('body')) return void one.emit('close')
      one.emit('data', Buffer.from(scenario.bodyLength === 'short' ? SHORT : LONG))
      one.emit('end')
    })
  })
  const upgrade = {
    get hasLeft() {
      return hasLeft
    },
  } as Upgrade
  const before = isQueued ? startStuck(proxy, socket) : null
  const handled = handleRequest(listenerOf(proxy, null), incoming, answer, scenario.upgrade ? upgrade : null)
  if (scenario.connection === 'ended-in-turn') {
    endConnection({ socket })
    before?.end()
  } else before?.leave()
  await handled
  return shownBy(answer, records)
}

/** Starts a request that is not answered, and returns its answer. */
function startStuck(proxy: ProxyContext, socket: FakeSocket): FakeAnswer {
  const answer = new FakeAnswer(socket)
  const audit = { ...base.audit, write: () => {}, hasCapacity: () => new Promise<boolean>(() => {}) }
  const incoming = new FakeIncoming({ method: 'GET', url: '/x', rawHeaders: linesOf(plain), socket }, () => {})
  void handleRequest(listenerOf({ ...proxy, audit, overload: { reason: null } }, null), incoming, answer)
  return answer
}

function shownBy(answer: FakeAnswer, records: readonly AuditRecord[]): Shown | null {
  if (answer.isMistaken) throw new Error('a request was answered twice, or after its client was gone')
  const [record, ...others] = records
  if (others.length > 0) throw new Error('a request has several records')
  if (record === undefined) {
    if (answer.headersSent) throw new Error('an answer has no record')
    return null
  }
  const { status, code, effect, reason, detail, durations } = record
  // The proxy's own pages are permitted without a decision, and a refusal before it has none.
  if (effect !== 'permit' && effect !== 'reject' && durations.decision === null) throw new Error('a decision was not noted')
  if ((answer.headersSent ? answer.statusCode : null) !== status) throw new Error('a record has the status of another answer')
  return { status, told: answer.code, code, effect, reason, detail }
}

const cors = new Cors({ origins: '*', methods: null, headers: ['x-tenant'], expose: [], credentials: false, maxAge: 0 })

function signInThat(isFailing: boolean, wait: () => Promise<void>): SignIn {
  const fails = { ok: false, code: 'login-unavailable', detail: 'the provider does not answer', cookie: null, identity: null }
  const begins = { ok: true, location: 'https://idp.test/', cookie: { name: 'a', value: 'b' } }
  const begin = async () => {
    await wait()
    return isFailing ? fails : begins
  }
  const identities = new Map([['staff', { method: 'oidc' }]])
  return { identities, logins: { begin }, usersOf: () => new Set(), accessToken: async () => 'own' } as unknown as SignIn
}

function entryOf({ preflight, exchange }: Scenario, protocol: 'http1' | 'http2', wait: () => Promise<void>): ServiceEntry {
  return {
    upstream: busy(protocol),
    cors: preflight === 'none' ? null : cors,
    origins: [],
    identityHeaders: new Set(),
    hosts: ['app.test'],
    tokenExchange: exchange === 'none' ? null : exchangeThat(exchange, wait),
  }
}

function exchangeThat(how: Exclude<Scenario['exchange'], 'none'>, wait: () => Promise<void>): TokenExchange {
  const tokenFor = async () => {
    await wait()
    if (how === 'throws') throw new Error('the exchange throws')
    if (how === 'unavailable') throw new StoreUnavailable('away')
    return how === 'refused' ? NO_TOKEN : 'token'
  }
  return { withoutToken: 'refuse', takes: () => how !== 'no-token', tokenFor } as unknown as TokenExchange
}

function busy(protocol: 'http1' | 'http2'): Service {
  const unavailable = () => ({ code: 'upstream-busy', retryAfter: 1 })
  return { name: 'app', config: { protocol }, take: () => null, unavailable } as unknown as Service
}
