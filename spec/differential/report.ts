/** What a run must show, and how it is shown. */
import { childKeys } from '../../language/syntax/children.ts'
import { compilations } from './compilations.ts'
import { showCounts } from './coverage/index.ts'
import type { Report, Sizes } from './fuzz.ts'

type Counts = Report['coverage']

/** Several parts of one run as one. */
export function mergeReports(parts: readonly Report[]): Report {
  const [first, ...others] = parts
  if (first === undefined) throw new Error('a run has a part')
  return others.reduce(
    (sum, part) => ({
      seed: sum.seed,
      decisions: sum.decisions + part.decisions,
      policies: sum.policies + part.policies,
      compared: added(sum.compared, part.compared),
      asked: added(sum.asked, part.asked),
      otherwise: added(sum.otherwise, part.otherwise),
      mix: added(sum.mix, part.mix),
      coverage: added(sum.coverage, part.coverage),
      rejected: [...sum.rejected, ...part.rejected],
      faults: [...sum.faults, ...part.faults],
      formatted: sum.formatted + part.formatted,
      nodes: added(sum.nodes, part.nodes),
      mangled: {
        sources: sum.mangled.sources + part.mangled.sources,
        policies: sum.mangled.policies + part.mangled.policies,
        longest: Math.max(sum.mangled.longest, part.mangled.longest),
      },
      findings: [...sum.findings, ...part.findings],
    }),
    first,
  )
}

function added(a: Counts, b: Counts): Counts {
  const counts = new Map(a)
  for (const [name, count] of b) counts.set(name, (counts.get(name) ?? 0) + count)
  return [...counts]
}

/** The least that a run of the full size shows of each construct. Shorter ones are samples, in which what is rare may be rarer. */
const LEAST = { count: 500, of: 300_000, share: 0.1 }
export function leastCount({ decisions }: Sizes): number {
  const share = decisions < LEAST.of ? LEAST.share : 1
  return Math.floor((LEAST.count * decisions * share) / LEAST.of)
}

/** What the run does not show though it must; empty where all is well. */
export function shortcomings(report: Report, sizes: Sizes): readonly string[] {
  const { decisions, policies, coverage, faults, rejected, mangled, nodes, findings, otherwise } = report
  const least = leastCount(sizes)
  const share = (...kinds: readonly string[]) =>
    report.mix.reduce((sum, [kind, count]) => sum + (kinds.includes(kind) ? count : 0), 0) / decisions
  const lacking = compilations.flatMap(({ name }) => (new Map(report.compared).get(name) === decisions ? [] : [name]))
  const rare = coverage.filter(([, count]) => count < least)
  const missed = faults.filter(([name, after]) => (after === null) !== (name === 'none'))
  const unformatted = Object.keys(childKeys).filter((kind) => !new Map(nodes).has(kind))
  const said: readonly (readonly [isWrong: boolean, what: string])[] = [
    [decisions < sizes.decisions, `${decisions} decisions instead of ${sizes.decisions}`],
    [policies < sizes.policies, `${policies} policies instead of ${sizes.policies}`],
    [rejected.length > 0, `${rejected.length} generated policies do not check: ${rejected[0]}`],
    [rare.length > 0, `less than ${least} times: ${rare.map(([construct, count]) => `${construct} (${count})`).join(', ')}`],
    [share('permit') < 0.2, 'less than a fifth are permitted'],
    [share('deny by a forbid') < 0.2, 'less than a fifth are denied by a forbid'],
    [share('deny by default') > 0.4, 'more than two fifths are denied by default'],
    [share('unauthenticated', 'unauthenticated by a forbid') < 0.05, 'less than a twentieth are unauthenticated'],
    [share('challenge for a permit', 'challenge for a forbid') < 0.03, 'too few are challenged'],
    [lacking.length > 0, `not agreed on by: ${lacking.join(', ')}`],
    [otherwise.length < 2, 'no permit, or no forbid, was made otherwise'],
    [missed.length > 0, `faults: ${missed.map(([name, after]) => `${name} (${after ?? 'not found'})`).join(', ')}`],
    [mangled.sources < sizes.mangled, `${mangled.sources} mangled sources instead of ${sizes.mangled}`],
    [unformatted.length > 0, `never formatted: ${unformatted.join(', ')}`],
  ]
  return [...findings, ...said.flatMap(([isWrong, what]) => (isWrong ? [what] : []))]
}

export function showReport(report: Report, sizes: Sizes, seconds: number): string {
  const { seed, decisions, policies, mix, coverage, compared, asked, otherwise, faults, formatted, mangled } = report
  const sorted = (counts: Counts) => [...counts].sort(([, a], [, b]) => b - a)
  return [
    `seed ${seed}, ${seconds.toFixed(0)} s`,
    '',
    `${decisions} decisions over ${policies} policies; compiled and interpreted alike:`,
    ...compared.map(([name, count]) => {
      const others = count - (new Map(asked).get(name) ?? 0)
      return `${String(count).padStart(9)}  ${name}${others === 0 ? '' : ` (${others} by the code of those above)`}`
    }),
    '',
    'made otherwise as explanations say, and decided again by both:',
    ...otherwise.map(([effect, count]) => `${String(count).padStart(9)}  ${effect}s`),
    '',
    ...sorted(mix).map(([kind, count]) => `${((100 * count) / decisions).toFixed(1).padStart(7)} %  ${kind}`),
    '',
    `how often each construct was evaluated, or had a part in a decision (at least ${leastCount(sizes)}):`,
    showCounts(coverage, leastCount(sizes)),
    '',
    'faults put in, and after how many decisions they are found:',
    ...faults.map(([name, after]) => `${String(after ?? 'not found').padStart(9)}  ${name}`),
    '',
    `${formatted} policies formatted: they say the same, and stay as they are`,
    `${mangled.sources} mangled sources: ${mangled.policies} policies, else diagnostics; the longest took ${Math.round(mangled.longest)} ms`,
  ].join('\n')
}
