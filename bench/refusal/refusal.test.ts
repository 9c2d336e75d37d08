/** That a refusal with its record costs at most ten permits. In steps here; with IAP_FULL=1 in time, on all policies of `npm run bench -- refusal`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { stepsOf } from '../../tests/support/steps.ts'
import { openPolicy } from '../decisions/compiled.ts'
import { openTraffic } from '../decisions/traffic.ts'
import { writeCompiled } from '../decisions/write-compiled.ts'
import { buildProgram } from '../run-program.ts'
import { REFUSAL_CASES, REFUSAL_EFFORT } from './index.ts'
import { type Case, type Effort, measureRefusals, ROWS } from './measure.ts'
import { effectOf, loopOf, type Row } from './rows.ts'
import { openScenario } from './scenarios.ts'

/** Times of a permit. */
const MOST = 10
const MOST_STEPS = 4
const root = fileURLToPath(new URL('../../', import.meta.url))

async function measured(cases: readonly Case[], rounds: number, effort: Effort) {
  const program = await buildProgram(root, 'bench/refusal/program.ts')
  return measureRefusals(program, root, cases, rounds, effort)
}

const SMALL: readonly Case[] = [
  { scenario: 'mixed', size: 100 },
  { scenario: 'shop', size: 0 },
]

// Five processes, one after the other.
it('is measured', { timeout: 300_000 }, async () => {
  const figures = await measured(SMALL.slice(1), 1, { warm: 1_000, warmPerRule: 0, milliseconds: 5 })
  expect(figures.map(({ scenario, rules }) => [scenario, rules])).toEqual([['shop', 8]])
  for (const { times } of figures) for (const row of ROWS) expect(times[row]).toBeGreaterThan(0)
})

it.each(SMALL)('takes no more steps than it may: $scenario', ({ scenario: name, size }) => {
  const folder = mkdtempSync(join(tmpdir(), 'iap-bench-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const scenario = openScenario(name, size, root)
  writeCompiled(scenario.texts, folder)
  const open = openPolicy(folder, scenario)
  const steps = (row: Row) => {
    const traffic = openTraffic(scenario, 3, 0, (asked) => (effectOf(open, asked) === 'permit') === (row === 'permit'))
    const loop = loopOf(open, row)
    loop.load(traffic.next(1_000))
    return stepsOf(() => loop.pass())
  }
  expect(steps('refusal')).toBeLessThanOrEqual(MOST_STEPS * steps('permit'))
})

describe.runIf(process.env.IAP_FULL === '1')('on all policies', () => {
  it('costs no more than it may', async () => {
    const figures = await measured(REFUSAL_CASES, 3, REFUSAL_EFFORT)
    console.log(figures)
    expect(figures.filter(({ ratio }) => ratio > MOST)).toEqual([])
    // Of all policies, three times.
  }, 3_600_000)
})
