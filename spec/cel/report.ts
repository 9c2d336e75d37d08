/** All cases by file: what is out of scope and by which rule, what is in scope, what passes. */
import { type Deviation, deviations } from './known-deviations.ts'
import { type Outcome, type Ran, runCase } from './run-case.ts'
import { outOfScope } from './scope.ts'
import { type Case, loadCases } from './suites.ts'

export interface FileReport {
  readonly file: string
  readonly suite: Case['suite']
  readonly cases: number
  /** By rule. */
  readonly outOfScope: Readonly<Record<string, number>>
  readonly inScope: number
  /** Of those in scope, how many were evaluated. */
  readonly evaluated: number
  /** Of those, how many once more with their literals as variables; the others have none. */
  readonly evaluatedWithVariables: number
  readonly passed: number
  readonly knownDeviations: number
  /** Of the known deviations, those that are as the suite has them with their literals as variables. */
  readonly rightWithVariables: number
  readonly failures: readonly Failed[]
}

export interface Failed {
  readonly id: string
  readonly expression: string
  readonly problem: string
}

export interface Report {
  readonly total: { readonly cases: number; readonly inScope: number; readonly passed: number; readonly knownDeviations: number }
  readonly files: readonly FileReport[]
}

export function conformanceReport(cases: readonly Case[] = loadCases()): Report {
  const files = [...new Set(cases.map(({ file }) => file))].map((file) =>
    fileReport(
      file,
      cases.filter((one) => one.file === file),
    ),
  )
  return {
    total: {
      cases: sum(files, 'cases'),
      inScope: sum(files, 'inScope'),
      passed: sum(files, 'passed'),
      knownDeviations: sum(files, 'knownDeviations'),
    },
    files,
  }
}

type Counted = 'cases' | 'inScope' | 'evaluated' | 'evaluatedWithVariables' | 'passed' | 'knownDeviations' | 'rightWithVariables'

export function sum(files: readonly FileReport[], what: Counted): number {
  return files.reduce((total, file) => total + file[what], 0)
}

function fileReport(file: string, cases: readonly Case[]): FileReport {
  const excluded: Record<string, number> = {}
  const counts = { inScope: 0, evaluated: 0, evaluatedWithVariables: 0, passed: 0, knownDeviations: 0, rightWithVariables: 0 }
  const failures: Failed[] = []
  for (const one of cases) {
    const rule = outOfScope(one)
    if (rule !== null) {
      excluded[rule] = (excluded[rule] ?? 0) + 1
      continue
    }
    counts.inScope += 1
    if (one.expected !== 'nothing') counts.evaluated += 1
    const ran = attempt(one)
    if (ran.withVariables !== null) counts.evaluatedWithVariables += 1
    const deviation = deviations.find(({ cases: ids }) => ids.includes(one.id))
    const problem = deviation === undefined ? problemOf(ran) : problemOfDeviation(ran, deviation)
    if (problem !== null) failures.push({ id: one.id, expression: one.expression, problem })
    else if (deviation === undefined) counts.passed += 1
    else {
      counts.knownDeviations += 1
      if (ran.withVariables?.kind === 'right') counts.rightWithVariables += 1
    }
  }
  const suite = cases[0]?.suite ?? 'evaluate'
  return { file, suite, cases: cases.length, outOfScope: excluded, ...counts, failures }
}

/** An exception is ours, and a problem of the case like any other. */
function attempt(one: Case): Ran {
  try {
    return runCase(one)
  } catch (error) {
    return {
      asWritten: { kind: 'wrong', problem: `throws ${error instanceof Error ? error.stack : error}` },
      withVariables: null,
    }
  }
}

function problemOf({ asWritten, withVariables }: Ran): string | null {
  if (asWritten.kind !== 'right') return tell(asWritten)
  return withVariables === null || withVariables.kind === 'right' ? null : `with literals as variables ${tell(withVariables)}`
}

function problemOfDeviation({ asWritten, withVariables }: Ran, { as }: Deviation): string | null {
  if (asWritten.kind === 'right') return 'is a known deviation, and passes: take it off the list'
  if ('gives' in as) return asWritten.kind === 'wrong' && asWritten.problem.includes(as.gives) ? null : tell(asWritten)
  if (asWritten.kind !== 'refused' || asWritten.code !== as.refused) return tell(asWritten)
  return withVariables === null || withVariables.kind === 'right' ? null : `with literals as variables ${tell(withVariables)}`
}

function tell(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'right':
      return 'is as the suite has it'
    case 'refused':
      return `is refused: ${outcome.code} ${outcome.message}`
    case 'wrong':
      return outcome.problem
  }
}
