import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../../../tests/support/compile-policy.ts'
import type { Facts } from '../../abi/index.ts'
import type { Caller } from '../../identity/index.ts'
import { decisionRequest, instantiate, noData, type Policy, readBundle } from '../../policy/index.ts'
import { Redaction } from '../redaction.ts'
import { holdsSecret, isSecretName, withoutSecrets } from './secret-names.ts'
import { valuesRead } from './values-read.ts'

const POLICY = `
identity user via jwt { sub: string, name: string, tags: set<string>, since: timestamp, span: duration, limits: map<string, int>, resetToken?: string }
identity keyed via api_key { sub: string, name: string }
service s at "s.test" {
  route a GET "/a"
  route b POST "/b" body list<string>
  route c POST "/c" body { text: string, rate: double }
  route d GET "/d"
}
permit a on s.a to user
  when caller.name == "x" && "t" in caller.tags && caller.since < request.time && caller.span < duration("9h") && "k" in caller.limits
  when request.headers[?"x-one"].orValue("") != "no"
  when !has(caller.resetToken) || caller.resetToken == "x"
permit b on s.b to user when "x" in body
permit c on s.c to anyone when body.text == "a" && body.rate > 0.5
permit d on s.d to user, keyed when caller.sub == "ann"
`

let policy: Policy
const CLAIMS = { sub: 'ann', name: 'Ann "A"', tags: ['t', 'u'], since: '2026-01-01T00:00:00.5Z', span: '90m', limits: { k: 1 } }

async function load(): Promise<Policy> {
  if (policy !== undefined) return policy
  const read = await readBundle(await compilePolicy(POLICY), { keys: 'unverified' })
  if (!read.ok) throw new Error(read.message)
  policy = instantiate(read.bundle)
  return policy
}

interface Asked {
  readonly claims?: object
  readonly identity?: string
  readonly subject?: string
  readonly headers?: Readonly<Record<string, readonly string[]>>
  readonly body?: unknown
  readonly consumed?: readonly string[]
}

async function textOf(route: string, asked: Asked, redaction: Redaction | null = null): Promise<string | null> {
  const { claims = CLAIMS, identity = 'user', subject = 'ann', headers = {}, body, consumed = ['authorization'] } = asked
  const loaded = await load()
  const made = loaded.facts(identity, claims, { time: null, acr: null, mfa: false }, noData)
  if (!made.ok) throw new Error(made.message)
  const { facts } = made
  const caller = { identity, subject, facts, consumed } as unknown as Caller
  const lookup = {
    get: (name: string) => (headers[name]?.length === 1 ? headers[name][0] : undefined),
    count: (name: string) => headers[name]?.length ?? 0,
  }
  const read = { method: 'GET', host: 's.test', path: '/', segments: [''], sourceIp: '', headers: lookup }
  const question = decisionRequest(read, { time: 0n, mtls: null, data: noData }, null, body)
  return valuesRead(loaded.manifest, route, facts as Facts, caller, question)?.text(redaction) ?? null
}

async function valuesOf(route: string, asked: Asked, redaction: Redaction | null = null) {
  const text = await textOf(route, asked, redaction)
  return text === null || text === '' ? null : JSON.parse(`{${text.slice(1)}}`).values
}

