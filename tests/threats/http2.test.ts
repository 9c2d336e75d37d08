/** The cases of HTTP/1.1 as frames of HTTP/2, and what only frames can do. RFC 9113; the floods are CVE-2019-9511 to 9518, CVE-2023-44487 and VU#421644. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeFields, FLAG, FRAME, RawHttp2 } from '../support/raw-http2.ts'
import { cases } from './cases.ts'
import { expectReached } from './expect-reached.ts'
import { CODE, type Fields, fieldsOf, malformedRequests, wrongLengths } from './frame-cases.ts'
import { type Fixture, startFixture } from './start-fixture.ts'
import type { ThreatCase, Tokens } from './threat-case.ts'
import { tokensFor } from './tokens-for.ts'
import { translate } from './translate.ts'
import type { Seen } from './upstream.ts'
import { exchange, get } from './wire.ts'

let fixture: Fixture
let tokens: Tokens

beforeAll(async () => {
  fixture = await startFixture(true)
  tokens = await tokensFor(fixture)
})

afterAll(() => fixture?.close())

const translatable = ['URI', 'Host', 'Headers', 'Tokens'].flatMap((kind) =>
  (cases[kind] as readonly ThreatCase[]).map((threat) => ({ ...threat, name: `${kind}: ${threat.name}` })),
)

let translated = 0

/** Its name is no token (RFC 9110 §5.6.2), or its value has a byte that RFC 9113 §8.2.1 rules out. */
const isNone = ([name, value]: readonly [string, string]): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  !/^:?[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) || /[\0-\x08\x0a-\x1f\x7f]/.test(value)

test.each(translatable)('$name', async (threat) => {
  const found = translate(typeof threat.send === 'string' ? threat.send : threat.send(tokens))
  if (found === null) return
  translated += 1
  fixture.upstream.take()
  const client = await RawHttp2.open(fixture.port)
  client.request(1, found.fields, found.body === '')
  if (found.body !== '') client.send(FRAME.data, FLAG.endStream, 1, found.body)
  await client.until(() => client.endOf(1) !== null)
  const [status, end] = [client.statusOf(1), client.endOf(1)]
  client.close()
  const wanted = [threat.status].flat()
  // What nghttp2 refuses itself has no status.
  const isReset = status === 0 && end === CODE.protocol
  if (found.connection || (isReset && wanted.every((each) => each >= 400))) {
    expect(isReset || status === 400).toBe(true)
    expect(fixture.upstream.take()).toEqual([])
    return
  }
  const seen = fixture.upstream.take()
  if (status === 200 && found.fields.some(isNone)) {
    // nghttp2 takes such a line out before anybody reads it, so that it is there for nobody.
    const [name] = found.fields.find(isNone) as [string, string]
    expect(seen.flatMap(({ rawHeaders }) => [...rawHeaders])).not.toContain(name)
    return
  }
  expect(wanted).toContain(status)
  if (threat.reaches === undefined) expect(seen).toEqual([])
  else {
    expect(seen).toHaveLength(1)
    expectReached(seen[0] as Seen, threat.reaches)
  }
})

test('nearly all of these can be said in HTTP/2', () => {
  expect(translated).toBeGreaterThan(0.9 * translatable.length)
})

async function withClient<T>(use: (client: RawHttp2) => Promise<T>): Promise<T> {
  const client = await RawHttp2.open(fixture.port)
  try {
    return await use(client)
  } finally {
    client.close()
  }
}

describe('HTTP/1.1 on the same listener', () => {
  const every = Object.entries(cases).flatMap(([kind, threats]) =>
    threats.map((threat) => ({ ...threat, name: `${kind}: ${threat.name}` })),
  )
  test.each(every.filter(({ send }) => typeof send !== 'string' || !send.startsWith('PRI ')))('$name', async (threat) => {
    fixture.upstream.take()
    const answer = await exchange(fixture.port, typeof threat.send === 'string' ? threat.send : threat.send(tokens))
    expect([threat.status].flat(), answer.text).toContain(answer.status)
    const seen = fixture.upstream.take()
    if (threat.reaches === undefined) expect(seen).toEqual([])
    else expectReached(seen[0] as Seen, threat.reaches)
  })
})

