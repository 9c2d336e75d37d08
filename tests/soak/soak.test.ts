/** A short one, so that whatever breaks it is seen on each push: `npm run soak` takes ten minutes, and looks at memory too. */
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { canWatch } from './processes.ts'
import { mistakesOf, tableOf } from './report.ts'
import { runSoak } from './run-soak.ts'

/** What is shipped, which the set-up of the tests has built. */
const program = fileURLToPath(new URL('../../dist/proxy.js', import.meta.url))

test.skipIf(!canWatch)('all kinds of traffic at once, while policies and configurations are replaced', async () => {
  const soak = await runSoak({ minutes: 0.25, load: 0.35, program, calibration: 1000, say: () => {} })
  console.log(tableOf(soak))
  expect(mistakesOf(soak)).toEqual([])
})
