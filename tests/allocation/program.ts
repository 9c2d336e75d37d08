/**
 * Decides again and again in a process of its own, with `--expose-gc`, and says what became of the heap. Its words: a folder with the parts of a
 * bundle and the requests; then `all COUNT WARM`, or `each COUNT WARM` for every route by itself. The last line that it prints is JSON.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PerformanceObserver } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { type CanonicalRequest, canonicalizeUrl } from '../../request/index.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import { parseTimestamp } from '../../runtime/abi/values/times/timestamp.ts'
import {
  authenticationOf,
  type CallerFacts,
  decideWritten,
  instantiate,
  noData,
  type RouteEntry,
} from '../../runtime/policy/index.ts'
import type { RequestHandle } from '../../runtime/realm/program/program.ts'
import type { Each, Traffic, Whole } from './measure.ts'

const [folder, task, ...numbers] = process.argv.slice(2) as [string, 'all' | 'each', string, string]
const [count, warm] = numbers.map(Number) as [number, number]
const read = (name: string) => readFileSync(join(folder, name), 'utf8')

const policy = instantiate({
  manifest: JSON.parse(read('manifest.json')),
  policy: read('policy.js'),
  validators: read('validators.js'),
})
const { outcomes } = policy.module
const traffic = JSON.parse(read('traffic.json')) as Traffic
const pushed = policy.prepare(traffic.data, noData)
if (!pushed.ok) throw new Error(pushed.message)
const { data } = pushed

/** A request that has been read, with facts at hand: all that a decision is made of. */
interface Prebuilt {
  readonly request: CanonicalRequest
  readonly facts: CallerFacts
  readonly question: RequestHandle
  readonly route: RouteEntry
}

/** Callers come as they are in the proxy: one for all requests with the same credential. */
const known = new Map<string, CallerFacts>()

function factsOf({ caller = null }: EvalRequest): CallerFacts {
  if (caller === null) return policy.anonymous
  const key = JSON.stringify(caller)
  const result = policy.facts(caller.identity, caller.claims, authenticationOf(caller.auth), data)
  if (!result.ok) throw new Error(result.message)
  const facts = known.get(key) ?? result.facts
  known.set(key, facts)
  return facts
}

function prebuild(asked: EvalRequest): Prebuilt {
  const { method, url, headers = {}, source, time = '' } = asked
  const written = { method, url, headers, ...(source && { sourceIp: source.ip }) }
  const facts = factsOf(asked)
  const verdict = decideWritten(policy, {
    request: written,
    circumstances: { time: parseTimestamp(time) as bigint, mtls: null, data },
    facts: () => ({ ok: true, facts }),
  })
  const canonical = canonicalizeUrl({ ...written, json: false })
  if (verdict.kind !== 'decided' || !canonical.ok) throw new Error(`${method} ${url}: ${JSON.stringify(verdict)}`)
  return { request: canonical.request, facts, question: verdict.question, route: verdict.route }
}

let collections = 0
const observer = new PerformanceObserver((list) => {
  collections += list.getEntries().length
})
observer.observe({ entryTypes: ['gc'] })

/** Routing and deciding. The sum is for nothing but that the decisions are made. */
function decide(ring: readonly Prebuilt[], times: number): number {
  let sum = 0
  for (let done = 0, at = 0; done < times; done += 1) {
    const { request, facts, question } = ring[at] as Prebuilt
    at = at + 1 === ring.length ? 0 : at + 1
    const route = policy.route(request)
    if (route >= 0) sum += policy.decide(route, facts, question)
  }
  return sum
}

/** Until V8 has optimized it all. It does so beside, and is given time. */
async function warmUp(ring: readonly Prebuilt[]): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    decide(ring, Math.ceil(warm / 10))
    await pause(20)
  }
}

const heapUsed = () => process.memoryUsage().heapUsed

async function whole(ring: readonly Prebuilt[]): Promise<Whole> {
  await warmUp(ring)
  const collect = (globalThis as unknown as { gc(): void }).gc
  collect()
  collect()
  await pause(50)
  decide(ring, ring.length)
  collections = 0
  // V8 may still make notes of what it has optimized in one of them; what a decision makes is in each.
  const rounds = Array.from({ length: 3 }, () => {
    const before = heapUsed()
    const begun = process.cpuUsage()
    decide(ring, count)
    const { user, system } = process.cpuUsage(begun)
    return { growth: heapUsed() - before, milliseconds: (user + system) / 1000 }
  })
  // The observer is told in a turn of its own.
  await pause(50)
  const answers = ring.map(({ request, facts, question }) => {
    const route = policy.route(request)
    const outcome = outcomes[policy.decide(route, facts, question)]
    return `${policy.module.routes[route]?.name} ${outcome?.effect}`
  })
  const least = rounds.reduce((one, other) => (other.growth < one.growth ? other : one))
  return { decisions: count, collections, ...least, answers }
}

/** Bytes a decision: the least of several rounds, as V8 itself makes something now and then. */
async function each(ring: readonly Prebuilt[]): Promise<Each> {
  const bytes: Record<string, number> = {}
  const routes = new Set(ring.map(({ route }) => route))
  for (const route of routes) {
    const own = ring.filter((one) => one.route === route)
    await warmUp(own)
    const rounds: number[] = []
    for (let round = 0; round < 8; round += 1) {
      await pause(1)
      const before = heapUsed()
      decide(own, count)
      const made = heapUsed() - before
      // Less than before: there was a collection.
      if (made >= 0) rounds.push(made / count)
    }
    bytes[route.name] = Math.min(...rounds)
  }
  return { bytes }
}

const ring = traffic.requests.map(prebuild)
console.log(JSON.stringify(task === 'all' ? await whole(ring) : await each(ring)))