describe('what is recorded', () => {
  test('is JSON of each type, null for what is not there', async () => {
    expect(await valuesOf('s.a', { headers: { 'x-one': ['1'] } })).toEqual({
      read: {
        'caller.limits': { k: 1 },
        'caller.name': 'Ann "A"',
        'caller.since': '2026-01-01T00:00:00.5Z',
        'caller.span': '5400s',
        'caller.tags': ['t', 'u'],
        'request.headers["x-one"]': '1',
      },
      omitted: { 'caller.resetToken': 'secret' },
    })
  })

  test('is not what the record calls the subject, where that is the claim', async () => {
    expect(await valuesOf('s.d', {})).toBeNull()
    // The subject of an API key is what its file says.
    const claims = { sub: 'ann', name: 'x' }
    expect(await valuesOf('s.d', { identity: 'keyed', claims })).toEqual({ read: { 'caller.sub': 'ann' } })
  })

  test('says whether the body was read, and never holds the whole of it', async () => {
    expect(await valuesOf('s.b', { body: ['x', 'WHOLE'] })).toEqual({ body: true, omitted: { body: 'whole' } })
    expect(await valuesOf('s.b', {})).toBeNull()
    expect(await valuesOf('s.c', { body: { text: 'a', rate: 0.25 } })).toEqual({
      body: true,
      read: { 'body.rate': 0.25, 'body.text': 'a' },
    })
  })

  test('is on one line, whatever it holds', async () => {
    const text = await textOf('s.c', { body: { text: '\n\u2028\u202e"\\\ud800', rate: 1 } })
    expect(text).not.toMatch(/[\n\u2028\u202e]/)
    expect((await valuesOf('s.c', { body: { text: '\n\u2028"\\', rate: 1 } })).read['body.text']).toBe('\n\u2028"\\')
  })

  test('has bounds, for each value and for all', async () => {
    const long = 'x'.repeat(1022)
    expect((await valuesOf('s.c', { body: { text: long, rate: 1 } })).read['body.text']).toBe(long)
    expect((await valuesOf('s.c', { body: { text: `${long}x`, rate: 1 } })).omitted).toEqual({ 'body.text': 'long' })
    // Escapes count.
    expect((await valuesOf('s.c', { body: { text: '\n'.repeat(600), rate: 1 } })).omitted).toEqual({ 'body.text': 'long' })
    const tags = Array.from({ length: 500 }, (_, at) => `tag ${at}`)
    expect((await valuesOf('s.a', { claims: { ...CLAIMS, tags } })).omitted['caller.tags']).toBe('long')
  })

  test('holds no header that held the credential, nor one that came twice', async () => {
    const headers = { 'x-one': ['SECRET'] }
    expect((await valuesOf('s.a', { headers, consumed: ['x-one'] })).omitted['request.headers["x-one"]']).toBe('secret')
    expect((await valuesOf('s.a', { headers: { 'x-one': ['1', '2'] } })).omitted['request.headers["x-one"]']).toBe('repeated')
  })

  test('is redacted by its path, or by what it is in', async () => {
    const key = 'a key'
    const redaction = new Redaction(
      { omit: ['caller.limits', 'request.headers'], hash: ['caller.tags', 'body', 'caller.subject'] },
      key,
    )
    const values = await valuesOf('s.a', { headers: { 'x-one': ['1'] } }, redaction)
    expect(values.omitted).toMatchObject({ 'caller.limits': 'redacted', 'request.headers["x-one"]': 'redacted' })
    expect(values.hashed).toEqual({ 'caller.tags': [redaction.hashOf('t'), redaction.hashOf('u')] })
    expect((await valuesOf('s.c', { body: { text: 'a', rate: 0.5 } }, redaction)).hashed).toEqual({
      'body.rate': redaction.hashOf('0.5'),
      'body.text': redaction.hashOf('a'),
    })
    const claims = { sub: 'ann', name: 'x' }
    expect(await valuesOf('s.d', { claims: { ...CLAIMS }, subject: 'other' }, redaction)).toEqual({
      hashed: { 'caller.sub': redaction.hashOf('ann') },
    })
    // That of an API key is another thing than its subject.
    expect(await valuesOf('s.d', { identity: 'keyed', claims }, redaction)).toEqual({ read: { 'caller.sub': 'ann' } })
  })
})

test('what is secret within records, maps and texts is not there either', () => {
  const of = (type: Parameters<typeof withoutSecrets>[0]) => JSON.stringify(withoutSecrets(type))
  const field = { type: 'string', optional: false } as const
  expect(of({ list: { record: { sku: field, resetToken: field } } })).toBe(of({ list: { record: { sku: field } } }))
  expect(holdsSecret(new Map([['password', 'x']]))).toBe(true)
  expect(holdsSecret({ a: [new Map([['k', 'Bearer abcdefgh']])] })).toBe(true)
  expect(holdsSecret(new Set(['DPoP abcdefgh']))).toBe(true)
  expect(holdsSecret('eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln')).toBe(true)
  expect([new Map([['k', 'v']]), 'eyes', 'bearers of news', ['a'], 'basic plan', 5n, null, undefined].some(holdsSecret)).toBe(
    false,
  )
})

test.each([
  'token',
  'access_token',
  'resetToken',
  'x-api-key',
  'X-Auth-Token',
  'Cookie',
  'password',
  'clientSecret',
  'session_id',
  'csrf',
  'dpop',
  'pin',
  'apiKey',
])('`%s` is the name of a secret', (name) => {
  expect(isSecretName(name)).toBe(true)
})
test.each(['tenant', 'tokens_left', 'department', 'monkey', 'keyboard', 'spin', 'author', 'x-tenant', 'obsession', 'path'])(
  '`%s` is none',
  (name) => {
    expect(isSecretName(name)).toBe(false)
  },
)
