import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collectLog, manualClock } from '../../../tests/support/identity.ts'
import {
  base64url,
  compactJws,
  hmacJws,
  startTestIssuer,
  type TestIssuer,
  type TestKey,
  testKey,
} from '../../../tests/support/test-issuer.ts'
import { type EventsConfig, SecurityEvents } from './security-events.ts'

const AUDIENCE = 'https://shop.example'
const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/'
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/'

let issuer: TestIssuer
let other: TestIssuer
const clock = manualClock()
beforeAll(async () => {
  issuer = await startTestIssuer()
  other = await startTestIssuer()
})
afterAll(async () => {
  await issuer?.close()
  await other?.close()
})

function events(changes: Partial<EventsConfig> = {}): SecurityEvents {
  const config: EventsConfig = {
    issuer: issuer.issuer,
    subjectIssuer: issuer.issuer,
    audience: AUDIENCE,
    jwks: null,
    algorithms: null,
    clockSkew: 30_000,
    staleKeys: 3_600_000,
    token: null,
    ...changes,
  }
  const deps = { clock, monotonic: () => performance.now(), log: collectLog(), fetchOf: () => fetch, fetchTimeout: 5000 }
  return new SecurityEvents({ staff: config }, deps)
}

const now = () => Math.floor(clock() / 1000)
const ann = () => ({ format: 'iss_sub', iss: issuer.issuer, sub: 'ann' })
const payload = () => ({
  iss: issuer.issuer,
  aud: AUDIENCE,
  jti: 'e1',
  iat: now(),
  sub_id: ann() as unknown,
  events: { [`${CAEP}session-revoked`]: { event_timestamp: now() } } as unknown,
})

/** With other claims and another header; undefined leaves out. */
function mint(claims: object = {}, header: object = {}, key: TestKey = issuer.keys[0] as TestKey): string {
  const head = { alg: key.alg, typ: 'secevent+jwt', kid: key.kid, ...header }
  return compactJws(JSON.stringify(head), JSON.stringify({ ...payload(), ...claims }), key)
}

const subject = { kind: 'subject', identity: 'staff', subject: 'ann' }

test('an event says whose all counts no longer, and until when', async () => {
  expect(await events().check('staff', mint())).toEqual({
    ok: true,
    revoked: [subject],
    before: clock(),
    jti: 'e1',
    remember: expect.closeTo((now() + 86_400 + 60) * 1000 - clock(), -1),
    events: [`${CAEP}session-revoked`],
  })
})

test('what was under way for a while means what was before it, however the clocks differ', async () => {
  const before = async (iat: number) => {
    const checked = await events().check('staff', mint({ iat }))
    return checked.ok ? checked.before / 1000 : null
  }
  expect(await before(now() - 3600)).toBe(now() - 3570)
  expect(await before(now() + 20)).toBe(clock() / 1000)
})

describe('who is meant', () => {
  const sid = (id: string, sub: string | null) => ({ kind: 'provider-session', identity: 'staff', sid: id, subject: sub })
  test.each<readonly [string, () => object, readonly object[]]>([
    ['a subject of the issuer', ann, [subject]],
    [
      'an opaque id, which may be a session',
      () => ({ format: 'opaque', id: 'x' }),
      [{ ...subject, subject: 'x' }, sid('x', null)],
    ],
    ['a user', () => ({ format: 'complex', user: ann() }), [subject]],
    [
      'a user on a device: all of the user',
      () => ({ format: 'complex', user: ann(), device: { format: 'opaque', id: 'd' } }),
      [subject],
    ],
    [
      'a session of a user',
      () => ({ format: 'complex', user: ann(), session: { format: 'opaque', id: 's1' } }),
      [sid('s1', 'ann')],
    ],
    ['a session', () => ({ format: 'complex', session: { format: 'opaque', id: 's1' } }), [sid('s1', null)]],
  ])('%s', async (_, sub, revoked) => {
    expect(await events().check('staff', mint({ sub_id: sub() }))).toMatchObject({ ok: true, revoked })
    // As earlier drafts have it.
    const inside = { sub_id: undefined, events: { [`${CAEP}session-revoked`]: { subject: sub() } } }
    expect(await events().check('staff', mint(inside))).toMatchObject({ ok: true, revoked })
  })

  test.each<readonly [string, unknown]>([
    ['an e-mail address', { format: 'email', email: 'ann@shop.example' }],
    ['a telephone number', { format: 'phone_number', phone_number: '+1' }],
    ['aliases', { format: 'aliases', identifiers: [{ format: 'opaque', id: 'x' }] }],
    ['nothing', {}],
    ['a text', 'ann'],
    ['a list', [{ format: 'opaque', id: 'x' }]],
    ['a subject of another issuer', { format: 'iss_sub', iss: 'https://evil.example', sub: 'ann' }],
    ['an empty id', { format: 'opaque', id: '' }],
    ['a tenant', { format: 'complex', tenant: { format: 'opaque', id: 't' } }],
    ['a user by an address', { format: 'complex', user: { format: 'email', email: 'a@b.example' } }],
    ['a session by what it is not', { format: 'complex', session: { format: 'email', email: 'a@b.example' } }],
    ['a complex one in a complex one', { format: 'complex', user: { format: 'complex', user: {} } }],
  ])('never %s', async (_, sub) => {
    expect(await events().check('staff', mint({ sub_id: sub }))).toMatchObject({ ok: false, error: 'invalid_request' })
  })
})

