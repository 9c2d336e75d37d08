/** Threat cases through a front, with this proxy behind it: no request reaches the service under another meaning than the one that was decided. */
import { deepEqual, equal, match, notEqual } from 'node:assert/strict'
import fc from 'fast-check'
import { waitFor } from '../../interop/support/start-proxy.ts'
import { hostileTarget } from '../../request/testing/hostile-target.ts'
import type { AuditRecord } from '../../runtime/telemetry/audit/index.ts'
import { FLAG, FRAME, RawHttp2 } from '../support/raw-http2.ts'
import type { FrameCase } from './frame-cases.ts'
import type { ThreatStand } from './front-stand.ts'
import type { SequenceCase } from './sequence-cases.ts'
import type { Reaches, ThreatCase } from './threat-case.ts'
import { translate } from './translate.ts'
import { type Seen, valuesOf } from './upstream.ts'
import { exchange } from './wire.ts'

/** Why cases end in another way than without a front, by their names. What reaches the service is still what was decided. */
export type Differences = Readonly<Record<string, string>>

/** Returns the differences of cases with one reason. */
export function because(why: string, names: readonly string[]): Differences {
  return Object.fromEntries(names.map((name) => [name, why]))
}

/** Returns the names of cases over HTTP/1.1 and over HTTP/2. */
export function overBoth(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => [name, `HTTP/2: ${name}`])
}

/** Headers that fronts or this proxy state whatever clients send. Their values are known in each case. */
const STATED = new Set(['host', 'x-iap-assertion', 'x-iap-request-id', 'x-forwarded-for', 'x-forwarded-proto'])

/** Looks at the audit log without a change, 50 milliseconds apart, after which it is complete. */
const STABLE = 10
/** Connections at a time. */
const CONNECTIONS = 8
/** Streams on a connection of HTTP/2. */
const STREAMS = 50

export class FrontThreats {
  readonly #stand: ThreatStand
  readonly #differences: Differences
  /** All requests that the service has received, with the case that sent them. */
  readonly #seen: (readonly [name: string, seen: Seen])[] = []
  /** `unknown`: refused, by the front or by this proxy. */
  readonly #counts = { cases: 0, reached: 0, front: 0, proxy: 0, unknown: 0 }
  readonly #recordsBefore: number

  /** To be made when all requests before are settled. */
  constructor(stand: ThreatStand, differences: Differences) {
    this.#stand = stand
    this.#differences = differences
    this.#recordsBefore = stand.records().length
  }

  /** @throws AssertionError */
  async http1(name: string, { send, reaches }: ThreatCase): Promise<void> {
    const { front, tokens } = this.#stand
    const { text } = await exchange(front.port, typeof send === 'string' ? send : send(tokens))
    this.#end(name, this.#take(name), (seen) => expectThose(seen, reaches), /^x-iap-error: /im.test(text))
  }

  /** Does nothing for a case that HTTP/2 cannot state. @throws AssertionError */
  async http2(name: string, { send, reaches }: ThreatCase): Promise<void> {
    const found = translate(typeof send === 'string' ? send : send(this.#stand.tokens))
    if (found === null) return
    await this.#withFrames(async (client) => {
      client.request(1, found.fields, found.body === '')
      if (found.body !== '') client.send(FRAME.data, FLAG.endStream, 1, found.body)
      await client.until(() => client.endOf(1) !== null)
    })
    // A coding of the transfer is no part of HTTP/2: the body is what its frames hold.
    const same = reaches?.body === undefined ? reaches : { ...reaches, body: found.body }
    this.#end(name, this.#take(name), (seen) => expectThose(seen, same))
  }

  /** @throws AssertionError */
  async frames(name: string, { send, reaches }: FrameCase): Promise<void> {
    await this.#withFrames(send)
    this.#end(name, this.#take(name), (seen) => expectTargets(seen, reaches))
  }

