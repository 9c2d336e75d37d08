/**
 * `npm run interop -- NAME…`: runs clients, servers and test suites of other projects against the built proxy. Each run installs what it needs into a
 * scratch folder. The last line is `N passed, N failed`; the exit code is 0 if nothing failed, 1 if something did, 2 for a wrong command line.
 */

import { suites } from './suites.ts'
import { build } from './support/build.ts'
import { InteropRun } from './support/interop-run.ts'

const names = process.argv.slice(2)
const unknown = names.find((name) => !Object.hasOwn(suites, name))
if (names.length === 0 || unknown !== undefined) {
  if (unknown !== undefined) console.error(`unknown interop run: \`${unknown}\`\n`)
  console.log(`usage: npm run interop -- NAME…\n`)
  for (const [name, { summary }] of Object.entries(suites)) console.log(`  ${name.padEnd(12)}${summary}`)
  process.exit(unknown === undefined ? 0 : 2)
}

build()
let [passed, failed] = [0, 0]
for (const name of names) {
  const run = new InteropRun(name)
  try {
    await suites[name]?.run(run)
  } catch (error) {
    run.fail(`${name} ended early`, error)
  } finally {
    await run.cleanUp()
  }
  passed += run.passed
  failed += run.failed
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)
