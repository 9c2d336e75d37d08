/**
 * The path that was decided is the path that the service got: 2,000 generated targets over each protocol, 100,000 with IAP_FULL=1, through the real proxy. And which of them
 * are requests at all is the same over both, and what `request/` says.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { canonicalize } from '../../request/index.ts'
import { hostileTarget } from '../../request/testing/hostile-target.ts'
import { RawClient } from '../support/raw-client.ts'
import { RawHttp2 } from '../support/raw-http2.ts'
import { WAIT } from '../support/until.ts'
import { type Fixture, startFixture } from './start-fixture.ts'

const FULL = process.env.IAP_FULL === '1'
const COUNT = FULL ? 100_000 : 2_000
/** Connections at a time. */
const CONNECTIONS = 8
/** Requests on a connection of HTTP/2, of which the client keeps all frames. */
const STREAMS = 50

let fixture: Fixture

beforeAll(async () => {
  fixture = await startFixture(true)
})

afterAll(() => fixture?.close())

/** As bytes, each a character: what goes over the wire. */
const targets = fc.sample(hostileTarget, { seed: 5, numRuns: COUNT }).map((target) => Buffer.from(target).toString('latin1'))

/** A request for the target itself, whatever may be done with it. */
function isRequest(target: string): boolean {
  return canonicalize({ method: 'GET', target, httpVersion: '1.1', rawHeaders: ['Host', 't.corp.test'], peer: '127.0.0.1' }).ok
}

/** The status of each, in their order; 0: no answer but the stream's end. */
type Sender = (targets: readonly string[]) => Promise<readonly number[]>

/** On a connection that is kept until a target ends it. */
const overHttp1: Sender = async (list) => {
  const statuses: number[] = []
  let client: RawClient | null = null
  for (const target of list) {
    client ??= new RawClient(fixture.port)
    client.socket.write(`GET ${target} HTTP/1.1\r\nHost: t.corp.test\r\n\r\n`, 'latin1')
    const { status, get } = await client.response()
    statuses.push(status)
    if (get('connection') !== 'close') continue
    client.close()
    client = null
  }
  client?.close()
  return statuses
}

const overHttp2: Sender = async (list) => {
  const statuses: number[] = []
  for (let at = 0; at < list.length; at += STREAMS) {
    const some = list.slice(at, at + STREAMS)
    const client = await RawHttp2.open(fixture.port)
    const streams = some.map((_, index) => 2 * index + 1)
    for (const [index, target] of some.entries())
      client.request(streams[index] as number, [
        [':method', 'GET'],
        [':scheme', 'http'],
        [':authority', 't.corp.test'],
        [':path', target],
      ])
    const isOver = () => streams.every((stream) => client.endOf(stream) !== null)
    expect(await client.until(isOver)).toBe(true)
    statuses.push(...streams.map((stream) => client.statusOf(stream)))
    client.close()
  }
  return statuses
}

describe.each<[string, Sender, (target: string) => string]>([
  // Spaces at its ends are those of the request line (RFC 9112 §3), which Node reads as one.
  ['HTTP/1.1', overHttp1, (target) => target.replace(/^ +| +$/g, '')],
  ['HTTP/2', overHttp2, (target) => target],
])('over %s', (version, send, read) => {
  // The full size takes longer than the default time-out.
  test(`of ${COUNT} targets the path that was decided is the path that the service got`, { timeout: 600_000 }, async () => {
    fixture.upstream.take()
    const before = fixture.audit().length
    const share = Math.ceil(targets.length / CONNECTIONS)
    const parts = Array.from({ length: CONNECTIONS }, (_, at) => targets.slice(at * share, (at + 1) * share))
    const statuses = (await Promise.all(parts.map(send))).flat()

    const wrong = targets.flatMap((target, at) =>
      (statuses[at] === 200) === isRequest(read(target)) ? [] : [[target, statuses[at]]],
    )
    expect(wrong).toEqual([])
    expect(new Set(statuses.filter((status) => status !== 200))).toEqual(new Set(version === 'HTTP/2' ? [0, 400] : [400]))

    const seen = fixture.upstream.take()
    expect(seen.map(({ url }) => url).toSorted()).toEqual(targets.map(read).filter(isRequest).toSorted())
    const decided = await vi.waitFor(
      () => {
        const lines = fixture.audit().slice(before)
        const permitted = lines.filter((line) => line.effect === 'permit')
        expect(permitted).toHaveLength(seen.length)
        return new Map(permitted.map((line) => [line.requestId, line]))
      },
      { ...WAIT, interval: 200 },
    )
    for (const { url, rawHeaders } of seen) {
      const name = rawHeaders.findIndex((each) => each.toLowerCase() === 'x-iap-request-id')
      const { path, rawPath } = decided.get(rawHeaders[name + 1] ?? '') ?? {}
      const sent = url.split('?', 1)[0] ?? ''
      // Compared here: an expectation for each is slower than all the rest.
      if (rawPath !== sent || path !== sent.split('/').map(decodeURIComponent).join('/'))
        throw new Error(`${JSON.stringify(url)} was decided as ${JSON.stringify([rawPath, path])}`)
    }
    console.log(`${version}: ${targets.length} targets, ${seen.length} of them requests, each decided as it was forwarded`)
    expect(seen.length).toBeGreaterThan(COUNT / 4)
  })
})
