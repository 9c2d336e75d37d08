import { type CheckedPaths, diagnosticJson, spanJson } from '../../compiler/project/index.ts'
import { junit, type TimedTest } from '../../compiler/testing/index.ts'
import type { Io, Output } from '../io.ts'
import { checkSummary, testSummary, writeDiagnostics, writeEvidence, writeFailures, writeJson } from '../report.ts'
import { coverageJson, mutationJson, writeCoverage, writeMutation } from '../report-coverage.ts'
import { paint } from '../style.ts'
import { findingWriters } from './finding-writers.ts'
import { type RequestedReport, writeReports } from './reports.ts'
import { placedGaps, type TestedPolicy, testFindings } from './test-findings.ts'

/** The formats of `test`. */
export const TESTED_FORMATS = ['human', 'json', 'junit', 'github', 'gitlab'] as const

export interface Tested extends TestedPolicy {
  readonly tests: readonly TimedTest[]
  readonly passed: number
  readonly failed: number
  /** When the tests began, as RFC 3339. */
  readonly started: string
}

/**
 * Writes the results of tests in the requested formats. If the policy has errors, writes these.
 *
 * @param showsGaps whether what no test covers is reported, besides the percentage
 */
export function writeTested(
  io: Io,
  reports: readonly RequestedReport<(typeof TESTED_FORMATS)[number]>[],
  checked: CheckedPaths,
  tested: Tested,
  showsGaps: boolean,
): void {
  const shown = showsGaps ? tested : { ...tested, coverage: null }
  writeReports(io, reports, {
    human: (output) => writeHuman(output, checked, shown),
    json: (output) => writeJson(output, testedJson(checked, tested)),
    junit: (output) => output.write(junitReport(checked, shown)),
    ...findingWriters(() => testFindings(checked, shown)),
  })
  if (reports[0]?.format !== 'junit') return
  // JUnit is for CI servers: people read the log.
  if (checked.model === null) writeHuman(io.stderr, checked, shown)
  else {
    if (shown.coverage !== null) writeCoverage(io.stderr, shown.coverage)
    if (shown.mutation !== null) writeMutation(io.stderr, shown.mutation)
  }
}

function writeHuman(output: Output, checked: CheckedPaths, { tests, passed, failed, coverage, mutation }: Tested): void {
  const style = paint(output)
  if (checked.model === null) {
    writeDiagnostics(output, checked.diagnostics)
    output.write(`${style.red('✗')} no test ran: ${checkSummary(checked)}\n`)
    return
  }
  writeFailures(output, tests)
  writeEvidence(output, tests)
  if (coverage !== null) writeCoverage(output, coverage)
  if (mutation !== null) writeMutation(output, mutation)
  output.write(`${failed > 0 ? style.red('✗') : style.green('✓')} ${testSummary(passed, failed)}\n`)
}

function testedJson({ diagnostics }: CheckedPaths, { tests, passed, failed, coverage, mutation }: Tested): object {
  return {
    tests: tests.map(({ span, duration: _, evidence, ...result }) => ({
      ...result,
      ...(evidence !== null && { evidence }),
      ...spanJson(span),
    })),
    passed,
    failed,
    ...(coverage !== null && { coverage: coverageJson(coverage) }),
    ...(mutation !== null && { mutation: mutationJson(mutation) }),
    diagnostics: diagnostics.map(diagnosticJson),
  }
}

function junitReport(checked: CheckedPaths, { tests, coverage, started }: Tested): string {
  const errors = checked.model === null ? checked.diagnostics.filter(({ severity }) => severity === 'error') : []
  return junit({ tests, errors, remarks: coverage === null ? [] : placedGaps(checked, coverage) }, started)
}
