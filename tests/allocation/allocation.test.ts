/** Deciding allocates nothing: `spec/language/allocation.md`. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { modelOf } from '../../compiler/testing/compile-text.ts'
import { interpret } from '../../interpreter/index.ts'
import { measureAll, type Whole } from './measure.ts'
import { DATA, drawTraffic } from './traffic.ts'

const model = modelOf({ 'policy.iap': readFileSync(new URL('policy.iap', import.meta.url), 'utf8') })
const FULL = process.env.IAP_FULL === '1'
const DECISIONS = FULL ? 10_000_000 : 300_000
/** Before: among ten million V8 optimizes once more what it has optimized, and keeps notes of that, where it had no time for it before. */
const WARM = FULL ? 12_000_000 : 4_000_000
/** Bytes. What the heap may grow by, whatever is decided. */
const GROWTH = 64 * 1024

const requests = drawTraffic(FULL ? 4_096 : 2_048, 4)

describe(`${DECISIONS} decisions by comparisons, membership, presence, arithmetic, addresses and times`, () => {
  let found: Whole
  // The full size takes longer than the default time-out.
  test('are made without a collection, and leave the heap as it was', { timeout: 600_000 }, async () => {
    found = await measureAll(model, { data: DATA, requests }, { count: DECISIONS, warm: WARM })
    const { decisions, collections, growth, milliseconds } = found
    console.log(
      `${decisions} decisions, routing included: ${collections} collections, heap ${growth >= 0 ? '+' : ''}${growth} bytes, ${((milliseconds * 1e6) / decisions).toFixed(0)} ns each`,
    )
    expect([decisions, collections]).toEqual([DECISIONS, 0])
    expect(growth).toBeLessThan(GROWTH)
  })

  test('are those of the interpreter', () => {
    const answers = requests.map((request) => {
      const { route, effect } = interpret(model, { ...request, data: DATA })
      return `${route} ${effect}`
    })
    expect(found.answers).toEqual(answers)
  })

  test('permit and refuse on every route', () => {
    for (const { name } of model.routes) {
      const own = found.answers.filter((answer) => answer.startsWith(`${name} `))
      const permitted = own.filter((answer) => answer.endsWith(' permit')).length / own.length
      expect(own.length, name).toBeGreaterThan(100)
      if (name === 'api.health') expect(permitted).toBe(1)
      else expect([name, permitted > 0.1 && permitted < 0.9, permitted]).toEqual([name, true, permitted])
    }
  })
})

test('what makes something is seen', async () => {
  const text = `identity staff via jwt { sub: string }
service api at "api.test" { route read GET "/read/{name}" }
permit lowered on api.read to staff when params.name.lowerAscii() == "mia"`
  const caller = { identity: 'staff', claims: { sub: 'mia' } }
  const time = '2026-01-01T12:00:00Z'
  const asked = ['MIA', 'Mia', 'bob'].map((name) => ({ method: 'GET', url: `http://api.test/read/${name}`, caller, time }))
  const { growth, collections } = await measureAll(
    modelOf(text),
    { data: {}, requests: asked },
    { count: 100_000, warm: 100_000 },
  )
  expect(growth > GROWTH || collections > 0).toBe(true)
})
