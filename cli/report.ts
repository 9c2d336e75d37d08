import type { JudgedInvariant } from '../analysis/index.ts'
import type { TestResult } from '../compiler/index.ts'
import type { CheckedPaths } from '../compiler/project/index.ts'
import { type Diagnostic, positionAt, renderDiagnostic, type Span } from '../language/index.ts'
import { escapeControls } from '../runtime/base/log.ts'
import type { Bundle } from '../runtime/policy/index.ts'
import type { Output } from './io.ts'
import { count, paint } from './style.ts'

/** Writes each diagnostic with the source lines to which it refers. */
export function writeDiagnostics(output: Output, diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of diagnostics) output.write(`${renderDiagnostic(diagnostic, { color: output.color }).trimEnd()}\n\n`)
}

/** Returns a summary of a check: `2 errors, 1 warning in 3 files`. */
export function checkSummary(checked: Pick<CheckedPaths, 'errors' | 'warnings' | 'sources' | 'diagnostics'>): string {
  const found = [
    ...(checked.errors === 0 ? [] : [count(checked.errors, 'error')]),
    ...(checked.warnings === 0 ? [] : [count(checked.warnings, 'warning')]),
  ]
  const { length } = checked.diagnostics
  const rest = checked.errors + checked.warnings > length ? `; the first ${length} are shown` : ''
  return `${found.length === 0 ? 'no errors' : found.join(', ')} in ${count(checked.sources.length, 'file')}${rest}`
}

/** Writes each failed test with its location, the expected and the actual result. */
export function writeFailures(output: Output, tests: readonly TestResult[]): void {
  const style = paint(output)
  for (const test of tests) {
    if (test.passed) continue
    output.write(`${style.red('failed')}  ${style.bold(escapeControls(test.name))}  ${style.dim(placeOf(test.span))}\n`)
    output.write(`        expected  ${escapeControls(test.expected)}\n        but was   ${escapeControls(test.actual)}\n`)
    if (test.explanation !== null) output.write(`\n${escapedLines(test.explanation.trimEnd()).replace(/^(?=.)/gm, '        ')}\n`)
    output.write('\n')
  }
}

/** Writes how each test of all requests was answered that passed. */
export function writeEvidence(output: Output, tests: readonly TestResult[]): void {
  const style = paint(output)
  for (const { name, passed, evidence, span } of tests) {
    if (!passed || evidence === null) continue
    const shade = evidence === 'proved' ? style.green : style.yellow
    output.write(`${shade(evidence)}  ${style.bold(escapeControls(name))}  ${style.dim(placeOf(span))}\n`)
  }
}

/**
 * Writes whether each invariant holds. Shows a violating request for a broken one, and the conditions that prevent a proof for an
 * undecided one.
 */
export function writeInvariants(output: Output, judged: readonly JudgedInvariant[], seen: (span: Span) => Span): void {
  const style = paint(output)
  const colours = { holds: style.green, broken: style.red, unknown: style.yellow }
  for (const { name, invariant, verdict, requests, witness, why } of judged) {
    const place = placeOf(seen(invariant.declaration.name.span))
    output.write(`${colours[verdict](verdict)}  ${style.bold(name)}  ${style.dim(place)}\n`)
    if (verdict === 'broken') output.write(`\n${witness ?? ''}\n`)
    if (verdict !== 'unknown') continue
    for (const { text, span } of why)
      output.write(span === undefined ? `  ${text}\n` : `  cannot analyze \`${text}\`  ${style.dim(placeOf(seen(span)))}\n`)
    output.write(`  none of ${count(requests, 'request')} broke it\n`)
  }
}

/** Returns a summary of invariants: `5 invariants hold, 1 broken, 2 unknown`. */
export function invariantSummary(judged: readonly JudgedInvariant[]): string {
  const verdicts = ['holds', 'broken', 'unknown'] as const
  const found = verdicts
    .map((wanted) => ({ wanted, number: judged.filter(({ verdict }) => verdict === wanted).length }))
    .filter(({ number }) => number > 0)
  const told = found.map(({ wanted, number }, at) => {
    const word = wanted === 'holds' && number > 1 ? 'hold' : wanted
    return `${at === 0 ? count(number, 'invariant') : number} ${word}`
  })
  return told.length === 0 ? 'no invariants' : told.join(', ')
}

export function testSummary(passed: number, failed: number): string {
  return failed === 0 ? `${count(passed, 'test')} passed` : `${count(failed, 'test')} failed, ${passed} passed`
}

export function placeOf(span: Span): string {
  const { line, column } = positionAt(span.source, span.start)
  return `${escapeControls(span.source.name)}:${line}:${column}`
}

/** Escapes the control characters of a text, except for its line ends and tabs. */
export function escapedLines(text: string): string {
  return text.replace(/[^\n\t]+/g, escapeControls)
}

/** Writes a value as indented JSON. */
export function writeJson(output: Output, value: unknown): void {
  output.write(`${JSON.stringify(value, null, 2)}\n`)
}

/** Returns the number of tests that a bundle contains. */
export function carriedTests({ tests }: Pick<Bundle, 'tests'>): number {
  return (tests ?? '').split('\n').length - 1
}
