import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WAIT } from '../support/until.ts'
import { cases } from './cases.ts'
import { expectReached } from './expect-reached.ts'
import { accessClaims, token } from './issuer.ts'
import { type Fixture, HEADERS_TIMEOUT, startFixture } from './start-fixture.ts'
import type { ThreatCase, Tokens } from './threat-case.ts'
import { tokensFor } from './tokens-for.ts'
import type { Seen } from './upstream.ts'
import { type Answer, exchange, get, request } from './wire.ts'

let fixture: Fixture
let tokens: Tokens

beforeAll(async () => {
  fixture = await startFixture()
  tokens = await tokensFor(fixture)
})

afterAll(() => fixture?.close())

async function run(threat: ThreatCase): Promise<Answer> {
  fixture.upstream.take()
  const answer = await exchange(fixture.port, typeof threat.send === 'string' ? threat.send : threat.send(tokens))
  expect([threat.status].flat(), answer.text).toContain(answer.status)
  expect(answer.statuses, answer.text).toHaveLength(1)
  if (threat.closes) expect(answer.closed).toBe(true)
  const seen = fixture.upstream.take()
  if (threat.reaches === undefined) expect(seen).toEqual([])
  else {
    expect(seen).toHaveLength(1)
    expectReached(seen[0] as Seen, threat.reaches)
  }
  return answer
}

describe.each(Object.entries(cases))('%s', (_, threats) => {
  test.each(threats)('$name', async (threat) => void (await run(threat)))
})

test('keys that a token names are not fetched', () => {
  expect(fixture.issuer.asked.filter((url) => url.includes('evil'))).toEqual([])
})

test('removed headers are in the audit record', async () => {
  await exchange(fixture.port, get('/public/stripped', 'X_Iap_User: forged', 'X-Iap-Assertion: forged'))
  // Records are written a moment after their answers.
  const record = await vi.waitFor(() => {
    const found = fixture.audit().findLast((line) => line.rawPath === '/public/stripped')
    expect(found).toBeDefined()
    return found
  }, WAIT)
  expect(record?.strippedHeaders.toSorted()).toEqual(['x-iap-assertion', 'x_iap_user'])
})

test('a token that ended is refused although it was accepted before', async () => {
  const short = get('/api/x', `Authorization: Bearer ${token(fixture.issuer, accessClaims(fixture.issuer))}`)
  expect((await exchange(fixture.port, short)).status).toBe(200)
  fixture.ahead = 700_000
  try {
    expect((await exchange(fixture.port, short)).status).toBe(401)
  } finally {
    fixture.ahead = 0
  }
})

describe('Expect: 100-continue', () => {
  const lines = ['Expect: 100-continue', 'Content-Length: 5']

  test.each([
    ['/admin/x', 401],
    ['/nowhere', 403],
    ['/public/../admin', 400],
  ])('is not answered with 100 where the answer is no: %s', async (target, status) => {
    const answer = await exchange(fixture.port, request(`POST ${target} HTTP/1.1`, lines))
    expect([answer.statuses, answer.closed]).toEqual([[status], true])
  })

  test('of a user who may not', async () => {
    const answer = await exchange(
      fixture.port,
      request('POST /admin/x HTTP/1.1', [...lines, `Authorization: Bearer ${tokens.user}`]),
    )
    expect([answer.statuses, answer.closed]).toEqual([[403], true])
  })

  test('is answered where it is yes', async () => {
    const answer = await exchange(fixture.port, request('POST /public/x HTTP/1.1', lines, 'hello'))
    expect(answer.statuses).toEqual([100, 200])
  })
})

describe('on a connection that stays', () => {
  const body = get('/public/smuggled')
  const denied = (...lines: string[]) =>
    request('POST /admin/x HTTP/1.1', ['Connection: keep-alive', `Content-Length: ${body.length}`, ...lines], body)

  test.each([1, 3])('the body of a denied request is no request, %i times', async (times) => {
    fixture.upstream.take()
    const answer = await exchange(fixture.port, denied().repeat(times) + get('/public/after'))
    expect(answer.statuses).toEqual([...new Array(times).fill(401), 200])
    expect(fixture.upstream.take().map(({ url }) => url)).toEqual(['/public/after'])
  })

  test('nothing that was sent ahead of a refused request is lost, and nothing after it is read', async () => {
    fixture.upstream.take()
    const kept = (target: string) => get(target, 'Connection: keep-alive')
    const answer = await exchange(fixture.port, kept('/public/first') + kept('/public/../admin') + kept('/public/after'))
    expect(answer).toMatchObject({ statuses: [200, 400], closed: true })
    expect(fixture.upstream.take().map(({ url }) => url)).toEqual(['/public/first'])
  })

  test('a credential counts for its request only', async () => {
    const first = get('/api/x', 'Connection: keep-alive', `Authorization: Bearer ${tokens.user}`)
    expect((await exchange(fixture.port, first + get('/api/x'))).statuses).toEqual([200, 401])
  })
})

describe('a connection is not taken hostage', () => {
  test('by one byte after another', async () => {
    const line = get('/public/a', `X-A: ${'a'.repeat(1000)}`)
    const answer = await exchange(fixture.port, line, { perByte: HEADERS_TIMEOUT / 10 })
    expect(answer).toMatchObject({ statuses: [408], closed: true })
  })

  test('by silence', async () => {
    expect(await exchange(fixture.port, '')).toMatchObject({ closed: true })
  })
})
