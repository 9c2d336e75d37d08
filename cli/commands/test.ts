import {
  type BuiltPolicy,
  buildPolicy,
  type CheckedPaths,
  checkPaths,
  diagnosticJson,
  meaningOf,
  mutatePolicy,
  spanJson,
} from '../../compiler/project/index.ts'
import { type Coverage, coverageHtml, junit, lcov, type MutationReport, measureCoverage } from '../../compiler/testing/index.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand, type ExitCode } from '../command.ts'
import { writeOutput } from '../files/write-output.ts'
import { wholeNumber } from '../flags.ts'
import type { Io } from '../io.ts'
import { checkSummary, testSummary, writeDiagnostics, writeFailures, writeJson } from '../report.ts'
import { coverageJson, mutationJson, percent, seenCoverage, writeCoverage, writeMutation } from '../report-coverage.ts'
import { paint } from '../style.ts'

export const test = defineCommand({
  name: 'test',
  summary: 'Run the `test` blocks of policies',
  operands: 'PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: {
    format: {
      type: 'string',
      value: 'human|json|junit',
      oneOf: ['human', 'json', 'junit'],
      help: 'Write text, JSON, or JUnit XML for CI (default: human)',
    },
    coverage: { type: 'boolean', help: 'Show the routes, rules and clauses that no test covers' },
    lcov: { type: 'string', value: 'FILE', help: 'Write the coverage to FILE in lcov format' },
    html: { type: 'string', value: 'FILE', help: 'Write the coverage to FILE as an HTML page' },
    mutate: { type: 'boolean', help: 'Make small changes to the policy, and show those that no test notices' },
    min: {
      type: 'string',
      value: 'N',
      help: 'Exit with 1 if the coverage or the mutation score is below N percent (default: 0)',
    },
  },
  more: `The policy is compiled and loaded as in the proxy, and decides the request of each test. A policy without tests
passes, with a note.

Coverage counts every route that a test requests, every rule that decides a test, and every \`when\`, \`unless\` and
\`require\` that is true in one test and false in another. A mutant is the policy with one small change: an effect inverted,
a clause removed, a bound moved by one. If a test fails, no mutants are made.

Exit code 1: a policy has errors, a test fails, or a figure is below --min.

  iap test policies --coverage --html coverage.html
  iap test policies --mutate --min 90`,
  async run(io, { flags, operands }) {
    const measure = flags.coverage || flags.lcov !== undefined || flags.html !== undefined
    if (flags.min !== undefined && !measure && !flags.mutate)
      throw new CliError('`--min` needs `--coverage` or `--mutate`', 'it is the least percent of one of them')
    const least = wholeNumber('min', flags.min, 0)
    if (least > 100) throw new CliError('`--min` is at most 100', 'it is a percentage')
    const checked = checkPaths(io, operands)
    if (checked.model === null) return unchecked(io, flags.format, checked)
    const started = new Date(io.clock()).toISOString()
    const built = await buildPolicy(checked.model, checked)
    const coverage = measure
      ? seenCoverage(measureCoverage(checked.model, meaningOf(checked.model, built.policy)), checked.seen)
      : null
    if (coverage !== null) {
      write(io, flags.lcov, () => lcov(coverage))
      write(io, flags.html, () => coverageHtml(coverage))
    }
    const mutation =
      flags.mutate && built.failed === 0 ? mutatePolicy({ ...checked, model: checked.model }, built.policy, progressOn(io)) : null
    const results: Results = { built, coverage, mutation }
    if (flags.format === 'json') writeJson(io.stdout, resultsJson(checked, results))
    else if (flags.format === 'junit') io.stdout.write(junit(built.tests, started))
    report(io, flags.format === undefined || flags.format === 'human' ? io.stdout : io.stderr, flags, results)
    const missed = [coverage?.percent, mutation?.score].some((value) => value !== undefined && value < least)
    return built.failed > 0 || missed ? 1 : 0
  },
})

interface Results {
  readonly built: BuiltPolicy
  readonly coverage: Coverage | null
  readonly mutation: MutationReport | null
}

function unchecked(io: Io, format: string | undefined, checked: CheckedPaths): ExitCode {
  if (format === 'json') {
    writeJson(io.stdout, { tests: [], passed: 0, failed: 0, diagnostics: checked.diagnostics.map(diagnosticJson) })
    return 1
  }
  if (format === 'junit') {
    const errors = checked.diagnostics.filter(({ severity }) => severity === 'error')
    io.stdout.write(junit([], new Date(io.clock()).toISOString(), errors))
  }
  const output = format === 'junit' ? io.stderr : io.stdout
  writeDiagnostics(output, checked.diagnostics)
  output.write(`${paint(output).red('✗')} no test ran: ${checkSummary(checked)}\n`)
  return 1
}

function resultsJson(checked: CheckedPaths, { built: { tests, passed, failed }, coverage, mutation }: Results): object {
  return {
    tests: tests.map(({ span, duration: _, ...result }) => ({ ...result, ...spanJson(span) })),
    passed,
    failed,
    ...(coverage !== null && { coverage: coverageJson(coverage) }),
    ...(mutation !== null && { mutation: mutationJson(mutation) }),
    diagnostics: checked.diagnostics.map(diagnosticJson),
  }
}

/** Writes the result as text: all of it for people, or only the failures beside a machine-readable answer. */
function report(
  io: Io,
  output: Io['stdout'],
  { min, coverage: shown, mutate }: { readonly min: string | undefined; readonly coverage: boolean; readonly mutate: boolean },
  { built, coverage, mutation }: Results,
): void {
  const style = paint(output)
  const human = output === io.stdout
  if (human) {
    writeFailures(output, built.tests)
    if (built.tests.length === 0) io.stderr.write('the files contain no `test`\n')
    if (coverage !== null && shown) writeCoverage(output, coverage)
    if (mutation !== null) writeMutation(output, mutation)
    output.write(`${built.failed > 0 ? style.red('✗') : style.green('✓')} ${testSummary(built.passed, built.failed)}\n`)
  }
  if (mutate && built.failed > 0) io.stderr.write('no mutants were made, because a test fails\n')
  const least = Number(min ?? 0)
  for (const [what, value] of [
    ['coverage', coverage?.percent],
    ['the mutation score', mutation?.score],
  ] as const)
    if (value !== undefined && value < least) io.stderr.write(`${what} is ${percent(value)}, below --min ${least}\n`)
}

function write(io: Io, file: string | undefined, text: () => string): void {
  if (file === undefined) return
  writeOutput(io, file, text())
}

/** Only on a terminal, in one line that is erased at the end. */
function progressOn({ stderr }: Io): (done: number, of: number) => void {
  if (!stderr.terminal) return () => {}
  return (done, of) => stderr.write(done === of ? '\r\u001b[K' : `\rmutant ${done + 1} of ${of}`)
}
