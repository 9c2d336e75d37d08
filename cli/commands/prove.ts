import { isRefused, type JudgedInvariant } from '../../analysis/index.ts'
import { buildPolicy, type CheckedPaths, checkPaths, diagnosticJson, spanJson } from '../../compiler/project/index.ts'
import { BUDGET, startBudget } from '../budget.ts'
import { defineCommand } from '../command.ts'
import type { Finding } from '../formats/finding.ts'
import { findingWriters } from '../formats/finding-writers.ts'
import { readReports, reportFlags, writeReports } from '../formats/reports.ts'
import type { Output } from '../io.ts'
import { checkSummary, invariantSummary, writeDiagnostics, writeInvariants, writeJson } from '../report.ts'
import { paint } from '../style.ts'

const FORMATS = ['human', 'json', 'github', 'gitlab'] as const

export const prove = defineCommand({
  name: 'prove',
  summary: 'Prove that invariants hold for every request',
  operands: 'PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: { ...reportFlags(FORMATS, 'Write text, JSON, or findings for GitHub or GitLab'), budget: BUDGET },
  more: `An invariant holds; or it is broken, and a test block shows a request that breaks it; or it is unknown, and the
expressions that cannot be analyzed are listed. Unknown invariants are also tried on generated requests, which may break
them. \`iap build\` runs the same proofs, without a limit of time: the verdicts in a bundle do not depend on the machine.

Exit code 1: an invariant is broken, or is unknown and does not say \`allow unknown\`.

  iap prove policies`,
  async run(io, { flags, operands }) {
    const reports = readReports(io, FORMATS, flags)
    const control = startBudget(io, 'route', flags.budget)
    const checked = checkPaths(io, operands)
    const judged = checked.model === null ? [] : (await buildPolicy(checked.model, checked)).judgeInvariants(control)
    const bad = checked.model === null || judged.some(isRefused)
    writeReports(io, reports, {
      human: (output) => writeProved(output, judged, checked),
      json: (output) => writeJson(output, provedJson(judged, checked)),
      ...findingWriters(() => provedFindings(judged, checked)),
    })
    control.note('invariants that were not proved are unknown')
    if (checked.model !== null && judged.length === 0) io.stderr.write('the files contain no `invariant`\n')
    return bad ? 1 : 0
  },
})

function writeProved(output: Output, judged: readonly JudgedInvariant[], checked: CheckedPaths): void {
  const style = paint(output)
  if (checked.model === null) {
    writeDiagnostics(output, checked.diagnostics)
    output.write(`${style.red('✗')} nothing was proved: ${checkSummary(checked)}\n`)
    return
  }
  writeInvariants(output, judged, checked.seen)
  output.write(`${judged.some(isRefused) ? style.red('✗') : style.green('✓')} ${invariantSummary(judged)}\n`)
}

/** Returns the checker's diagnostics, and the invariants that do not hold. */
function provedFindings(judged: readonly JudgedInvariant[], { seen, diagnostics }: CheckedPaths): readonly Finding[] {
  const open = judged.filter(({ verdict }) => verdict !== 'holds')
  return [
    ...diagnostics,
    ...open.map((one): Finding => {
      const { name, verdict, invariant, witness, why } = one
      return {
        code: `invariant-${verdict}`,
        severity: isRefused(one) ? 'error' : 'notice',
        message: `the invariant \`${name}\` is ${verdict}`,
        help: witness ?? why.map(({ text }) => `cannot analyze \`${text}\``).join('\n'),
        span: seen(invariant.declaration.name.span),
      }
    }),
  ]
}

function provedJson(judged: readonly JudgedInvariant[], { seen, diagnostics }: CheckedPaths): object {
  const of = (wanted: JudgedInvariant['verdict']) => judged.filter(({ verdict }) => verdict === wanted).length
  return {
    invariants: judged.map(({ name, invariant, verdict, requests, witness, why }) => ({
      name,
      verdict,
      allowUnknown: invariant.allowUnknown,
      requests,
      witness,
      unknown: why.map(({ text, span }) => ({ text, ...(span && spanJson(seen(span))) })),
      ...spanJson(seen(invariant.declaration.name.span)),
    })),
    holds: of('holds'),
    broken: of('broken'),
    unknown: of('unknown'),
    diagnostics: diagnostics.map(diagnosticJson),
  }
}
