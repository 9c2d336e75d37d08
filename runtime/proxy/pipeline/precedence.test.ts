/**
 * Which refusal of a request wins over which: `order` is the order of `spec/language/decision.md` and `failures.md`, from which every
 * pair of conditions that can be true of one request follows.
 */
import { describe, expect, test } from 'vitest'
import { answer, type Condition, compose, type Facets, refusal, silence } from '../../../tests/support/request-conditions.ts'
import { handle, type Scenario, type Shown, type Way } from '../../../tests/support/request-scenario.ts'

const permit = { effect: 'permit' } as const

const EVENTS = '/.iap/events/staff'
const OUTSIDE = ['/x', '/.iap/me', '/.iap/none', '/.well-known/iap/errors', '/.well-known/iap/none'] as const
const ONE = ['token', 'session'] as const
const CONFIGURED = ['http1', 'http2'] as const

const window: Facets = { window: [true], method: ['GET'], upgrade: [false], path: OUTSIDE }

/** What becomes of a browser's window that has no login, or one that is not enough (`docs/reference/identities/oidc.md`). */
function login(after: string, reason: Facets, shown: Partial<Shown>, given: Facets = {}): readonly Condition[] {
  const at: Facets = { ...window, ...given, tls: [true] }
  const failed = { ...shown, detail: 'the provider does not answer' }
  return [
    silence(`${after}: client gone while sign-in begins`, {
      reason,
      goneIn: 'sign-in',
      given: { ...at, signIn: ['on', 'failing'] },
      shown,
    }),
    refusal(`${after}: sign-in cannot begin`, 503, 'login-unavailable', {
      reason: { ...reason, signIn: ['failing'] },
      given: at,
      shown: failed,
    }),
    answer(`${after}: sign-in begins`, 302, { reason, given: { ...at, signIn: ['on'] }, shown }),
  ]
}

function insecureLogin(after: string, reason: Facets, shown: Partial<Shown>, given: Facets = {}): Condition {
  const at: Facets = { ...window, ...given, tls: [false], signIn: ['on', 'failing'] }
  return refusal(`${after}: sign-in over plain HTTP`, 400, 'login-insecure', { reason, given: at, shown })
}

/** A WebSocket whose handshake is valid but for what the condition says. */
const websocket: Facets = { upgrade: [true], method: ['GET'], body: [false] }
const declared: Facets = { body: [true] }
const anonymous: Facets = { authentication: ['anonymous'] }
const known: Facets = { authentication: ONE }

