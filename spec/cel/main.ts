/** `npm run conformance`: prints the report, as a table or with `--format json`; exits with 1 where a case in scope fails. */
import { conformanceReport } from './report.ts'
import { jsonOf, tableOf } from './show-report.ts'

const report = conformanceReport()
console.log(process.argv.includes('json') ? jsonOf(report) : tableOf(report))
const failures = report.files.flatMap((file) => file.failures)
for (const { id, expression, problem } of failures) console.error(`${id}: ${expression}\n  ${problem}`)
if (failures.length > 0) process.exitCode = 1
