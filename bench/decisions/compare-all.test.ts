/** That cedar-wasm decides every request to the apps as we do, on graphs of every size: with IAP_FULL=1, where it is installed (`npm run bench -- decisions --equal`). */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { benchEqual } from './index.ts'
import { GRAPHS, scenarios } from './scenarios.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

it.each(GRAPHS)('%s: every request is there, once', (name) => {
  const written = scenarios[name](5, 0).all?.() ?? []
  const texts = written.map(({ caller, method, target }) => `${caller} ${method} ${target}`)
  expect(texts.length).toBe(name === 'tinytodo' ? 5 * (5 * 7 + 2) : 5 * 5 * 5)
  expect(new Set(texts).size).toBe(texts.length)
})

describe.runIf(process.env.IAP_FULL === '1')('cedar-wasm', () => {
  // All requests to graphs of all sizes.
  it('decides as we do', { timeout: 3_600_000 }, async ({ skip }) => {
    skip(!existsSync(join(root, '.tsbuild/bench/peers/node_modules/@cedar-policy/cedar-wasm')), 'cedar-wasm is not installed')
    const { figures, table } = await benchEqual(root, { rounds: 1, entities: undefined, scenarios: undefined })
    console.log(table)
    expect(figures.every(({ decisions, permits }) => permits > 0 && permits < decisions)).toBe(true)
  })
})
