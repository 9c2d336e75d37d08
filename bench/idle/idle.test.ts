import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { BARS, benchIdle } from './index.ts'

// On a machine that does something else, start to ready says nothing: `npm run bench -- idle` prints it.
test.skipIf(!process.env.IAP_FULL || !existsSync('/proc/self/smaps_rollup'))(
  'an idle proxy is light',
  // It starts each proxy three times, and lets it come to rest.
  { timeout: 300_000 },
  async () => {
    const { figures, table } = await benchIdle(fileURLToPath(new URL('../..', import.meta.url)), 3)
    console.log(table)
    for (const { total, supervisor } of figures) {
      expect(total).toBeLessThanOrEqual(BARS.total)
      expect(supervisor).toBeLessThanOrEqual(BARS.supervisor)
    }
  },
)