/** What is refused before a permit. */
const before: readonly Condition[] = [
  // The connection: nothing is handled, and a record is made once it closes.
  { name: 'connection ended', reason: { connection: ['ended'] }, given: {}, shown: null },
  { name: 'connection ended by the request before', reason: { connection: ['ended-in-turn'] }, given: {}, shown: null },
  silence('client gone before its turn', { reason: { connection: ['gone-in-turn'] } }),
  { name: 'connection cannot be written to', reason: { connection: ['closed'] }, given: {}, shown: null },

  // Canonicalize: decision.md, step 1, then what needs the host.
  refusal('malformed', 400, 'header-value', { reason: { isMalformed: [true] } }),
  refusal('misdirected', 421, 'misdirected', { reason: { certificateFits: [false] }, given: { tls: [true] } }),
  refusal('expectation', 417, 'expectation-failed', { reason: { expects: [true] } }),

  // Well-known: served by an overloaded proxy, too, and by one without a policy.
  answer('well-known page', 200, { reason: { path: ['/.well-known/iap/errors'] }, given: { method: ['GET'] }, shown: permit }),
  refusal('well-known page, method', 405, 'page-method', {
    reason: { path: ['/.well-known/iap/errors'] },
    given: { method: ['POST', 'OPTIONS'] },
  }),
  refusal('no such well-known page', 404, 'page-not-found', { reason: { path: ['/.well-known/iap/none'] } }),

  // Shed.
  refusal('overloaded', 503, 'overloaded', { reason: { overload: [true] }, shown: { detail: 'lag' } }),
  silence('client gone while the audit log is full', { goneIn: 'capacity', given: { capacity: ['later', 'none'] } }),
  refusal('audit log full', 503, 'audit-full', { reason: { capacity: ['none'] } }),

  // The policy, and what is answered by it without a route of the request. Preflights come before built-in endpoints, although
  // `failures.md` says that those come before routes, of which a preflight needs one.
  refusal('no policy', 503, 'no-policy', { reason: { policy: [false] } }),
  refusal('preflight refused', 403, 'cors-refused', {
    reason: { preflight: ['refused'] },
    given: { method: ['OPTIONS'], origin: ['https://other.test'], service: CONFIGURED },
    shown: { detail: 'a header is not in `cors.headers`' },
  }),
  answer('preflight allowed', 204, {
    reason: { preflight: ['allowed'] },
    given: { method: ['OPTIONS'], origin: ['https://other.test'], service: CONFIGURED },
    shown: { ...permit, detail: 'a preflight, answered from the configuration' },
  }),
  refusal('security event, method', 405, 'page-method', {
    reason: { events: [true] },
    given: { path: [EVENTS], method: ['GET', 'OPTIONS'] },
  }),
  // RFC 8935: its errors have a format of their own.
  refusal('security event', 400, 'security-event', {
    reason: { events: [true] },
    given: { path: [EVENTS], method: ['POST'] },
    shown: { detail: 'the content type is not `application/secevent+jwt`' },
  }),
  refusal('built-in endpoint', 404, 'page-not-found', {
    reason: { path: ['/.iap/none', EVENTS] },
    given: { signIn: ['on', 'failing'] },
  }),
  refusal('built-in endpoint over plain HTTP', 400, 'login-insecure', {
    reason: { path: ['/.iap/me'] },
    given: { signIn: ['on', 'failing'], tls: [false], method: ['GET'] },
  }),

  // Match: steps 2 to 4.
  refusal('no route', 403, 'no-route', { reason: { route: [false] }, shown: { effect: 'deny', reason: 'no-route' } }),
  refusal('header repeated', 400, 'header-repeated', { reason: { repeatedHeader: [true] } }),
  refusal('query', 400, 'query', { reason: { missingQuery: [true] } }),

  // Authenticate: step 5.
  silence('client gone while it is authenticated', { goneIn: 'authentication' }),
  refusal('authentication throws', 500, 'internal', {
    reason: { authentication: ['throws'] },
    shown: { detail: 'the authenticator throws' },
  }),
  refusal('credential expired', 401, 'expired', { reason: { authentication: ['expired'] }, shown: { detail: 'is expired' } }),
  refusal('issuer unavailable', 503, 'identity-provider-unavailable', {
    reason: { authentication: ['unavailable'] },
    shown: { detail: 'is identity-provider-unavailable' },
  }),
  refusal('too many wrong keys', 429, 'too-many-wrong-keys', {
    reason: { authentication: ['too-many'] },
    shown: { detail: 'is too-many-wrong-keys' },
  }),
  ...login('session ended', { authentication: ['session-ended'] }, { detail: 'is session' }),
  insecureLogin('session ended', { authentication: ['session-ended'] }, { detail: 'is session' }),
  refusal('session ended', 401, 'session', {
    reason: { authentication: ['session-ended'] },
    given: { window: [false] },
    shown: { detail: 'is session' },
  }),
  refusal('claims of a session', 403, 'login-claims', {
    reason: { authentication: ['session-claims'] },
    given: { ...window, signIn: ['on', 'failing'] },
    shown: { detail: 'is claims' },
  }),
  refusal('certificate expired', 401, 'certificate-expired', {
    reason: { certificate: ['expired'] },
    shown: { detail: 'is certificate-expired' },
  }),

  // Authorize: steps 6 to 10. First what is decided without the body.
  refusal('data never arrived', 403, 'denied', { reason: { data: [false] }, shown: { effect: 'deny', reason: 'data' } }),
  refusal('early decision throws', 403, 'decision-failed', {
    reason: { early: ['throws'] },
    given: declared,
    shown: { effect: 'deny', detail: 'the early decision throws' },
  }),
  refusal('denied early', 403, 'denied', {
    reason: { early: ['deny'] },
    given: declared,
    shown: { effect: 'deny', reason: 'early' },
  }),
  refusal('unauthenticated early', 401, 'unauthenticated', {
    reason: { early: ['unauthenticated'] },
    given: { ...declared, ...anonymous, window: [false] },
    shown: { effect: 'unauthenticated', reason: 'early' },
  }),
  refusal('body type', 415, 'body-type', { reason: { bodyType: ['text'] }, given: declared }),
  refusal('body too long, as declared', 413, 'body-too-large', { reason: { bodyLength: ['declared-long'] }, given: declared }),
  silence('client gone while its body comes', {
    goneIn: 'body',
    given: { ...declared, bodyType: ['json'], bodyLength: ['short', 'streamed-long'] },
  }),
  // Of what was decided with the body, the record keeps the effect.
  refusal('revoked while the body comes', 401, 'revoked-in-body', {
    revokedIn: 'body',
    keepsDecision: true,
    given: { ...declared, ...known, bodyType: ['json'], bodyLength: ['short', 'streamed-long'] },
    shown: { ...permit, detail: 'is revoked-in-body' },
  }),
  refusal('body too long', 413, 'body-too-large', { reason: { bodyLength: ['streamed-long'] }, given: declared }),
  refusal('body does not fit', 400, 'body', { reason: { bodyFits: [false] }, given: declared }),
  refusal('decision throws', 403, 'decision-failed', {
    reason: { decision: ['throws'] },
    shown: { effect: 'deny', detail: 'the decision throws' },
  }),
  refusal('denied', 403, 'denied', { reason: { decision: ['deny'] }, shown: { effect: 'deny', reason: 'default' } }),
  ...login('challenged', { decision: ['challenge'] }, { effect: 'challenge' }, { authentication: ['session'] }),
  refusal('challenged', 401, 'insufficient-authentication', {
    reason: { decision: ['challenge'] },
    given: { ...known, window: [false] },
    shown: { effect: 'challenge' },
  }),
  ...login('unauthenticated', { decision: ['unauthenticated'] }, { effect: 'unauthenticated' }, anonymous),
  insecureLogin('unauthenticated', { decision: ['unauthenticated'] }, { effect: 'unauthenticated' }, anonymous),
  refusal('unauthenticated', 401, 'unauthenticated', {
    reason: { decision: ['unauthenticated'] },
    given: { ...anonymous, window: [false] },
    shown: { effect: 'unauthenticated' },
  }),
]

