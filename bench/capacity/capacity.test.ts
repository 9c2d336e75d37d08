import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { benchCapacity } from './index.ts'

test('sessions and revocations are measured', async () => {
  const { figures } = await benchCapacity(fileURLToPath(new URL('../../', import.meta.url)), 1, 0.01)
  expect(figures.map(({ of }) => of)).toEqual(expect.arrayContaining(['memory', 'revocations']))
  for (const { put, get, puts, gets } of figures) expect(Math.min(put, get, puts, gets)).toBeGreaterThan(0)
})