describe('which events', () => {
  const checked = async (all: object) => await events().check('staff', mint({ events: all }))
  test.each([
    [`${CAEP}session-revoked`, {}, 1],
    [`${CAEP}credential-change`, { change_type: 'revoke' }, 1],
    [`${CAEP}credential-change`, { change_type: 'update' }, 1],
    [`${CAEP}credential-change`, {}, 1],
    [`${CAEP}credential-change`, { change_type: 'create' }, 0],
    [`${RISC}sessions-revoked`, {}, 1],
    [`${RISC}account-disabled`, { reason: 'hijacking' }, 1],
    [`${RISC}account-purged`, {}, 1],
    [`${RISC}account-enabled`, {}, 0],
    ['https://schemas.openid.net/secevent/ssf/event-type/verification', { state: 'x' }, 0],
    ['https://evil.example/event', {}, 0],
    ['toString', {}, 0],
    ['http://schemas.openid.net/event/backchannel-logout', {}, 0],
  ])('%s %j', async (name, event, count) => {
    const answer = await checked({ [name]: event })
    expect(answer.ok && answer.revoked.length).toBe(count)
  })

  test('of several each that is known, whatever the others are', async () => {
    const all = { 'https://evil.example/e': {}, [`${CAEP}session-revoked`]: {}, [`${RISC}account-disabled`]: {} }
    expect(await checked(all)).toMatchObject({
      ok: true,
      revoked: [subject, subject],
      events: [`${CAEP}session-revoked`, `${RISC}account-disabled`],
    })
  })

  test('two subjects for one event are none', async () => {
    expect(await checked({ [`${CAEP}session-revoked`]: { subject: ann() } })).toMatchObject({ ok: false })
  })
})

