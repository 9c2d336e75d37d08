/** All cases by file: what is out of scope and by which rule, what is in scope, what passes. */
import { knownDeviations } from './known-deviations.ts'
import { runCase } from './run-case.ts'
import { outOfScope } from './scope.ts'
import { type Case, loadCases } from './suites.ts'

export interface FileReport {
  readonly file: string
  readonly suite: Case['suite']
  readonly cases: number
  /** By rule. */
  readonly outOfScope: Readonly<Record<string, number>>
  readonly inScope: number
  readonly passed: number
  readonly knownDeviations: number
  readonly failures: readonly Failed[]
}

export interface Failed {
  readonly id: string
  readonly expression: string
  readonly problem: string
}

export interface Report {
  readonly total: { readonly cases: number; readonly inScope: number; readonly passed: number; readonly knownDeviations: number }
  /** In scope of the conformance suite: what is evaluated, or checked there. */
  readonly evaluations: number
  readonly files: readonly FileReport[]
}

export function conformanceReport(cases: readonly Case[] = loadCases()): Report {
  const files = [...new Set(cases.map(({ file }) => file))].map((file) =>
    fileReport(
      file,
      cases.filter((one) => one.file === file),
    ),
  )
  const sum = (of: (report: FileReport) => number) => files.reduce((total, report) => total + of(report), 0)
  return {
    total: {
      cases: sum((one) => one.cases),
      inScope: sum((one) => one.inScope),
      passed: sum((one) => one.passed),
      knownDeviations: sum((one) => one.knownDeviations),
    },
    evaluations: sum((one) => (one.suite === 'evaluate' ? one.inScope : 0)),
    files,
  }
}

function fileReport(file: string, cases: readonly Case[]): FileReport {
  const excluded: Record<string, number> = {}
  const failures: Failed[] = []
  let passed = 0
  let deviations = 0
  for (const one of cases) {
    const rule = outOfScope(one)
    if (rule !== null) {
      excluded[rule] = (excluded[rule] ?? 0) + 1
      continue
    }
    const problem = problemOf(one)
    const deviation = knownDeviations[one.id]
    if (deviation !== undefined && problem !== null) deviations += 1
    else if (deviation !== undefined) failures.push(failed(one, 'is a known deviation, and passes: take it off the list'))
    else if (problem === null) passed += 1
    else failures.push(failed(one, problem))
  }
  const inScope = cases.length - Object.values(excluded).reduce((a, b) => a + b, 0)
  const suite = cases[0]?.suite ?? 'evaluate'
  return { file, suite, cases: cases.length, outOfScope: excluded, inScope, passed, knownDeviations: deviations, failures }
}

function failed({ id, expression }: Case, problem: string): Failed {
  return { id, expression, problem }
}

/** An exception is ours, and a problem of the case like any other. */
function problemOf(one: Case): string | null {
  try {
    return runCase(one)
  } catch (error) {
    return `throws ${error instanceof Error ? error.message : String(error)}`
  }
}
