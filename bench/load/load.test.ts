/** That it measures, and what: how long it takes `npm run bench -- load` says. */
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { generatePolicy } from '../check/generate-policy.ts'
import { benchLoad } from './index.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

it('packs a policy and loads it', async () => {
  const { figures, table } = await benchLoad(root, 1, [100])
  const routes = [...generatePolicy(100, false).values()].join('\n').match(/^ {2}(route|rpc) /gm)?.length
  expect(figures).toHaveLength(1)
  const { rules, ...run } = figures[0] as (typeof figures)[number]
  expect([rules, run.routes]).toEqual([100, routes])
  expect(run.bundle).toBeLessThan(run.policy)
  for (const figure of Object.values(run)) expect(figure).toBeGreaterThan(0)
  expect(table.split('\n')).toHaveLength(3)
})