/** What happens to a permitted request: the record keeps the permit (`failures.md`, "After a permit"). */
const after: readonly Condition[] = [
  // The end of authorize.
  refusal('handshake', 400, 'websocket-handshake', {
    reason: { upgradeKey: [false] },
    given: { upgrade: [true] },
    shown: permit,
  }),
  refusal('handshake of another version', 426, 'websocket-handshake', {
    reason: { upgradeVersion: [false] },
    given: websocket,
    shown: permit,
  }),
  refusal('origin of a WebSocket', 403, 'websocket-origin', {
    reason: { origin: ['https://other.test'] },
    given: websocket,
    shown: permit,
  }),
  silence('client of a WebSocket has left', { reason: { hasLeft: ['before'] }, given: websocket, shown: permit }),
  refusal('cross-site with a session', 403, 'cross-site', {
    reason: { origin: ['https://other.test'] },
    given: { method: ['POST'], authentication: ['session'], upgrade: [false] },
    shown: permit,
  }),
  refusal('cross-site with a certificate', 403, 'cross-site', {
    reason: { origin: ['https://other.test'] },
    given: { method: ['POST'], ...anonymous, certificate: ['valid'], upgrade: [false] },
    shown: permit,
  }),
  refusal('no upstream', 503, 'no-upstream', { reason: { service: ['none'] }, shown: permit }),

  // Limit.
  silence('client gone while limits are asked', {
    goneIn: 'limits',
    given: { limits: ['room', 'empty', 'unavailable', 'miscounted'] },
    shown: permit,
  }),
  refusal('limits miscounted', 500, 'internal', {
    reason: { limits: ['miscounted'] },
    shown: { detail: 'the rate-limit store returned results for other limits than requested: this is a bug in iap; report it' },
  }),
  refusal('revoked while limits are asked', 401, 'revoked-in-limits', {
    revokedIn: 'limits',
    given: { ...known, limits: ['room', 'empty', 'unavailable', 'miscounted'] },
    shown: { ...permit, detail: 'is revoked-in-limits' },
  }),
  refusal('limits unavailable', 503, 'limits-unavailable', {
    reason: { limits: ['unavailable'] },
    shown: { ...permit, detail: 'rate limits cannot be evaluated: the store throws' },
  }),
  refusal('rate limited', 429, 'rate-limited', { reason: { limits: ['empty'] }, shown: permit }),
  silence('client of a WebSocket leaves while limits are asked', {
    reason: { hasLeft: ['limits'] },
    given: { ...websocket, limits: ['room', 'empty', 'unavailable', 'miscounted'] },
    shown: permit,
  }),

  // Exchange token.
  refusal('no token to exchange', 403, 'exchange-no-token', { reason: { exchange: ['no-token'] }, given: known, shown: permit }),
  silence('client gone while its token is exchanged', {
    goneIn: 'exchange',
    given: { ...known, exchange: ['token', 'throws', 'refused', 'unavailable'] },
    shown: permit,
  }),
  refusal('exchange throws', 500, 'internal', {
    reason: { exchange: ['throws'] },
    given: known,
    shown: { detail: 'the exchange throws' },
  }),
  refusal('revoked while the token is exchanged', 401, 'revoked-in-exchange', {
    revokedIn: 'exchange',
    given: { ...known, exchange: ['token', 'throws', 'refused', 'unavailable'] },
    shown: { ...permit, detail: 'is revoked-in-exchange' },
  }),
  refusal('exchange unavailable', 503, 'exchange-unavailable', {
    reason: { exchange: ['unavailable'] },
    given: known,
    shown: { ...permit, detail: 'the session store is unavailable' },
  }),
  refusal('exchange refused', 502, 'exchange-refused', {
    reason: { exchange: ['refused'] },
    given: known,
    shown: { ...permit, detail: 'the issuer gives none' },
  }),
  silence('client of a WebSocket leaves while its token is exchanged', {
    reason: { hasLeft: ['exchange'] },
    given: { ...websocket, ...known, exchange: ['token', 'throws', 'refused', 'unavailable'] },
    shown: permit,
  }),

  // Forward. The row of `upgrade-unsupported` in `failures.md` stands before that of the handshake, but the service is known last.
  refusal('WebSocket over HTTP/2', 501, 'upgrade-unsupported', {
    reason: { service: ['http2'], upgrade: [true] },
    given: websocket,
    shown: permit,
  }),
  refusal('service busy', 503, 'upstream-busy', { shown: permit }),
]