  /** @throws AssertionError */
  async sequence(name: string, { send, reaches }: SequenceCase): Promise<void> {
    const { text } = await exchange(this.#stand.front.port, send(this.#stand.tokens))
    this.#end(name, this.#take(name), (seen) => expectTargets(seen, reaches), /^x-iap-error: /im.test(text))
  }

  /** Sends generated targets that servers read in different ways, over both protocols. @throws AssertionError */
  async targets(name: string, count: number): Promise<void> {
    const targets = fc.sample(hostileTarget, { seed: 5, numRuns: count }).map((each) => Buffer.from(each).toString('latin1'))
    const request = (target: string) => `GET ${target} HTTP/1.1\r\nHost: t.corp.test\r\nConnection: close\r\n\r\n`
    for (let at = 0; at < count; at += CONNECTIONS)
      await Promise.all(targets.slice(at, at + CONNECTIONS).map((target) => exchange(this.#stand.front.port, request(target))))
    await this.#overHttp2(targets)
    const seen = this.#take(name)
    // Spaces at its ends are those of the request line (RFC 9112 §3).
    const sent = new Set(targets.flatMap((target) => [target, target.replace(/^ +| +$/g, '')]))
    deepEqual(
      seen.filter(({ url }) => !sent.has(url)).map(({ url }) => url),
      [],
      'the service saw targets that nobody sent',
    )
    equal(seen.length > count / 4, true, `only ${seen.length} of ${2 * count} targets reached the service`)
  }

  /**
   * Compares all requests that the service has received with the audit log. Returns the counts, as text.
   *
   * @throws AssertionError
   */
  async settle(): Promise<string> {
    const records = await this.#settledRecords()
    const byId = new Map<string, AuditRecord[]>()
    for (const record of records) byId.set(record.requestId, [...(byId.get(record.requestId) ?? []), record])
    for (const [name, seen] of this.#seen) {
      const [record, ...others] = byId.get(idOf(seen)) ?? []
      if (record === undefined) throw new Error(`${name}: the audit record is of an earlier request`)
      deepEqual(others, [], `${name}: more than one record`)
      expectDecided(name, seen, record)
    }
    equal(new Set(this.#seen.map(([, seen]) => idOf(seen))).size, this.#seen.length, 'two requests of one decision')
    const refusals = records.filter(({ effect }) => effect !== 'permit').length
    const { cases, reached, front, proxy, unknown } = this.#counts
    const byProxy = Math.min(unknown, refusals - proxy)
    return (
      `${cases} cases: ${reached} reached the service, ${proxy + byProxy} refused by iap, ${front + unknown - byProxy} by the front; ` +
      `${this.#seen.length} requests reached the service, each as it was decided; ${refusals} records of refusals`
    )
  }

  /** Workers write records a moment after their answers. */
  async #settledRecords(): Promise<readonly AuditRecord[]> {
    let [before, same] = [-1, 0]
    return await waitFor(() => {
      const records = this.#stand.records()
      same = records.length === before ? same + 1 : 0
      before = records.length
      if (same < STABLE) return undefined
      const ids = new Set(records.map(({ requestId }) => requestId))
      return this.#seen.every(([, seen]) => ids.has(idOf(seen))) ? records.slice(this.#recordsBefore) : undefined
    }, 'the audit log grows without end, or lacks a request that the service received')
  }

  #take(name: string): readonly Seen[] {
    const seen = this.#stand.upstream.take()
    this.#seen.push(...seen.map((each) => [name, each] as const))
    return seen
  }

  #end(name: string, seen: readonly Seen[], expect: (seen: readonly Seen[]) => void, byProxy?: boolean): void {
    this.#counts.cases += 1
    const how = seen.length > 0 ? 'reached' : byProxy === undefined ? 'unknown' : byProxy ? 'proxy' : 'front'
    this.#counts[how] += 1
    for (const each of seen) expectClean(each)
    const why = this.#differences[name]
    if (why === undefined) {
      expect(seen)
      return
    }
    let differs = false
    try {
      expect(seen)
    } catch {
      differs = true
    }
    equal(differs, true, `it ends as without a front, so that this is untrue: ${why}`)
  }

  async #withFrames(use: (client: RawHttp2) => Promise<unknown>): Promise<void> {
    const client = await RawHttp2.open(this.#stand.front.http2)
    try {
      await use(client)
    } finally {
      client.close()
    }
  }

  /** A front may close the connection for one stream. The others are sent again. */
  async #overHttp2(targets: readonly string[]): Promise<void> {
    for (let rest = targets; rest.length > 0; ) {
      const some = rest.slice(0, STREAMS)
      let open: readonly string[] = []
      await this.#withFrames(async (client) => {
        for (const [at, target] of some.entries())
          client.request(2 * at + 1, [
            [':method', 'GET'],
            [':scheme', 'http'],
            [':authority', 't.corp.test'],
            [':path', target],
          ])
        await client.until(() => some.every((_, at) => client.endOf(2 * at + 1) !== null))
        open = some.filter((_, at) => client.endOf(2 * at + 1) === null)
      })
      // The first one without an answer has closed the connection, or waits longer than there is time.
      rest = [...open.slice(1), ...rest.slice(STREAMS)]
    }
  }
}

function idOf(seen: Seen): string {
  return valuesOf(seen, 'x-iap-request-id')[0] ?? ''
}

/** Nothing that is forged arrives, whatever the case expects. */
function expectClean(seen: Seen): void {
  equal(/forged|garbage/.test(seen.rawHeaders.join('\n')), false, `a forged header arrived: ${seen.rawHeaders.join(' ')}`)
  for (const name of ['host', 'x-iap-request-id', 'x-iap-assertion'])
    equal(valuesOf(seen, name).length, 1, `${name} arrived ${valuesOf(seen, name).length} times`)
}

/** The service sees what the case says, or the request is refused, or nothing may arrive. */
function expectThose(seen: readonly Seen[], reaches: Reaches | undefined): void {
  expectTargets(seen, reaches === undefined ? [] : [reaches.url])
  const [first] = seen
  if (first === undefined || reaches === undefined) return
  equal(first.method, reaches.method ?? 'GET')
  if (reaches.body !== undefined) equal(first.body, reaches.body)
  for (const name of reaches.without ?? []) deepEqual(valuesOf(first, name), [], name)
  for (const [name, value] of Object.entries(reaches.has ?? {}))
    if (STATED.has(name)) match(valuesOf(first, name).join('\n'), value)
}

function expectTargets(seen: readonly Seen[], targets: readonly string[]): void {
  const left = [...targets]
  for (const { method, url } of seen) {
    const at = left.indexOf(url)
    notEqual(at, -1, `the service saw ${method} ${url}`)
    left.splice(at, 1)
  }
}

/** The service sees the request that was decided. */
function expectDecided(name: string, seen: Seen, record: AuditRecord): void {
  const [path, query] = seen.url.split(/\?(.*)/s)
  deepEqual(
    [record.effect, record.method, record.rawPath, record.query, record.host],
    ['permit', seen.method === 'UPGRADE' ? 'GET' : seen.method, path, query !== undefined, hostOf(seen)],
    name,
  )
}

/** The host without its port, as policies name it. */
function hostOf(seen: Seen): string {
  return (valuesOf(seen, 'host')[0] ?? '').toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '')
}