describe('framing', () => {
  test.each(malformedRequests)('%s resets its stream, and nothing reaches a service', async (_, fields, code) => {
    fixture.upstream.take()
    await withClient(async (client) => {
      client.request(1, fields)
      await client.until(() => client.endOf(1) !== null)
      expect([client.statusOf(1), client.endOf(1)]).toEqual([0, code])
      expect(fixture.upstream.take()).toEqual([])
      // The connection goes on.
      client.request(3, fieldsOf('GET', '/public/a'))
      await client.until(() => client.endOf(3) !== null)
      expect(client.statusOf(3)).toBe(200)
    })
  })

  test.each(wrongLengths)('a body that is %s is no request', async (_, length, body, ends) => {
    fixture.upstream.take()
    await withClient(async (client) => {
      client.request(1, fieldsOf('POST', '/public/a', ['content-length', length]), false)
      client.send(FRAME.data, ends ? FLAG.endStream : 0, 1, body)
      await client.until(() => client.endOf(1) !== null)
      // With the nghttp2 of Node 24 it is the connection that ends.
      expect([client.statusOf(1), client.closed || client.endOf(1) === CODE.protocol]).toEqual([0, true])
      expect(fixture.upstream.take()).toEqual([])
    })
  })

  test('trailers are not headers', async () => {
    fixture.upstream.take()
    await withClient(async (client) => {
      client.request(1, fieldsOf('POST', '/public/a'), false)
      client.send(FRAME.data, 0, 1, 'body')
      client.request(1, [['x-iap-user', 'forged']])
      await client.until(() => client.endOf(1) !== null)
      expect(client.statusOf(1)).toBe(200)
      const [seen] = fixture.upstream.take()
      expect(seen).toMatchObject({ body: 'body' })
      expect(seen?.rawHeaders.join().toLowerCase()).not.toContain('forged')
    })
  })

  test('a request of a stream that is over is none', async () => {
    fixture.upstream.take()
    await withClient(async (client) => {
      client.request(1, fieldsOf('GET', '/public/a'))
      await client.until(() => client.endOf(1) !== null)
      client.request(1, fieldsOf('GET', '/public/again'))
      client.request(3, fieldsOf('GET', '/public/after'))
      await client.until(() => client.endOf(3) !== null || client.frames.some(({ type }) => type === FRAME.goaway))
      const urls = fixture.upstream.take().map(({ url }) => url)
      expect(urls.filter((url) => url !== '/public/after')).toEqual(['/public/a'])
    })
  })

  test('more streams at a time than were offered are refused', async () => {
    await withClient(async (client) => {
      for (let at = 0; at < 200; at += 1) client.request(2 * at + 1, fieldsOf('POST', '/public/a'), false)
      await client.until(() => client.closed || client.endOf(399) !== null)
      const refused = Array.from({ length: 200 }, (_, at) => client.endOf(2 * at + 1)).filter((end) => end === CODE.refused)
      expect(client.closed || refused.length >= 200 - 128).toBe(true)
    })
  })
})

/** Others are served while something goes on: how many were answered before it was over. */
async function servedWhile(isOver: () => boolean): Promise<number> {
  for (let count = 0; ; count += 1) {
    expect((await exchange(fixture.port, get('/public/other'))).status).toBe(200)
    if (isOver()) return count
  }
}

