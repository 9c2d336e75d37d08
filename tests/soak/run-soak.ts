import { setTimeout as sleep } from 'node:timers/promises'
import { descriptors, type Held, residentMemory } from './processes.ts'
import { openStage, type Stage, waitFor } from './stage.ts'
import { type Tally, Traffic } from './traffic.ts'

export interface SoakOptions {
  readonly minutes: number
  /** Of what can be done, from 0 to 1. */
  readonly load: number
  /** The proxy's program, if it need not be built. */
  readonly program?: string
  /** Milliseconds for which is measured what can be done; 5 s if left out. */
  readonly calibration?: number
  say(line: string): void
}

export interface Soak {
  readonly seconds: number
  readonly load: number
  /** Requests a second: what could be done, and what was. */
  readonly most: number
  readonly rate: number
  readonly tally: Tally
  /** Of each kind, what was asked again since it had not been sent. */
  readonly again: ReadonlyMap<string, number>
  /** Records by the beginning of the path. */
  readonly audit: ReadonlyMap<string, number>
  readonly done: Stage['done']
  readonly memory: readonly Memory[]
  /** With nothing under way, of the generation of workers that stays. */
  readonly pauses: readonly Pause[]
  /** Worker processes at once, at most. */
  readonly mostWorkers: number
  readonly seen: {
    readonly sequence: number
    readonly configurationsTaken: number
    readonly configurationsRefused: number
    readonly restarts: number
    readonly auditDropped: number
    readonly hanging: readonly string[]
    readonly warnings: readonly string[]
    readonly exit: number | string
  }
}

/** Resident memory, in bytes, of one second. */
export interface Memory {
  readonly at: number
  readonly phase: Phase
  readonly supervisor: number
  readonly workers: ReadonlyMap<number, number>
}

export interface Pause {
  readonly at: number
  readonly processes: readonly (Held & { readonly name: string; readonly rss: number; readonly descriptors: number })[]
}

/** `changing`: generations of workers come and go. Then one has all the requests: it is `young`, and is `staying` after it was looked at. */
type Phase = 'changing' | 'young' | 'staying'

const CALIBRATION = 5000
/** Requests a second: by fewer not each kind would come in a run of seconds. */
const LEAST = 150
/** Seconds between two of them. */
const ROTATION = 20
/** One reload in this many brings a new configuration, and so new workers. */
const CONFIGURATION = 5
/** Milliseconds for which a request may take at most; the longest streams take six seconds. */
const HANGING = 20_000

/**
 * All kinds of traffic at once, at a part of what can be done, with a reload every second. In the first and the last fifth each fifth reload brings
 * a new configuration, and with it new workers; in between bundles alone, so that workers live long enough to be watched.
 */
export async function runSoak(options: SoakOptions): Promise<Soak> {
  const { load, program, calibration = CALIBRATION, say } = options
  const stage = await openStage(program)
  const traffic = new Traffic(stage.port, stage.bearer)
  try {
    traffic.start()
    // What is compiled by then is no part of it.
    await sleep(calibration / 2)
    const before = traffic.asked
    await sleep(calibration)
    const most = ((traffic.asked - before) * 1000) / calibration
    traffic.rate = Math.max(most * load, LEAST)
    say(`${most.toFixed(0)} requests a second can be had; ${traffic.rate.toFixed(0)} are asked for`)
    return await soak(stage, traffic, { ...options, most })
  } finally {
    traffic.close()
    await stage.close()
  }
}

