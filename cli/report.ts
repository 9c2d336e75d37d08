import type { TestResult } from '../compiler/index.ts'
import type { TriedInvariant } from '../compiler/testing/index.ts'
import { type Diagnostic, positionAt, renderDiagnostic, type Span } from '../language/index.ts'
import type { Output } from './io.ts'
import type { CheckedPaths } from './project/check-paths.ts'
import type { Stop } from './stop.ts'
import { count, paint } from './style.ts'

export { diagnosticJson, spanJson } from './formats/json.ts'

/** Every diagnostic as a code frame. */
export function writeDiagnostics(output: Output, diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of diagnostics) output.write(`${renderDiagnostic(diagnostic, { color: output.color }).trimEnd()}\n\n`)
}

/** Why a command cannot be carried out, and what to do. */
export function writeStop(output: Output, { message, help }: Stop): void {
  const style = paint(output)
  output.write(`${style.red('error')}: ${message}\n`)
  if (help !== null) output.write(`  ${style.cyan('help')}: ${help}\n`)
}

/** `2 errors, 1 warning in 3 files`. */
export function checkSummary(checked: Pick<CheckedPaths, 'errors' | 'warnings' | 'sources'>): string {
  const found = [
    ...(checked.errors === 0 ? [] : [count(checked.errors, 'error')]),
    ...(checked.warnings === 0 ? [] : [count(checked.warnings, 'warning')]),
  ]
  return `${found.length === 0 ? 'no errors' : found.join(', ')} in ${count(checked.sources.length, 'file')}`
}

/** Failed tests, each with where it stands, what it expects and what it got. */
export function writeFailures(output: Output, tests: readonly TestResult[]): void {
  const style = paint(output)
  for (const test of tests) {
    if (test.passed) continue
    output.write(`${style.red('failed')}  ${style.bold(test.name)}  ${style.dim(placeOf(test.span))}\n`)
    output.write(`        expected  ${test.expected}\n        but was   ${test.actual}\n`)
    if (test.explanation !== null) output.write(`\n${test.explanation.trimEnd().replace(/^(?=.)/gm, '        ')}\n`)
    output.write('\n')
  }
}

/** Invariants that do not hold, each with a request that shows it. */
export function writeBroken(output: Output, broken: readonly TriedInvariant[], seen: (span: Span) => Span): void {
  const style = paint(output)
  for (const { name, invariant, witness } of broken) {
    const place = placeOf(seen(invariant.declaration.name.span))
    output.write(`${style.red('broken')}  ${style.bold(name)}  ${style.dim(place)}\n\n${witness ?? ''}\n`)
  }
}

export function testSummary(passed: number, failed: number): string {
  return failed === 0 ? `${count(passed, 'test')} passed` : `${count(failed, 'test')} failed, ${passed} passed`
}

export function placeOf(span: Span): string {
  const { line, column } = positionAt(span.source, span.start)
  return `${span.source.name}:${line}:${column}`
}

/** One JSON value on standard output. */
export function writeJson(output: Output, value: unknown): void {
  output.write(`${JSON.stringify(value, null, 2)}\n`)
}
