import { join } from 'node:path'
import { request } from 'undici'
import { medianOf } from '../median.ts'
import type { Contestant, Started } from './contestant.ts'
import { type Load, load, percentileOf } from './load.ts'
import { processorTime } from './processor-time.ts'
import { HOST, type Stage } from './stage.ts'

export interface Running {
  readonly contestant: Contestant
  readonly started: Started
}

/** Of one contestant and size, medians of the rounds. */
export interface Carried {
  readonly name: string
  readonly kilobytes: number
  /** Microseconds of processor time for a request. */
  readonly cpu: number
  /** Requests a second, as fast as it goes. */
  readonly rate: number
}

/** Those that start and answer as they should; of the others, why not. */
export async function startAll(contestants: readonly Contestant[], stage: Stage) {
  const running: Running[] = []
  const missing = new Map<string, string>()
  for (const contestant of contestants) {
    try {
      const started = await contestant.start(stage)
      await check(contestant, started, stage)
      running.push({ contestant, started })
    } catch (error) {
      missing.set(contestant.name, (error as Error).message.split('\n')[0] as string)
    }
  }
  return { running, missing }
}

/** With the token the service's answer; without it, or with one that somebody has altered, none, if it is no bare proxy. */
async function check({ name, bare }: Contestant, { port }: Started, { token }: Stage): Promise<void> {
  const ask = async (bearer: string | null) => {
    const headers = { host: HOST, ...(bearer !== null && { authorization: `Bearer ${bearer}` }) }
    // `fetch` does not let a Host be set.
    const { statusCode, body } = await request(`http://127.0.0.1:${port}/1k`, { headers })
    return { status: statusCode, body: await body.text() }
  }
  const good = await ask(token)
  if (good.status !== 200 || good.body !== 'x'.repeat(1024))
    throw new Error(`${name} answers ${good.status} to who may: ${good.body.slice(0, 200)}`)
  if (bare) return
  const middle = token.indexOf('.', token.indexOf('.') + 1) + 20
  const altered = token.slice(0, middle) + (token[middle] === 'A' ? 'B' : 'A') + token.slice(middle + 1)
  for (const bearer of [null, altered]) {
    const { status } = await ask(bearer)
    if (status !== 401 && status !== 403 && status !== 302) throw new Error(`${name} answers ${status} to whom it does not know`)
  }
}

/** In turns, so that what else the machine does hits all alike; the first of each is a warm-up and counts for nothing. */
export async function measureInTurns(
  all: readonly Running[],
  stage: Stage,
  rounds: number,
  sizes: readonly { readonly kilobytes: number; readonly requests: number }[],
): Promise<readonly Carried[]> {
  const cpu = new Map<string, number[]>()
  const rate = new Map<string, number[]>()
  for (let round = 0; round <= rounds; round += 1)
    for (const { kilobytes, requests } of sizes)
      for (const { contestant, started } of all) {
        const key = `${contestant.name} ${kilobytes}`
        const before = processorTime(started.processes)
        const loaded = await load(contestant, started, loadOf(contestant, stage, kilobytes, requests))
        const used = processorTime(started.processes) - before
        if (round === 0) continue
        cpu.set(key, [...(cpu.get(key) ?? []), (used / requests) * 1e6])
        rate.set(key, [...(rate.get(key) ?? []), loaded.rate])
      }
  return sizes.flatMap(({ kilobytes }) =>
    all.map(({ contestant: { name } }) => {
      const key = `${name} ${kilobytes}`
      return { name, kilobytes, cpu: medianOf(cpu.get(key) ?? []), rate: medianOf(rate.get(key) ?? []) }
    }),
  )
}

/** 64 requests at a time: of HTTP/1.1 one a connection, of HTTP/2 eight. */
function loadOf({ http2 }: Contestant, { token }: Stage, kilobytes: number, requests: number): Load {
  return { paths: [`/${kilobytes}k`], requests, connections: http2 ? 8 : 64, streams: http2 ? 8 : 1, token }
}

/** Milliseconds, at a rate that is the same for all: medians of what is `share` of the requests' time in each round. */
export async function measureLatency(
  all: readonly Running[],
  stage: Stage,
  rounds: number,
  rate: number,
  seconds: number,
): Promise<ReadonlyMap<string, { readonly p50: number; readonly p99: number }>> {
  const figures = new Map<string, { p50: number[]; p99: number[] }>()
  for (let round = 0; round < rounds; round += 1)
    for (const { contestant, started } of all) {
      const log = join(stage.folderFor('latency'), `${round}-${contestant.name.replaceAll(/[^a-z0-9]+/gi, '-')}.log`)
      const requests = Math.round(rate * seconds)
      await load(contestant, started, { ...loadOf(contestant, stage, 1, requests), rate, log })
      const own = figures.get(contestant.name) ?? { p50: [], p99: [] }
      own.p50.push(percentileOf(log, 0.5))
      own.p99.push(percentileOf(log, 0.99))
      figures.set(contestant.name, own)
    }
  return new Map([...figures].map(([name, { p50, p99 }]) => [name, { p50: medianOf(p50), p99: medianOf(p99) }]))
}