/** Tokens of `threats.md`, and what else a key of the issuer may have signed. */
describe('threats', () => {
  const publicPem = () => (issuer.keys[0] as TestKey).publicKey.export({ type: 'spki', format: 'pem' })
  const signed = (head: object, body: object = payload()) =>
    compactJws(JSON.stringify(head), JSON.stringify(body), issuer.keys[0] as TestKey)
  const kid = () => (issuer.keys[0] as TestKey).kid

  test.each<readonly [string, () => string, string]>([
    [
      'alg none',
      () => `${base64url(JSON.stringify({ alg: 'none', typ: 'secevent+jwt' }))}.${base64url(JSON.stringify(payload()))}.`,
      'invalid_request',
    ],
    ['alg none with a signature', () => signed({ alg: 'none', typ: 'secevent+jwt' }), 'invalid_key'],
    [
      'HS256 with the public key',
      () => hmacJws(JSON.stringify({ alg: 'HS256', typ: 'secevent+jwt', kid: kid() }), JSON.stringify(payload()), publicPem()),
      'invalid_key',
    ],
    [
      'ES256 made with HMAC of the public key',
      () => hmacJws(JSON.stringify({ alg: 'ES256', typ: 'secevent+jwt', kid: kid() }), JSON.stringify(payload()), publicPem()),
      'invalid_key',
    ],
    ['another key', () => mint({}, {}, testKey('ES256')), 'invalid_key'],
    ["another key under the name of the issuer's", () => mint({}, {}, testKey('ES256', kid())), 'invalid_key'],
    ['a key that it brings', () => mint({}, { jwk: testKey('ES256').jwk }, testKey('ES256', kid())), 'invalid_key'],
    ['another issuer and its key', () => mint({ iss: other.issuer }, {}, other.keys[0]), 'invalid_issuer'],
    ['the issuer with a slash', () => mint({ iss: `${issuer.issuer}/` }), 'invalid_issuer'],
    ['no issuer', () => mint({ iss: undefined }), 'invalid_issuer'],
    ['another audience', () => mint({ aud: 'https://evil.example' }), 'invalid_audience'],
    ['no audience', () => mint({ aud: undefined }), 'invalid_audience'],
    ['an audience in another spelling', () => mint({ aud: `${AUDIENCE}/` }), 'invalid_audience'],
    ['no type', () => mint({}, { typ: undefined }), 'invalid_request'],
    ['typ JWT', () => mint({}, { typ: 'JWT' }), 'invalid_request'],
    ['an access token', () => issuer.mint({ aud: AUDIENCE }), 'invalid_request'],
    [
      'an ID token with an event in it',
      () => mint({ sub: 'ann', nonce: 'x', exp: now() + 60 }, { typ: undefined }),
      'invalid_request',
    ],
    ['a logout token', () => mint({ sub: 'ann' }, { typ: 'logout+jwt' }), 'invalid_request'],
    ['`sub`', () => mint({ sub: 'ann' }), 'invalid_request'],
    ['`exp`', () => mint({ exp: now() + 60 }), 'invalid_request'],
    ['`nonce`', () => mint({ nonce: 'x' }), 'invalid_request'],
    ['crit', () => mint({}, { crit: ['exp'] }), 'invalid_request'],
    ['b64', () => mint({}, { b64: false }), 'invalid_request'],
    ['a kid that is no text', () => mint({}, { kid: 1 }), 'invalid_request'],
    ['no iat', () => mint({ iat: undefined }), 'invalid_request'],
    ['an iat in the future', () => mint({ iat: now() + 31 }), 'invalid_request'],
    ['an iat in milliseconds', () => mint({ iat: clock() }), 'invalid_request'],
    ['an iat of long ago', () => mint({ iat: now() - 86_400 - 31 }), 'invalid_request'],
    ['no jti', () => mint({ jti: undefined }), 'invalid_request'],
    ['a jti that is no text', () => mint({ jti: 1 }), 'invalid_request'],
    ['no events', () => mint({ events: undefined }), 'invalid_request'],
    ['empty events', () => mint({ events: {} }), 'invalid_request'],
    ['events in a list', () => mint({ events: [`${CAEP}session-revoked`] }), 'invalid_request'],
    ['an event that is no object', () => mint({ events: { [`${CAEP}session-revoked`]: null } }), 'invalid_request'],
    [
      'eleven events',
      () => mint({ events: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`e${i}`, {}])) }),
      'invalid_request',
    ],
    [
      'a name twice',
      () =>
        compactJws(
          JSON.stringify({ alg: 'ES256', typ: 'secevent+jwt', kid: kid() }),
          `{"iss":"x",${JSON.stringify(payload()).slice(1)}`,
          issuer.keys[0] as TestKey,
        ),
      'invalid_request',
    ],
    ['a signature cut short', () => mint().slice(0, -2), 'invalid_key'],
    ['nothing', () => '', 'invalid_request'],
    ['JSON', () => JSON.stringify(payload()), 'invalid_request'],
  ])('%s', async (_, text, error) => {
    expect(await events().check('staff', text())).toMatchObject({ ok: false, error })
  })

  test('an algorithm that the identity does not have', async () => {
    expect(await events({ algorithms: ['RS256'] }).check('staff', mint())).toMatchObject({ ok: false, error: 'invalid_key' })
  })

  test('an issuer that does not answer is no mistake of the sender', async () => {
    const down = await startTestIssuer()
    await down.close()
    const answer = await events({ issuer: down.issuer }).check('staff', mint({ iss: down.issuer }))
    expect(answer).toMatchObject({ ok: false, error: 'unavailable' })
  })
})
