import { isRefused, type JudgedInvariant } from '../../analysis/index.ts'
import { buildPolicy, type CheckedPaths, checkPaths, diagnosticJson, spanJson } from '../../compiler/project/index.ts'
import { defineCommand } from '../command.ts'
import { FORMAT } from '../flags.ts'
import { checkSummary, invariantSummary, writeDiagnostics, writeInvariants, writeJson } from '../report.ts'
import { paint } from '../style.ts'

export const prove = defineCommand({
  name: 'prove',
  summary: 'Prove that invariants hold for every request',
  operands: 'PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: { format: FORMAT },
  more: `An invariant holds; or it is broken, and a test block shows a request that breaks it; or it is unknown, and the
expressions that cannot be analyzed are listed. Unknown invariants are also tried on generated requests, which may break
them. \`iap build\` runs the same proofs.

Exit code 1: an invariant is broken, or is unknown and does not say \`allow unknown\`.

  iap prove policies`,
  async run(io, { flags, operands }) {
    const checked = checkPaths(io, operands)
    const judged = checked.model === null ? [] : (await buildPolicy(checked.model, checked)).judgeInvariants()
    const bad = checked.model === null || judged.some(isRefused)
    if (flags.format === 'json') {
      writeJson(io.stdout, provedJson(judged, checked))
      return bad ? 1 : 0
    }
    const style = paint(io.stdout)
    if (checked.model === null) {
      writeDiagnostics(io.stdout, checked.diagnostics)
      io.stdout.write(`${style.red('✗')} nothing was proved: ${checkSummary(checked)}\n`)
      return 1
    }
    if (judged.length === 0) io.stderr.write('the files contain no `invariant`\n')
    writeInvariants(io.stdout, judged, checked.seen)
    io.stdout.write(`${bad ? style.red('✗') : style.green('✓')} ${invariantSummary(judged)}\n`)
    return bad ? 1 : 0
  },
})

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
