import { type Difference, difference } from '../../analysis/diff/index.ts'
import { BUDGET, startBudget } from '../budget.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand, type ExitCode } from '../command.ts'
import { differenceFindings } from '../diff/difference-findings.ts'
import { differenceJson } from '../diff/difference-json.ts'
import { differenceMarkdown } from '../diff/difference-markdown.ts'
import { endsOf } from '../diff/merge-base.ts'
import { type Operand, operandOf } from '../diff/operand.ts'
import { type ReadVersion, readVersion } from '../diff/read-version.ts'
import { showDifference } from '../diff/show-difference.ts'
import { KEY } from '../flags.ts'
import { findingWriters } from '../formats/finding-writers.ts'
import { type RequestedReport, readReports, reportFlags, writeReports } from '../formats/reports.ts'
import type { Io } from '../io.ts'
import { writeJson } from '../report.ts'
import { paint } from '../style.ts'

const FORMATS = ['text', 'markdown', 'json', 'github', 'gitlab'] as const

export const diff = defineCommand({
  name: 'diff',
  summary: 'Show what a policy change permits or refuses, and for whom',
  operands: 'OLD NEW|A...B',
  takes: { least: 1, most: 2 },
  flags: {
    'forbid-more-permissive': {
      type: 'boolean',
      help: 'Exit with 1 if NEW permits something that OLD does not, or might',
    },
    ...reportFlags(FORMATS, 'Write text, a pull request comment, JSON, or findings for GitHub or GitLab'),
    budget: BUDGET,
    key: KEY,
  },
  more: `OLD and NEW are each a file, a folder, a bundle or a Git revision with a path, such as \`main:policies\`. A revision
alone, such as \`HEAD~1\`, uses the path of the other operand. \`main...HEAD\` as OLD is the merge base, from which HEAD was
branched off; as the only operand it compares the merge base with HEAD. If a path has the name of a revision, write \`./NAME\` for
the path.

The comparison covers all requests, not samples. For each route and kind of caller it reports whether NEW permits more, less,
both, or the same with another reason or obligation, and shows a request as an example. A difference that cannot be analyzed is
reported as \`unknown\`, with the expression; if it is proved that NEW permits nothing more there, the report says so.

Exit code 1: OLD or NEW has errors, or --forbid-more-permissive applies.

  iap diff main:policies policies
  iap diff main...HEAD:policies
  iap diff HEAD~1 policies --forbid-more-permissive --format markdown`,
  async run(io, { flags, operands }) {
    const reports = readReports(io, FORMATS, flags)
    const control = startBudget(io, 'comparison', flags.budget)
    const [old, young] = sidesOf(io, operands)
    const before = await readVersion(io, old, young, flags.key)
    const after = await readVersion(io, young, old, flags.key)
    if (before.version === null || after.version === null) {
      writeErrors(io, reports, before, after)
      return 1
    }
    const forbidsMore = flags['forbid-more-permissive']
    const found = difference(before.version, after.version, control)
    control.note('what was not compared is unknown')
    writeReports(io, reports, {
      text: (output) => output.write(showDifference(found, paint(output))),
      markdown: (output) => output.write(differenceMarkdown(found, old.text, young.text)),
      json: (output) => writeJson(output, differenceJson(found, [])),
      ...findingWriters(() => differenceFindings(found, after.checked, forbidsMore)),
    })
    return forbidsMore ? judgeMore(io, found) : 0
  },
})

/** Implements `--forbid-more-permissive`. An unknown change passes only if it is proved to permit nothing more, which is told. */
function judgeMore(io: Io, { changes }: Difference): ExitCode {
  const more = changes.filter(({ mayPermitMore }) => mayPermitMore).length
  const proved = changes.filter(({ verdict, mayPermitMore }) => verdict === 'unknown' && !mayPermitMore).length
  const unknown = proved === 1 ? 'an unknown change is' : `${proved} unknown changes are`
  if (proved > 0) io.stderr.write(`--forbid-more-permissive: ${unknown} proved to permit nothing more\n`)
  if (more === 0) return 0
  io.stderr.write(`--forbid-more-permissive: ${more === 1 ? 'a change permits' : `${more} changes permit`} more, or may do so\n`)
  return 1
}

/** @throws CliError if an operand is both a path and a revision, or if NEW is missing, and OLD does not name it as `A...B` */
function sidesOf(io: Io, [first = '', second]: readonly string[]): readonly [Operand, Operand] {
  const old = operandOf(io, first)
  if (second !== undefined) return [old, operandOf(io, second)]
  const ends = old.isRevision ? endsOf(first) : null
  if (ends === null)
    throw new CliError(
      '`iap diff` needs OLD and NEW',
      'name both, or a branch and what it is compared with, such as `main...HEAD`',
    )
  return [old, { text: ends.second, isRevision: true }]
}

const NOTHING: Difference = { changes: [], compared: 0, declarations: { added: [], removed: [], changed: [] } }

/** For people, the errors are on standard error already. */
function writeErrors(
  io: Io,
  reports: readonly RequestedReport<(typeof FORMATS)[number]>[],
  before: ReadVersion,
  after: ReadVersion,
): void {
  const diagnostics = [before, after].flatMap(({ checked, version }) => (version === null ? checked.diagnostics : []))
  writeReports(io, reports, {
    text: () => {},
    markdown: () => {},
    json: (output) => writeJson(output, differenceJson(NOTHING, diagnostics)),
    ...findingWriters(() => diagnostics),
  })
}