async function soak(stage: Stage, traffic: Traffic, options: SoakOptions & { readonly most: number }): Promise<Soak> {
  const { minutes, load, most, say } = options
  const seconds = Math.round(minutes * 60)
  const memory: Memory[] = []
  const pauses: Pause[] = []
  const hanging: string[] = []
  let [mostWorkers, asked, asking] = [0, 0, 0]

  const watch = async (at: number, phase: Phase) => {
    const pids = (await stage.workers()).map(({ pid }) => pid)
    mostWorkers = Math.max(mostWorkers, pids.length)
    const workers = new Map(pids.map((pid) => [pid, residentMemory(pid)]))
    memory.push({ at, phase, supervisor: residentMemory(stage.pid), workers })
    hanging.push(...traffic.hanging(HANGING))
    if (at % Math.ceil(seconds / 20) === 0) say(progress(at, seconds, traffic, memory.at(-1) as Memory))
  }
  const run = async (from: number, to: number, phase: Phase) => {
    const [begun, before] = [performance.now(), traffic.asked]
    for (let at = from; at < to; at++) {
      await sleep(Math.max(0, begun + (at - from) * 1000 - performance.now()))
      if (phase === 'changing' && at % CONFIGURATION === CONFIGURATION - 1) stage.replaceConfiguration()
      else await stage.replaceBundle()
      if (phase !== 'changing' && at % ROTATION === 0) stage.rotateAudit()
      await watch(at, phase)
    }
    asking += (performance.now() - begun) / 1000
    asked += traffic.asked - before
  }
  const pause = async (at: number) => {
    await settle(traffic)
    const workers = await waitFor(
      async () => {
        const there = await stage.workers()
        return there.length === 2 && there.every(({ state }) => state === 'ready') ? there : null
      },
      () => 'workers of earlier configurations do not end',
    )
    pauses.push(
      await hold(
        stage,
        workers.map(({ pid }) => pid),
        at,
      ),
    )
    traffic.start()
  }

  // In the middle one generation of workers, looked at with nothing under way early and late.
  const [first, early, last] = [0.2, 0.35, 0.8].map((part) => Math.round(part * seconds)) as [number, number, number]
  await run(0, first, 'changing')
  await run(first, early, 'young')
  await pause(early)
  await run(early, last, 'staying')
  await pause(last)
  await run(last, seconds, 'changing')
  await settle(traffic)
  const reloads = async (result: string) => (await stage.metric(`iap_config_reloads_total{result="${result}"}`)) || 0
  // The last one may have come a moment ago.
  await waitFor(
    async () => ((await reloads('taken')) * 2 >= stage.done.configurations ? true : null),
    () => 'configurations are not taken',
  )
  const sequence = await waitFor(
    async () => ((await stage.metric('iap_policy_sequence')) === stage.done.bundles ? stage.done.bundles : null),
    () => 'the last bundle does not become active',
  )
  await waitFor(
    async () => ((await stage.workers()).length === 2 ? true : null),
    () => 'workers of earlier configurations do not end',
  )
  const seen = {
    sequence,
    configurationsTaken: await reloads('taken'),
    configurationsRefused: await reloads('refused'),
    restarts: await stage.metric('iap_worker_restarts_total'),
    auditDropped: await stage.metric('iap_audit_dropped_total'),
    hanging,
  }
  // Their connections are nobody's requests.
  traffic.close()
  const exit = await stage.end()
  await stage.audit.finish()
  const warnings = stage.said().match(/^.*(Warning: (?!v8\.queryObjects)|^\S+ error ).*$/gm) ?? []
  return {
    seconds,
    load,
    most,
    rate: asked / asking,
    tally: traffic.tally,
    again: traffic.again,
    audit: stage.audit.byPath,
    done: stage.done,
    memory,
    pauses,
    mostWorkers,
    seen: { ...seen, warnings, exit },
  }
}

/** Lets what is under way end. */
async function settle(traffic: Traffic): Promise<void> {
  const stopped = traffic.stop().then(() => true)
  if (await Promise.race([stopped, sleep(HANGING, false, { ref: false })])) return
  throw new Error(`some hang: ${traffic.hanging(HANGING).join(', ')}`)
}

async function hold(stage: Stage, workers: readonly number[], at: number): Promise<Pause> {
  const held = await stage.held([stage.pid, ...workers])
  const nameOf = (pid: number) => (pid === stage.pid ? 'supervisor' : `worker ${workers.indexOf(pid) + 1}`)
  const processes = held.map((one) => ({
    ...one,
    name: nameOf(one.pid),
    rss: residentMemory(one.pid),
    descriptors: descriptors(one.pid),
  }))
  return { at, processes: processes.toSorted((a, b) => a.name.localeCompare(b.name)) }
}

function progress(at: number, seconds: number, traffic: Traffic, { supervisor, workers }: Memory): string {
  const mb = (bytes: number) => (bytes / 2 ** 20).toFixed(0)
  const each = [...workers.values()].map(mb).join('+')
  return `${at} of ${seconds} s: ${traffic.asked} requests, ${workers.size} workers, ${mb(supervisor)}+${each} MB`
}
