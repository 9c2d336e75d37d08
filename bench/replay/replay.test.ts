import { expect, test } from 'vitest'
import { benchReplay } from './index.ts'

test('the lines that are measured are decisions that can be told, some of which change', async () => {
  const { figures } = await benchReplay(1, 2000)
  const { counts } = figures
  expect([counts.undetermined, counts.undecided, (counts.same ?? 0) + (counts.changed ?? 0)]).toEqual([0, 0, 2000])
  expect(counts.changed).toBeGreaterThan(0)
})
