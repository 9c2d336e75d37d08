/** A short one, so that whatever breaks it is seen on each push: `npm run soak` takes ten minutes, and looks at memory too. */
import { expect, test } from 'vitest'
import { canWatch } from './processes.ts'
import { mistakesOf, tableOf } from './report.ts'
import { runSoak } from './run-soak.ts'

test.skipIf(!canWatch)('all kinds of traffic at once, while policies and configurations are replaced', async () => {
  const soak = await runSoak({ minutes: 0.3, load: 0.7, say: () => {} })
  console.log(tableOf(soak))
  expect(mistakesOf(soak)).toEqual([])
})
