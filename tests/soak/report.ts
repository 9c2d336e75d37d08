import { kinds } from './kinds.ts'
import type { Memory, Pause, Soak } from './run-soak.ts'

/** By which memory, and whatever else is counted, may be more than it was. */
const FLAT = 1.1
/** Timers, sockets and the like come and go by a few, whatever was under way before. */
const FEW = 16
/**
 * Seconds after which memory has to stay: two minutes from the look at what is held, as from a start. That look collects what would not be collected yet, and it takes as long until as much
 * waits for it again.
 */
const SETTLED = 120
/** Samples, below which parts of them say nothing. */
const ENOUGH = 20
/** Old configurations whose requests may go on, and the one that counts, of two workers each; one more is on its way. */
const MOST_WORKERS = 12
const MB = 2 ** 20

/** What is not as it must be, a sentence each. */
export function mistakesOf(soak: Soak): readonly string[] {
  return [...outcomes(soak), ...records(soak), ...lives(soak), ...counts(soak), ...memories(soak)]
}

function outcomes({ tally }: Soak): string[] {
  return kinds.flatMap(({ name, expected }) => {
    const seen = [...(tally.get(name) ?? [])]
    const others = seen.filter(([outcome]) => outcome !== expected)
    if (seen.length === 0) return [`${name}: none was asked for`]
    return others.map(([outcome, count]) => `${name}: ${count} times \`${outcome}\`, and expected is \`${expected}\``)
  })
}

function records({ tally, audit }: Soak): string[] {
  const wrong = kinds.flatMap(({ name, path }) => {
    const [asked, recorded] = [sum(tally.get(name)), audit.get(path) ?? 0]
    return asked === recorded ? [] : [`${name}: ${asked} requests, and ${recorded} records`]
  })
  const paths = new Set(kinds.map(({ path }) => path))
  const others = [...audit].filter(([path]) => !paths.has(path))
  return [...wrong, ...others.map(([path, count]) => `${count} records of \`${path}\`, which nobody has asked for`)]
}

function lives({ seen, done, mostWorkers }: Soak): string[] {
  const { configurationsTaken, configurationsRefused, restarts, auditDropped, hanging, warnings, exit } = seen
  return [
    ...tell(
      // On a slow machine one may come before the one before it is taken, and then counts for both.
      configurationsTaken > done.configurations || configurationsTaken * 2 < done.configurations,
      `${done.configurations} configurations, and ${configurationsTaken} taken`,
    ),
    ...tell(configurationsRefused !== 0, `${configurationsRefused} configurations were refused`),
    ...tell(restarts !== 0, `${restarts} workers ended by themselves`),
    ...tell(auditDropped !== 0, `${auditDropped} audit records were lost`),
    ...tell(mostWorkers > MOST_WORKERS, `${mostWorkers} workers at once`),
    ...tell(hanging.length > 0, `some hang: ${[...new Set(hanging)].join(', ')}`),
    ...tell(exit !== 0, `it ended with ${exit}`),
    ...warnings.map((line) => `it said: ${line}`),
  ]
}

/** Timers, listeners (functions), sockets and streams (emitters) and file descriptors, from the first pause to the last. */
function counts({ pauses }: Soak): string[] {
  return grown(pauses, ['timers', 'functions', 'emitters', 'descriptors'], FEW)
}

/** A run that is too short for memory to settle shows no more than that nothing breaks. */
function memories({ pauses, memory, seconds }: Soak): string[] {
  if (settled(memory).length === 0) return []
  const heaps = grown(pauses, ['heap'], 2 * MB)
  const lasting = seriesOf(memory).flatMap(({ name, values }) => {
    const [first, last] = [fifthOf(values, 0), fifthOf(values, 4)]
    return tell(last > first * FLAT, `${name} grows: ${mb(first)} to ${mb(last)} MB`)
  })
  // While generations come and go it takes more, now and then, than while one stays: the most of one such time against the most of the other.
  const changing = memory.filter(({ phase }) => phase === 'changing')
  const [before, after] = [changing.filter(({ at }) => at < seconds / 2), changing.filter(({ at }) => at > seconds / 2)].map(
    (some) => Math.max(...some.map(({ supervisor }) => supervisor)),
  ) as [number, number]
  return [...heaps, ...lasting, ...tell(after > before * FLAT, `the supervisor grows: ${mb(before)} to ${mb(after)} MB`)]
}

