import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildProgram, run } from '../../bench/run-program.ts'
import { writeParts } from '../../bench/write-parts.ts'
import type { Model } from '../../language/index.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'

export interface Traffic {
  readonly data: Readonly<Record<string, unknown>>
  readonly requests: readonly EvalRequest[]
}

/** What became of the heap while one ring of requests was decided. */
export interface Whole {
  readonly decisions: number
  /** Garbage collections of any kind. */
  readonly collections: number
  /** Bytes of heap in use. */
  readonly growth: number
  /** Of processor time. */
  readonly milliseconds: number
  /** Of each request of the ring: the route and the effect. */
  readonly answers: readonly string[]
}

export interface Each {
  /** Made by a decision, by route. */
  readonly bytes: Readonly<Record<string, number>>
}

/** Decisions: those that are looked at, and those before, until V8 has optimized them. */
export interface Effort {
  readonly count: number
  readonly warm: number
}

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Decides on requests to all routes in turn. */
export function measureAll(model: Model, traffic: Traffic, effort: Effort): Promise<Whole> {
  return measure<Whole>(model, traffic, 'all', effort, [])
}

/** Decides on those to one route, then to the next. New things have room for a while, so that no collection comes between. */
export function measureEach(model: Model, traffic: Traffic, effort: Effort): Promise<Each> {
  return measure<Each>(model, traffic, 'each', effort, ['--min-semi-space-size=64', '--max-semi-space-size=64'])
}

async function measure<T>(
  model: Model,
  traffic: Traffic,
  task: string,
  { count, warm }: Effort,
  flags: readonly string[],
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-allocation-'))
  try {
    // Bundled as what is shipped is, so that its functions are those that decide there.
    const program = await buildProgram(root, 'tests/allocation/program.ts')
    writeParts(model, folder)
    writeFileSync(join(folder, 'traffic.json'), JSON.stringify(traffic))
    return run<T>(program, [folder, task, String(count), String(warm)], ['--expose-gc', ...flags])
  } finally {
    rmSync(folder, { recursive: true })
  }
}