const order = [...before, ...after]

/** Why two conditions cannot be true of one request: they need different values of this. */
const cannotMeet: Partial<Record<keyof Facets, string>> = {
  connection: 'it is refused before anything is sent on it, or it breaks',
  method: 'a request has one method: preflights are OPTIONS, windows and WebSockets GET, and only others change something',
  path: 'a request has one path, and on a host with sign-in no path of the proxy’s own takes a route',
  tls: 'a connection has TLS or not: its certificate is misdirected, or signing in is not secure',
  window: 'a browser opens it in a window, or does not: then nobody is sent to sign in',
  preflight: 'a preflight is answered or refused',
  signIn: 'signing in begins or fails',
  authentication: 'a request has one credential: one that is refused makes no caller, and a caller is not anonymous',
  certificate: 'a certificate that is refused is not read',
  early: 'there is one decision without the body',
  bodyType: 'a body of another type is not read, so nothing happens meanwhile',
  bodyLength: 'a body that is too long as it says is not read, so nothing happens meanwhile',
  body: 'a WebSocket has no body: with one, it is no handshake',
  decision: 'there is one decision',
  upgrade: 'a WebSocket is opened by no window, and `cross-site` is about other methods than GET',
  hasLeft: 'a client leaves once',
  service: 'a service has one protocol, or no upstream',
  limits: 'limits are counted in one way',
  exchange: 'a token is exchanged in one way',
}