/** Everything that a flood sends, in pieces that a socket takes. */
async function flood(client: RawHttp2, pieces: number, piece: (at: number) => void): Promise<void> {
  for (let at = 0; at < pieces && !client.closed; at += 1) {
    piece(at)
    if (client.socket.writableNeedDrain)
      await new Promise<void>((resolve) => {
        client.socket.once('drain', resolve)
        client.socket.once('close', () => resolve())
      })
    if (at % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('floods', () => {
  test.each<[string, number, (client: RawHttp2, at: number) => void]>([
    [
      'requests that are reset at once',
      20_000,
      (client, at) => {
        client.request(2 * at + 1, fieldsOf('GET', '/public/a'))
        client.reset(2 * at + 1, CODE.cancel)
      },
    ],
    [
      'a head without an end',
      20_000,
      (client, at) =>
        at === 0
          ? client.send(FRAME.headers, FLAG.endStream, 1, Buffer.alloc(0))
          : client.send(FRAME.continuation, 0, 1, Buffer.concat([Buffer.from([0, 3]), Buffer.from('x-a'), Buffer.from([1, 97])])),
    ],
    ['settings', 50_000, (client) => client.send(FRAME.settings, 0, 0)],
    ['pings', 100_000, (client) => client.send(FRAME.ping, 0, 0, Buffer.alloc(8))],
    [
      'data that are none',
      50_000,
      (client, at) => {
        if (at === 0) client.request(1, fieldsOf('POST', '/public/a'), false)
        client.send(FRAME.data, 0, 1)
      },
    ],
    ['priorities', 50_000, (client, at) => client.send(FRAME.priority, 0, 2 * at + 1, Buffer.from([0, 0, 0, 0, 16]))],
  ])('of %s: others do not notice', async (_, pieces, piece) => {
    const before = process.memoryUsage().rss
    await withClient(async (client) => {
      let over = false
      const flooding = flood(client, pieces, (at) => piece(client, at)).then(() => {
        over = true
      })
      const served = await servedWhile(() => over)
      await flooding
      // A connection that floods is cut, or does not keep others waiting until it has ended.
      expect(client.closed || served > 0).toBe(true)
      expect((await exchange(fixture.port, get('/public/other'))).status).toBe(200)
    })
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6)
  })

  test('a connection that resets its requests again and again is ended', async () => {
    await withClient(async (client) => {
      await flood(client, 5_000, (at) => {
        client.request(2 * at + 1, fieldsOf('GET', '/public/a'))
        client.reset(2 * at + 1, CODE.cancel)
      })
      expect(await client.until(() => client.closed || client.frames.some(({ type }) => type === FRAME.goaway))).toBe(true)
    })
  })

  test('a head that does not end keeps no connection', async () => {
    await withClient(async (client) => {
      client.send(FRAME.headers, 0, 1, Buffer.from([0x82]))
      const dripping = setInterval(() => client.send(FRAME.continuation, 0, 1, Buffer.from([0x86])), 300)
      await client.until(() => client.closed)
      clearInterval(dripping)
      expect(client.closed).toBe(true)
    })
  })

  test('a head of many more fields than there may be is reset before anything reads it', async () => {
    fixture.upstream.take()
    await withClient(async (client) => {
      client.request(
        1,
        fieldsOf('GET', '/public/a', ...Array.from({ length: 900 }, (_, at): [string, string] => [`x-${at}`, 'a'])),
      )
      // One field of 3900 bytes in the dynamic table, and 9000 references to it (CVE-2016-6581).
      const big = Buffer.concat([Buffer.from([0x40, 1, 97, 0x7f, 0xbd, 0x1d]), Buffer.alloc(3900, 98)])
      const head = encodeFields(fieldsOf('GET', '/public/a'))
      client.send(FRAME.headers, FLAG.endHeaders | FLAG.endStream, 3, Buffer.concat([head, big, Buffer.alloc(9000, 0xbe)]))
      await client.until(() => client.endOf(1) !== null && client.endOf(3) !== null)
      expect([client.statusOf(1), client.endOf(1)]).toEqual([0, CODE.calm])
      expect([client.statusOf(3), client.endOf(3)]).toEqual([0, CODE.calm])
      expect(fixture.upstream.take()).toEqual([])
      client.request(5, fieldsOf('GET', '/public/a'))
      await client.until(() => client.endOf(5) !== null)
      expect(client.statusOf(5)).toBe(200)
    })
  })

  test('heads that are small on the wire and large in memory are refused', async () => {
    await withClient(async (client) => {
      const big: Fields = Array.from({ length: 110 }, (_, at) => [`x-${at}`, 'a'])
      client.request(1, fieldsOf('GET', '/public/a', ...big))
      client.request(3, fieldsOf('GET', '/public/a', ['x-big', 'a'.repeat(16_000)], ['x-more', 'a'.repeat(400)]))
      await client.until(() => client.endOf(1) !== null && client.endOf(3) !== null)
      expect([client.statusOf(1), client.statusOf(3)]).toEqual([431, 431])
    })
  })
})
