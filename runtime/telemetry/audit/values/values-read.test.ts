import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../../../../tests/support/compile-policy.ts'
import type { Certificate } from '../../../abi/index.ts'
import type { Caller } from '../../../identity/index.ts'
import { instantiate, noData, type Policy, readBundle } from '../../../policy/index.ts'
import { Redaction } from '../redaction.ts'
import { valuesRead } from './values-read.ts'

const POLICY = `
identity user via jwt { sub: string, name: string, tags: set<string>, since: timestamp, span: duration, limits: map<string, int>, resetToken?: string }
identity workload via mtls
identity keyed via api_key { sub: string, name: string }
service s at "s.test" {
  route a GET "/a"
  route b POST "/b" body list<string>
  route c POST "/c" body { text: string, rate: double }
  route d GET "/d"
  route e GET "/e"
  route f GET "/f" query { sessionid?: string, page?: int }
}
permit a on s.a to user
  when caller.name == "x" && "t" in caller.tags && caller.since < request.time && caller.span < duration("9h") && "k" in caller.limits
  when request.headers[?"x-one"].orValue("") != "no"
  when !has(caller.resetToken) || caller.resetToken == "x"
permit b on s.b to user when "x" in body
permit c on s.c to anyone when body.text == "a" && body.rate > 0.5
permit e on s.e to workload
  when caller.trust_domain == "a.test" && "w.test" in caller.dns_names && has(connection.mtls) && connection.mtls.spiffe_id != ""
permit f on s.f to anyone when has(query.sessionid) || has(query.page) || "x-auth" in request.headers
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
  readonly mtls?: Certificate | null
  readonly query?: Readonly<Record<string, readonly string[]>> | null
}

async function textOf(route: string, asked: Asked, redaction: Redaction | null = null): Promise<string | null> {
  const {
    claims = CLAIMS,
    identity = 'user',
    subject = 'ann',
    headers = {},
    body,
    consumed = ['authorization'],
    mtls = null,
    query = null,
  } = asked
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
  const { index = -1, query: declared = null } = loaded.module.routes.find(({ name }) => name === route) ?? {}
  const values = Object.fromEntries((declared?.keys ?? []).map(({ name }) => [name, query?.[name] ?? []]))
  const asks = declared === null ? null : loaded.query(index, values)
  const sent = body === undefined ? null : loaded.body(index, JSON.stringify(body))
  if (sent?.ok === false) throw new Error(sent.message)
  const question = loaded.request(index, read, { time: 0n, mtls, data: noData }, asks, sent?.body ?? null)
  return valuesRead(loaded.manifest, route, facts, caller, question)?.text(redaction) ?? null
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
    // By whatever method it comes.
    expect(await valuesOf('s.d', { identity: 'keyed', claims: { sub: 'ann', name: 'x' } })).toBeNull()
  })

  test('says whether the body was read, and never holds the whole of it', async () => {
    expect(await valuesOf('s.b', { body: ['x', 'WHOLE'] })).toEqual({ body: true, omitted: { body: 'whole' } })
    expect(await valuesOf('s.b', {})).toBeNull()
    expect(await valuesOf('s.c', { body: { text: 'a', rate: 0.25 } })).toEqual({
      body: true,
      read: { 'body.rate': 0.25, 'body.text': 'a' },
    })
  })

  test('is no value of which conditions ask no more than whether it is there', async () => {
    const values = await valuesOf('s.f', { query: { sessionid: ['SECRET'] }, headers: { 'x-auth': ['SECRET'] } })
    expect(values).toEqual({
      read: { 'query.page': null },
      omitted: { 'query.sessionid': 'present', 'request.headers["x-auth"]': 'present' },
    })
    const redaction = new Redaction({ omit: ['query'], hash: ['request.headers'] }, 'a key')
    expect(await valuesOf('s.f', { query: { page: ['1'] }, headers: { 'x-auth': ['SECRET'] } }, redaction)).toEqual({
      omitted: { 'query.page': 'redacted', 'query.sessionid': 'redacted', 'request.headers["x-auth"]': 'present' },
    })
  })

  test('is on one line, whatever it holds', async () => {
    const text = await textOf('s.c', { body: { text: '\n\u2028\u202e"\\', rate: 1 } })
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
    const hashed = { hashed: { 'caller.sub': redaction.hashOf('ann') } }
    expect(await valuesOf('s.d', { claims: { ...CLAIMS }, subject: 'other' }, redaction)).toEqual(hashed)
    const claims = { sub: 'ann', name: 'x' }
    expect(await valuesOf('s.d', { identity: 'keyed', claims, subject: 'other' }, redaction)).toEqual(hashed)
  })
})

describe('a subject that is redacted', () => {
  const hash = new Redaction({ omit: ['body.text'], hash: ['caller.subject'] }, 'a key')
  const omit = new Redaction({ omit: ['caller.subject'], hash: ['caller.tags'] }, 'a key')
  const hashed = hash.hashOf('ann')

  test.each(['user', 'keyed'])('is in clear under no other path, of a caller by %s', async (identity) => {
    for (const redaction of [hash, omit])
      expect(await valuesOf('s.d', { identity, claims: { ...CLAIMS, name: 'x' } }, redaction)).toBeNull()
  })

  test('nor is what equals it, or has it in it: the stricter of the two ways counts', async () => {
    const asked = { claims: { ...CLAIMS, name: 'ann', tags: ['t', 'ann'], limits: { ann: 1 } }, headers: { 'x-one': ['ann'] } }
    for (const redaction of [hash, omit]) expect(await textOf('s.a', asked, redaction)).not.toContain('ann')
    expect((await valuesOf('s.a', asked, hash)).hashed).toEqual({
      'caller.limits': hash.hashOf('{"ann":1}'),
      'caller.name': hashed,
      'caller.tags': [hash.hashOf('t'), hashed],
      'request.headers["x-one"]': hashed,
    })
    expect((await valuesOf('s.a', asked, omit)).omitted).toMatchObject({ 'caller.name': 'redacted', 'caller.tags': 'redacted' })
    expect((await valuesOf('s.c', { body: { text: 'ann', rate: 1 } }, hash)).omitted).toEqual({ 'body.text': 'redacted' })
    expect((await valuesOf('s.a', { headers: { 'x-one': ['bob'] } }, hash)).read['request.headers["x-one"]']).toBe('bob')
  })

  test('nor what else its certificate calls it', async () => {
    const claims = { spiffe_id: 'spiffe://a.test/w', dns_names: ['w.test', 'v.test'] }
    const mtls = { ...claims, trust_domain: 'a.test', path: '/w' }
    const asked: Asked = { identity: 'workload', subject: claims.spiffe_id, claims, mtls }
    for (const redaction of [hash, omit]) {
      const text = await textOf('s.e', asked, redaction)
      for (const name of ['a.test', 'w.test', 'v.test']) expect(text).not.toContain(name)
    }
    const plain = await valuesOf('s.e', asked)
    expect(plain.read).toMatchObject({ 'caller.dns_names': claims.dns_names, 'connection.mtls': { spiffe_id: claims.spiffe_id } })
    expect((await valuesOf('s.e', asked, hash)).hashed['caller.dns_names']).toEqual(
      claims.dns_names.map((name) => hash.hashOf(name)),
    )
  })
})