/** Pairs in which the later condition of `order` wins. */
const exceptions: readonly {
  readonly because: string
  readonly ways: readonly Way[]
  readonly winners: readonly string[]
  readonly losers: readonly string[]
}[] = [
  {
    because:
      'while there is a candidate, the caller determines which policy has the route (docs/guides/operations/candidates.md)',
    ways: ['by the candidate', 'beside a candidate'],
    winners: ['client gone while it is authenticated', 'authentication throws'],
    losers: ['no route', 'header repeated', 'query'],
  },
]

/** The circumstances of a condition without its reason. */
const circumstances = ({ given }: Condition) => ({ reason: {}, given })

function isException(way: Way, winner: Condition, loser: Condition): boolean {
  return exceptions.some(
    ({ ways, winners, losers }) => ways.includes(way) && winners.includes(winner.name) && losers.includes(loser.name),
  )
}

function winsOver(way: Way, one: Condition, other: Condition): boolean {
  const isFirst = order.indexOf(one) < order.indexOf(other)
  return isFirst ? !isException(way, other, one) : isException(way, one, other)
}

const ways: readonly Way[] = ['at once', 'later', 'by the candidate', 'beside a candidate']

describe.each(ways)('%s', (way) => {
  test.each(order)('$name', async (winner) => {
    const alone = compose(winner)
    if (typeof alone === 'string') throw new Error(`it needs several values of ${alone}`)
    expect(await handle(alone, way)).toEqual(winner.shown)
    const found: Record<string, unknown> = {}
    const wanted: Record<string, unknown> = {}
    for (const loser of order) {
      if (loser === winner || !winsOver(way, winner, loser)) continue
      const both = compose(winner, loser)
      if (typeof both === 'string') continue
      const { effect, reason } = before.includes(loser) && loser.shown !== null ? loser.shown : { ...permit, reason: null }
      wanted[`over ${loser.name}`] = winner.keepsDecision && winner.shown ? { ...winner.shown, effect, reason } : winner.shown
      found[`over ${loser.name}`] = await handle(both, way)
      if (way !== 'at once') continue
      // The other condition holds, too: it shows as soon as the reason of the winner is gone.
      const rest = compose(circumstances(winner), loser)
      if (typeof rest === 'string') throw new Error(`${loser.name}: a part cannot meet what the whole meets`)
      wanted[`then ${loser.name}`] = loser.shown
      found[`then ${loser.name}`] = await handle(rest, way)
    }
    expect(found).toEqual(wanted)
  })
})

/** Returns the request of which a condition is true, with changes. */
function requestOf(name: string, changes: Partial<Scenario>): Scenario {
  const condition = order.find((one) => one.name === name)
  const request = condition && compose(condition)
  if (request === undefined || typeof request === 'string') throw new Error(`there is no condition ${name}`)
  return { ...request, ...changes }
}

describe('a revocation that nothing checks again', () => {
  test('while a sign-in begins: the provider decides who comes back', async () => {
    for (const name of ['challenged: sign-in begins', 'challenged: sign-in cannot begin'])
      expect(await handle(requestOf(name, { revokedIn: new Set(['sign-in']) }), 'at once')).toEqual(
        order.find((one) => one.name === name)?.shown,
      )
  })

  test('in a wait before the caller is known: the authenticator itself asks for revocations last', async () => {
    const request = requestOf('service busy', { authentication: 'token', capacity: 'later', revokedIn: new Set(['capacity']) })
    expect(await handle(request, 'at once')).toMatchObject({ code: 'upstream-busy' })
    // The next wait ends with it.
    expect(await handle({ ...request, limits: 'room' }, 'at once')).toMatchObject({ code: 'revoked-in-capacity' })
  })
})

test('a caller who is revoked while it is authenticated is not forwarded', async () => {
  const request = requestOf('service busy', { authentication: 'token', revokedIn: new Set(['authentication']) })
  expect(await handle(request, 'later')).toMatchObject({ code: 'revoked-in-authentication' })
})

describe('a session that ends in a wait', () => {
  test.each(['body', 'limits', 'exchange'] as const)('for %s: its browser is sent to sign in', async (wait) => {
    const scenario: Partial<Scenario> = {
      ...{ authentication: 'session', signIn: 'on', window: true, tls: true, method: 'GET' },
      ...{ body: wait === 'body', limits: 'room', exchange: 'token', revokedIn: new Set([wait]), isSessionRevoked: true },
    }
    expect(await handle(requestOf('service busy', scenario), 'at once')).toMatchObject({ status: 302, effect: 'permit' })
    expect(await handle(requestOf('service busy', { ...scenario, window: false }), 'at once')).toMatchObject({
      ...{ status: 401, code: 'session' },
    })
  })
})

