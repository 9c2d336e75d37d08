import { defineCommand } from '../command.ts'
import { FORMAT } from '../flags.ts'
import { buildPolicy } from '../project/build-policy.ts'
import { checkPaths } from '../project/check-paths.ts'
import { checkSummary, diagnosticJson, spanJson, testSummary, writeDiagnostics, writeFailures, writeJson } from '../report.ts'
import { paint } from '../style.ts'

export const test = defineCommand({
  name: 'test',
  summary: 'run the `test` blocks of policies',
  operands: 'PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: { format: FORMAT },
  more: 'The policy is compiled and loaded as the proxy loads it, and asked each test’s question. A policy without tests passes, and says so.',
  async run(io, { flags, operands }) {
    const checked = checkPaths(io, operands)
    const style = paint(io.stdout)
    const json = flags.format === 'json'
    if (checked.model === null) {
      if (json) writeJson(io.stdout, { tests: [], passed: 0, failed: 0, diagnostics: checked.diagnostics.map(diagnosticJson) })
      else {
        writeDiagnostics(io.stdout, checked.diagnostics)
        io.stdout.write(`${style.red('✗')} no test ran: ${checkSummary(checked)}\n`)
      }
      return 1
    }
    const { tests, passed, failed } = await buildPolicy(checked.model, checked)
    if (json) {
      const rows = tests.map(({ span, ...result }) => ({ ...result, ...spanJson(span) }))
      writeJson(io.stdout, { tests: rows, passed, failed, diagnostics: checked.diagnostics.map(diagnosticJson) })
    } else {
      writeFailures(io.stdout, tests)
      if (tests.length === 0) io.stderr.write('there is no `test` in these files\n')
      io.stdout.write(`${failed > 0 ? style.red('✗') : style.green('✓')} ${testSummary(passed, failed)}\n`)
    }
    return failed > 0 ? 1 : 0
  },
})
