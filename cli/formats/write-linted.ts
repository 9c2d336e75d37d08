import { diagnosticJson, type LintedPaths } from '../../compiler/project/index.ts'
import { VERSION } from '../../runtime/base/version.ts'
import type { Io, Output } from '../io.ts'
import { checkSummary, writeDiagnostics, writeJson } from '../report.ts'
import { count, paint } from '../style.ts'
import { readDiagnosticsPage } from './diagnostics-page.ts'
import { findingWriters } from './finding-writers.ts'
import { type RequestedReport, writeReports } from './reports.ts'
import { sarifLog } from './sarif.ts'

/** The formats of `check` and `lint`. */
export const LINTED_FORMATS = ['human', 'json', 'sarif', 'github', 'gitlab'] as const

/**
 * Writes the diagnostics of `check` and `lint` in the requested formats.
 *
 * @param bad whether the command fails, because of errors or too many warnings
 * @param complete whether the analysis of `lint` had the time that it needs
 */
export function writeLinted(
  io: Io,
  reports: readonly RequestedReport<(typeof LINTED_FORMATS)[number]>[],
  linted: LintedPaths,
  bad: boolean,
  complete: boolean,
): void {
  const { diagnostics, ignored, fixed } = linted
  if (fixed.count > 0)
    io.stderr.write(
      `${count(fixed.count, 'fix', 'fixes')} in ${fixed.files
        .map(({ name }) => name)
        .sort()
        .join(', ')}\n`,
    )
  writeReports(io, reports, {
    human: (output) => writeHuman(output, linted, bad),
    json: (output) => writeJson(output, { ...lintedJson(linted), complete }),
    sarif: (output) => writeJson(output, sarifLog(diagnostics, ignored, sarifContext(io))),
    ...findingWriters(() => diagnostics),
  })
}

function sarifContext(io: Io): Parameters<typeof sarifLog>[2] {
  return { version: VERSION, cwd: io.cwd, page: readDiagnosticsPage(io) }
}

function writeHuman(output: Output, linted: LintedPaths, bad: boolean): void {
  writeDiagnostics(output, linted.diagnostics)
  const style = paint(output)
  output.write(`${bad ? style.red('✗') : style.green('✓')} ${checkSummary(linted)}\n`)
}

function lintedJson({ diagnostics, ignored, sources, errors, warnings, fixed }: LintedPaths): object {
  return {
    diagnostics: diagnostics.map(diagnosticJson),
    files: sources.length,
    errors,
    warnings,
    ignored: ignored.map(({ diagnostic, reason }) => ({ ...diagnosticJson(diagnostic), reason })),
    fixed: fixed.count,
  }
}
