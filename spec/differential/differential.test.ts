/**
 * Compiled ≡ interpreted, on generated policies and requests. `IAP_FULL=1` (`npm run check:full`) takes the size of the issue; a push
 * takes a tenth of it. Seeds are fixed; `IAP_SEED` gives another, and a failure prints the one that it was found with.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { compiledPolicy } from './compiled-policy.ts'
import { faults } from './faults.ts'
import { Rounds } from './find-fault.ts'
import { generatePolicy } from './generate-policy.ts'
import { RequestGenerator } from './generate-request.ts'
import { Random } from './random.ts'
import { readPolicy } from './read-policy.ts'
import { type Counterexample, compilations, type Run, run } from './run.ts'
import { showCounterexample, shrink } from './shrink.ts'

const full = process.env.IAP_FULL === '1'
const seed = Number(process.env.IAP_SEED ?? 1)
const DECISIONS = full ? 100_000 : 10_000
const POLICIES = full ? 500 : 100

describe(`${DECISIONS} decisions`, () => {
  let result: Run
  beforeAll(async () => {
    result = await run(seed, DECISIONS)
    const { policies, mix, coverage } = result
    console.log(`seed ${seed}: ${DECISIONS} decisions over ${policies} policies\n${showMix(mix)}\n\n${coverage.table()}`)
  }, 1_800_000)

  test('are the same interpreted, compiled, compiled without passes, and with each pass alone', { timeout: 300_000 }, () => {
    const { counterexample, decisions, policies } = result
    expect(counterexample === null ? null : explain(counterexample)).toBeNull()
    expect(decisions).toBe(DECISIONS)
    expect(policies).toBeGreaterThanOrEqual(POLICIES)
  })

  test('are over policies that all check', () => {
    expect(result.rejected).toEqual([])
  })

  test('are a mixture', () => {
    const share = (...kinds: readonly string[]) => kinds.reduce((sum, kind) => sum + (result.mix.get(kind) ?? 0), 0) / DECISIONS
    expect(share('permit')).toBeGreaterThanOrEqual(0.2)
    expect(share('deny by a forbid')).toBeGreaterThanOrEqual(0.2)
    expect(share('unauthenticated', 'unauthenticated by a forbid')).toBeGreaterThanOrEqual(0.05)
    expect(share('deny by default')).toBeLessThanOrEqual(0.4)
  })

  test('reach each construct of the language', () => {
    expect(result.coverage.counts().filter(([, count]) => count < (full ? 100 : 10))).toEqual([])
  })
})

test('the same seed gives the same policy and the same requests', () => {
  const text = generatePolicy(seed)
  expect(generatePolicy(seed)).toEqual(text)
  const read = readPolicy(text)
  if ('problems' in read) throw new Error(read.problems.join('\n'))
  const requests = () => {
    const generator = new RequestGenerator(read.model, new Random(seed))
    return Array.from({ length: 20 }, () => generator.request())
  }
  expect(requests()).toEqual(requests())
})

describe('seeded faults', () => {
  const rounds = new Rounds(seed + 50_000)
  const limit = DECISIONS / 10

  test('are not found where there is none', () => {
    expect(rounds.find({ name: 'none', compile: compiledPolicy }, 1000)).toBeNull()
  })

  test.each(faults.map((fault) => [fault.name, fault] as const))('%s is found', { timeout: 120_000 }, (name, fault) => {
    const found = rounds.find(fault, limit)
    console.log(`${String(found ?? 'not found').padStart(9)} decisions: ${name}`)
    expect(found).not.toBeNull()
  })
})

test('a counterexample is shrunk to what it is about', { timeout: 60_000 }, async () => {
  const fault = faults.find(({ name }) => name === 'no forbid is personal')
  if (fault === undefined) throw new Error('the fault is not there')
  const { counterexample } = await run(seed, 1000, { [fault.name]: fault.compile })
  if (counterexample === null) throw new Error('the fault was not found')
  const small = shrink(counterexample.text, counterexample.request, fault.compile)
  const declarations = Object.values(small.text)
    .join('\n')
    .match(/^(permit|forbid) /gm)
  expect(declarations?.sort()).toEqual(['forbid ', 'permit '])
  expect(small.request.caller ?? null).toBeNull()
  expect(showCounterexample(small)).toContain('effect: interpreted "unauthenticated", compiled "deny"')
})

function explain({ seed, compilation, text, request }: Counterexample): string {
  const compile = compilations[compilation] ?? compiledPolicy
  return `seed ${seed}, ${compilation}: ${showCounterexample(shrink(text, request, compile))}`
}

function showMix(mix: ReadonlyMap<string, number>): string {
  const lines = [...mix].sort(([, a], [, b]) => b - a)
  return lines.map(([kind, count]) => `${((100 * count) / DECISIONS).toFixed(1).padStart(6)} %  ${kind}`).join('\n')
}