type Counted = 'timers' | 'functions' | 'emitters' | 'descriptors' | 'heap' | 'rss'

function grown(pauses: readonly Pause[], names: readonly Counted[], slack: number): string[] {
  const [first, last] = [pauses[0], pauses.at(-1)]
  return (first?.processes ?? []).flatMap((before, at) => {
    const after = last?.processes[at]
    return names.flatMap((name) => {
      const [from, to] = [before[name], after?.[name] ?? Number.NaN]
      return tell(!(to <= from * FLAT + slack), `${before.name} holds more ${name}: ${from} at first, ${to} at last`)
    })
  })
}

interface Series {
  readonly name: string
  readonly values: readonly number[]
}

/** Of each process while one generation stays, and of all together. */
function seriesOf(memory: readonly Memory[]): readonly Series[] {
  const some = settled(memory)
  const pids = [...(some.at(-1)?.workers.keys() ?? [])]
  const sumOf = ({ supervisor, workers }: Memory) => supervisor + [...workers.values()].reduce((a, b) => a + b, 0)
  return [
    { name: 'supervisor', values: some.map(({ supervisor }) => supervisor) },
    ...pids.map((pid, at) => ({ name: `worker ${at + 1}`, values: some.map(({ workers }) => workers.get(pid) ?? 0) })),
    { name: 'all together', values: some.map(sumOf) },
  ]
}

function settled(memory: readonly Memory[]): readonly Memory[] {
  const from = memory.find(({ phase }) => phase === 'staying')?.at ?? 0
  const some = memory.filter(({ at, phase }) => phase === 'staying' && at >= from + SETTLED)
  return some.length < ENOUGH ? [] : some
}

/** What came of each kind, and what the processes took. */
export function tableOf(soak: Soak): string {
  const { seconds, most, rate, load, done, seen, mostWorkers, memory, pauses, audit, tally, again } = soak
  const asked = kinds.reduce((all, { name }) => all + sum(tally.get(name)), 0)
  const rows = kinds.map(({ name, path }) => {
    const came = [...(tally.get(name) ?? [])].map(([outcome, count]) => `${count} × ${outcome}`).join('; ')
    return [name, came, String(audit.get(path) ?? 0), String(again.get(name) ?? '')]
  })
  const held = pauses.flatMap(({ at, processes }) =>
    processes.map((one) => [
      `${at} s`,
      one.name,
      ...[mb(one.rss), mb(one.heap), one.timers, one.functions, one.emitters, one.descriptors].map(String),
    ]),
  )
  const series = seriesOf(memory).map(({ name, values }) => [
    name,
    ...[Math.min(...values), fifthOf(values, 0), fifthOf(values, 4), Math.max(...values)].map(mb),
  ])
  return [
    `${seconds} s at ${rate.toFixed(0)} requests a second, ${(load * 100).toFixed(0)} % of ${most.toFixed(0)}: ${asked} requests in all`,
    `${done.bundles} bundles (the last is active: ${seen.sequence}), ${done.configurations} configurations (${seen.configurationsTaken} taken), ${done.rotations} rotations of the audit file; ${mostWorkers} workers at once at most`,
    '',
    ...lines([['kind', 'came to', 'records', 'asked again'], ...rows]),
    '',
    'with nothing under way:',
    ...lines([['at', 'process', 'RSS MB', 'heap MB', 'timers', 'functions', 'emitters', 'descriptors'], ...held]),
    ...(settled(memory).length === 0
      ? []
      : [
          '',
          `resident memory under load, of one generation of workers, MB:`,
          ...lines([['process', 'least', 'first fifth', 'last fifth', 'most'], ...series]),
        ]),
  ].join('\n')
}

function lines(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** The median of one fifth of them. */
function fifthOf(values: readonly number[], fifth: number): number {
  return median(values.slice((values.length * fifth) / 5, (values.length * (fifth + 1)) / 5))
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}

function sum(outcomesOfOne: ReadonlyMap<string, number> | undefined): number {
  return [...(outcomesOfOne?.values() ?? [])].reduce((a, b) => a + b, 0)
}

function tell(is: boolean, sentence: string): string[] {
  return is ? [sentence] : []
}

const mb = (bytes: number) => (bytes / MB).toFixed(1)
