/** `npm run conformance`: prints the report, as a table or with `--format json`; exits with 1 where a case in scope fails. */
import { conformanceReport, type Report } from './report.ts'

const json = process.argv.includes('json')
const report = conformanceReport()
console.log(json ? JSON.stringify(jsonOf(report), null, 2) : tableOf(report))
const failures = report.files.flatMap((file) => file.failures)
if (failures.length > 0) {
  for (const { id, expression, problem } of failures) console.error(`${id}: ${expression}\n  ${problem}`)
  process.exitCode = 1
}

function jsonOf({ total, files }: Report) {
  return { total, files }
}

function tableOf({ total, evaluations, files }: Report): string {
  const rows = files.map((one) => {
    const rules = Object.entries(one.outOfScope).map(([rule, count]) => `${rule} ${count}`)
    const deviations = one.knownDeviations > 0 ? `, ${one.knownDeviations} known deviations` : ''
    const failed = one.failures.length > 0 ? `, ${one.failures.length} FAILED` : ''
    return [
      `${one.file.padEnd(18)} ${String(one.cases).padStart(5)} cases, ${String(one.inScope).padStart(4)} in scope, ${String(one.passed).padStart(4)} passed${deviations}${failed}`,
      ...(rules.length > 0 ? [`${' '.repeat(19)}out of scope: ${rules.join(', ')}`] : []),
    ].join('\n')
  })
  const { cases, inScope, passed, knownDeviations } = total
  return [
    ...rows,
    '',
    `${cases} cases, ${inScope} in scope (${evaluations} of the conformance suite), ${passed} passed, ${knownDeviations} known deviations`,
  ].join('\n')
}