describe('limits that cannot be counted, and pass', () => {
  test('leave their detail to what refuses the request afterwards', async () => {
    const request = requestOf('no token to exchange', { limits: 'unavailable-passes' })
    const detail = 'rate limits cannot be evaluated: the store throws'
    expect(await handle(request, 'at once')).toMatchObject({ code: 'exchange-no-token', detail })
    const refused = requestOf('exchange refused', { limits: 'unavailable-passes' })
    expect(await handle(refused, 'at once')).toMatchObject({ code: 'exchange-refused', detail: 'the issuer gives none' })
  })

  test.each(['body', 'limits', 'exchange'] as const)(
    'a caller who is revoked in the wait for %s is not forwarded',
    async (wait) => {
      const body = wait === 'body'
      const request = requestOf('service busy', {
        body,
        authentication: 'token',
        limits: 'unavailable-passes',
        exchange: 'token',
      })
      const revoked = { ...request, revokedIn: new Set([wait]) }
      expect(await handle(revoked, 'at once')).toMatchObject({ status: 401, code: `revoked-in-${wait}` })
      // A client that is gone has no answer, whatever else happened.
      expect(await handle({ ...revoked, goneIn: new Set([wait]) }, 'at once')).toMatchObject({
        status: null,
        code: 'client-closed',
      })
    },
  )
})

test.each([
  ['body', 'token'],
  ['body', 'anonymous'],
  ['limits', 'token'],
  ['limits', 'anonymous'],
  ['exchange', 'token'],
] as const)(
  'a certificate that the policy reads, revoked in the wait for %s, ends the request of %s',
  async (wait, authentication) => {
    const exchange = wait === 'exchange' ? { exchange: 'token' as const } : {}
    const limits = wait === 'limits' ? { limits: 'room' as const } : {}
    const request = requestOf('service busy', {
      body: wait === 'body',
      authentication,
      certificate: 'revocable',
      ...exchange,
      ...limits,
    })
    expect(await handle(request, 'at once')).toMatchObject({ code: 'upstream-busy' })
    const revoked = { ...request, revokedIn: new Set([wait]) }
    expect(await handle(revoked, 'at once')).toMatchObject({ status: 401, code: `revoked-in-${wait}` })
  },
)

test('a candidate that throws when it is shown the caller refuses all that it would decide', async () => {
  const internal = { status: 500, code: 'internal', effect: 'reject', reason: null, detail: 'the candidate throws' }
  // Before that, the caller was not known.
  const earlier = ['client gone while it is authenticated', 'authentication throws']
  for (const { name, shown } of order.slice(order.findIndex((one) => one.name === 'no route'))) {
    const found = await handle(requestOf(name, { candidateThrows: true }), 'by the candidate')
    expect(found, name).toMatchObject(earlier.includes(name) ? { ...shown } : internal)
  }
})

describe('the table', () => {
  test('names each condition once', () => {
    expect(new Set(order.map(({ name }) => name)).size).toBe(order.length)
  })

  test('says why pairs cannot meet, and nothing else', () => {
    const found = new Set<string>()
    for (const one of order)
      for (const other of order) {
        const both = compose(one, other)
        if (typeof both === 'string') found.add(both)
      }
    expect([...found].toSorted()).toEqual(Object.keys(cannotMeet).toSorted())
  })

  test('tells who wins: two that meet do not show the same, unless nothing is sent', () => {
    const alike: string[] = []
    for (const one of order)
      for (const other of order) {
        if (one === other || typeof compose(one, other) === 'string' || one.shown?.status == null) continue
        if (JSON.stringify(one.shown) === JSON.stringify(other.shown)) alike.push(`${one.name}, ${other.name}`)
      }
    expect(alike).toEqual([])
  })

  test('has the names of its exceptions', () => {
    const names = order.map(({ name }) => name)
    for (const { winners, losers } of exceptions) expect(names).toEqual(expect.arrayContaining([...winners, ...losers]))
  })
})
