/** The whole of `npm run fuzz`, or a part of it: decisions, seeded faults, texts. What it finds is data, so that parts can be put together. */
import { compiledPolicy } from './compiled-policy.ts'
import { faults, Rounds } from './faults/index.ts'
import { explain } from './replay.ts'
import { run } from './run.ts'
import type { PolicyFile } from './texts/policies.ts'
import { formatPolicies, MangledSources, type TextProblem } from './texts/run-texts.ts'

type Counts = readonly (readonly [name: string, count: number])[]

/** How much there is to do. */
export interface Sizes {
  readonly decisions: number
  readonly policies: number
  readonly formatted: number
  readonly mangled: number
  /** One fault in so many is put in, and is to be found within so many decisions. */
  readonly oneFaultIn: number
  readonly withinDecisions: number
  /** More is decided until that time is over, where less than that was needed. */
  readonly milliseconds?: number
}

/** Of so many parts the one at `at`: seeds are dealt out in turn. */
export interface Part {
  readonly at: number
  readonly of: number
}

export interface Report {
  readonly seed: number
  readonly decisions: number
  readonly policies: number
  readonly compared: Counts
  readonly asked: Counts
  readonly otherwise: Counts
  readonly mix: Counts
  readonly coverage: Counts
  readonly rejected: readonly string[]
  /** By name after how many decisions; null where it was not found. */
  readonly faults: readonly (readonly [name: string, after: number | null])[]
  readonly formatted: number
  /** How many nodes of each kind were formatted. */
  readonly nodes: Counts
  readonly mangled: { readonly sources: number; readonly policies: number; readonly longest: number }
  /** What is not as it must be, as text; empty where nothing was found. */
  readonly findings: readonly string[]
}

export interface FuzzOptions {
  readonly seed: number
  readonly sizes: Sizes
  readonly part?: Part
  readonly real: readonly PolicyFile[]
  /** Told what is being done: it should be told often. */
  readonly onProgress?: (doing: string) => void
}

/** Decisions that show that nothing is found where there is no fault. */
const WITHOUT_FAULT = 1000

export async function fuzz(options: FuzzOptions): Promise<Report> {
  const { seed, sizes, part = { at: 0, of: 1 }, onProgress = () => {} } = options
  const share = (count: number) => Math.ceil(count / part.of)
  const findings: string[] = []
  // Parts are far from one another, so that each has whole worlds of its own.
  const first = seed * 1_000_000 + part.at * 100_000
  const begun = performance.now()
  const { counterexample, coverage, mix, compared, asked, otherwise, ...made } = await run(first, ({ decisions, policies }) => {
    onProgress(`${decisions} decisions over ${policies} policies, from seed ${first}`)
    const isLater = performance.now() - begun >= (sizes.milliseconds ?? 0)
    return isLater && decisions >= share(sizes.decisions) && policies >= share(sizes.policies)
  })
  if (counterexample !== null) {
    onProgress('making a counterexample smaller')
    findings.push(explain(counterexample))
  }
  const { found, ...texts } = await fuzzTexts({ ...options, part })
  for (const { what, seed: at, problem, text } of found) findings.push(`${what}, seed ${at}: ${problem}\n\n${text}`)
  return {
    seed,
    decisions: made.decisions,
    policies: made.policies,
    compared: [...compared],
    asked: [...asked],
    otherwise: [...otherwise],
    mix: [...mix],
    coverage: coverage.counts(),
    rejected: made.rejected,
    faults: await seedFaults({ ...options, part }),
    ...texts,
    findings,
  }
}

async function seedFaults({ seed, sizes, part = { at: 0, of: 1 }, onProgress = () => {} }: FuzzOptions) {
  const rounds = new Rounds(seed * 1_000_000 + 50_000)
  const none = {
    name: 'none',
    compile: (model: Parameters<typeof compiledPolicy>[0]) => compiledPolicy(model, { validators: 'needed' }),
  }
  const found: [string, number | null][] = []
  for (const fault of [none, ...faults.filter((_, at) => at % sizes.oneFaultIn === 0)].filter(
    (_, at) => at % part.of === part.at,
  )) {
    await new Promise(setImmediate)
    found.push([
      fault.name,
      rounds.find(fault, fault === none ? WITHOUT_FAULT : sizes.withinDecisions, () =>
        onProgress(`the fault is put in: ${fault.name}`),
      ),
    ])
  }
  return found
}

async function fuzzTexts({ seed, sizes, part = { at: 0, of: 1 }, real, onProgress = () => {} }: FuzzOptions) {
  const found: TextProblem[] = []
  const own = (count: number, from: number) =>
    Array.from({ length: Math.ceil(count / part.of) }, (_, at) => from + at * part.of + part.at)
  onProgress('formatting policies')
  const formatted = formatPolicies(
    own(sizes.formatted, seed * 1_000_000),
    real.filter((_, at) => at % part.of === part.at),
  )
  if (formatted.problem !== null) found.push(formatted.problem)
  const mangled = new MangledSources(real)
  for (const [at, textSeed] of own(sizes.mangled, seed * 1_000_000).entries()) {
    if (at % 50 === 0) await new Promise(setImmediate)
    onProgress(`mangled source ${at}, seed ${textSeed}`)
    const problem = mangled.read(textSeed)
    if (problem !== null && found.length < 5) found.push(problem)
  }
  const { policies, nodes } = formatted
  return { formatted: policies, nodes: [...nodes], mangled: mangled.counts(), found }
}
