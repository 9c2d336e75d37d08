import { buildPolicy, checkPaths, meaningOf, mutatePolicy } from '../../compiler/project/index.ts'
import { coverageHtml, lcov, measureCoverage } from '../../compiler/testing/index.ts'
import { BUDGET, startBudget } from '../budget.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand } from '../command.ts'
import { type NamedFile, writeOutput } from '../files/write-output.ts'
import { wholeNumber } from '../flags.ts'
import { readReports, reportFlags } from '../formats/reports.ts'
import { TESTED_FORMATS, type Tested, writeTested } from '../formats/write-tested.ts'
import type { Io } from '../io.ts'
import { percent, seenCoverage } from '../report-coverage.ts'
import { count } from '../style.ts'

export const test = defineCommand({
  name: 'test',
  summary: 'Run the `test` blocks of policies',
  operands: 'PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: {
    ...reportFlags(TESTED_FORMATS, 'Write text, JSON, JUnit XML for CI, or findings for GitHub or GitLab'),
    coverage: { type: 'boolean', help: 'Show the routes, rules and clauses that no test covers' },
    lcov: { type: 'string', value: 'FILE', help: 'Write the coverage to FILE in lcov format' },
    html: { type: 'string', value: 'FILE', help: 'Write the coverage to FILE as an HTML page' },
    mutate: { type: 'boolean', help: 'Make small changes to the policy, and show those that no test notices' },
    budget: BUDGET,
    min: {
      type: 'string',
      value: 'N',
      help: 'Exit with 1 if the coverage or the mutation score is below N percent (default: 0)',
    },
  },
  more: `The policy is compiled and loaded as in the proxy, and decides the request of each test. A policy without tests
passes, with a note. A test of any request (\`for any request\`) is proved, or else tried on generated requests.

Coverage counts every route that a test requests, every rule that decides a test, and every \`when\`, \`unless\` and
\`require\` that is true in one test and false in another. A mutant is the policy with one small change: an effect inverted,
a clause removed, a bound moved by one. If a test fails, no mutants are made.

Exit code 1: a policy has errors, a test fails, a figure is below --min, or --min is given and mutants were not tried because
--budget ended.

  iap test policies --coverage --html coverage.html
  iap test policies --mutate --min 90`,
  async run(io, { flags, operands }) {
    const reports = readReports(io, TESTED_FORMATS, flags, [...named('--lcov', flags.lcov), ...named('--html', flags.html)])
    const measure = flags.coverage || flags.lcov !== undefined || flags.html !== undefined
    if (flags.min !== undefined && !measure && !flags.mutate)
      throw new CliError('`--min` needs `--coverage` or `--mutate`', 'it is the least percent of one of them')
    const least = wholeNumber('min', flags.min, 0)
    if (least > 100) throw new CliError('`--min` is at most 100', 'it is a percentage')
    if (flags.budget !== undefined && !flags.mutate)
      throw new CliError('`--budget` needs `--mutate`', 'it is the time for trying mutants')
    const control = startBudget(io, 'mutant', flags.budget)
    const checked = checkPaths(io, operands)
    const started = new Date(io.clock()).toISOString()
    if (checked.model === null) {
      writeTested(io, reports, checked, { tests: [], passed: 0, failed: 0, coverage: null, mutation: null, started }, false)
      return 1
    }
    const built = await buildPolicy(checked.model, checked)
    const coverage = measure
      ? seenCoverage(measureCoverage(checked.model, meaningOf(checked.model, built.policy)), checked.seen)
      : null
    if (coverage !== null) {
      write(io, flags.lcov, () => lcov(coverage))
      write(io, flags.html, () => coverageHtml(coverage))
    }
    const mutation =
      flags.mutate && built.failed === 0 ? mutatePolicy({ ...checked, model: checked.model }, built.policy, control) : null
    const { tests, passed, failed } = built
    const tested = { tests, passed, failed, coverage, mutation, started }
    if (reports[0]?.format !== 'json' && tests.length === 0) io.stderr.write('the files contain no `test`\n')
    writeTested(io, reports, checked, tested, flags.coverage)
    writeNotes(io, tested, flags.mutate, least)
    control.note(`${count(mutation?.untried ?? 0, 'mutant was', 'mutants were')} not tried, and may be unnoticed`)
    const missed = [coverage?.percent, mutation?.score].some((value) => value !== undefined && value < least)
    const isCut = flags.min !== undefined && control.wasCut
    return failed > 0 || missed || isCut ? 1 : 0
  },
})

/** Writes why there are no mutants, and which figures are too low. */
function writeNotes(io: Io, { failed, coverage, mutation }: Tested, mutates: boolean, least: number): void {
  if (mutates && failed > 0) io.stderr.write('no mutants were made, because a test fails\n')
  for (const [what, value] of [
    ['coverage', coverage?.percent],
    ['the mutation score', mutation?.score],
  ] as const)
    if (value !== undefined && value < least) io.stderr.write(`${what} is ${percent(value)}, below --min ${least}\n`)
}

function named(by: string, path: string | undefined): readonly NamedFile[] {
  return path === undefined ? [] : [{ path, by }]
}

function write(io: Io, file: string | undefined, text: () => string): void {
  if (file === undefined) return
  writeOutput(io, file, text())
}
