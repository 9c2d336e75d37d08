/**
 * Proofs against z3, which is told what policies mean by a translation that shares nothing with them but the IR. Policies with more rules than can be asked
 * every request, of ints, doubles, times, addresses, texts by their parts and patterns, sets, maps, hierarchies, and what may be missing: wherever both answer, they answer the same. Here with fixed seeds; with IAP_FULL=1 the 300 of the issue.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readPolicy } from '../read-policy.ts'
import { besides, checkedPolicy, type Verdict } from './compare.ts'
import { Solver } from './z3.ts'

const FULL = process.env.IAP_FULL === '1'
/** Some that z3 is quick with. */
const SEEDS = FULL ? Array.from({ length: 300 }, (_, seed) => seed) : [9, 21, 54, 81]

let solver: Solver
beforeAll(async () => {
  solver = await Solver.open()
})
afterAll(async () => {
  await solver.close()
})

// z3 takes its time; with IAP_FULL=1, an hour.
test(`${SEEDS.length} large policies are proved to be what z3 says, wherever both answer`, { timeout: 7_200_000 }, async () => {
  const counts = new Map<string, number>()
  const different: string[] = []
  for (const seed of SEEDS) {
    const { text, model } = checkedPolicy(seed)
    for (const { invariant, proof, solver: told } of await besides(model, solver)) {
      const key = `${proof} ${told}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
      if (proof !== 'unknown' && told !== 'unknown' && proof !== told)
        different.push(`seed ${seed}: ${invariant} is proved to be ${proof}, and z3 says ${told}\n${text}`)
    }
  }
  const of = (proof: Verdict, told: Verdict) => counts.get(`${proof} ${told}`) ?? 0
  console.log(Object.fromEntries([...counts].sort()))
  expect(different).toEqual([])
  // Enough of each, so that neither is said of everything.
  expect(of('holds', 'holds')).toBeGreaterThan(SEEDS.length)
  expect(of('broken', 'broken')).toBeGreaterThan(SEEDS.length)
})

/** In texts of a hundred thousand letters z3 gets lost. */
const LEFT_OUT = new Set(['texts.iap'])

// z3 takes its time.
test('z3 says of the policies with a known answer what is known', { timeout: 300_000 }, async () => {
  const folder = new URL('../../proofs/', import.meta.url)
  const names = readdirSync(folder).filter((name) => name.endsWith('.iap') && !LEFT_OUT.has(name))
  // Small here: some of each kind.
  const some = FULL
    ? names
    : names.filter((name) => /^(sets|maps|optionals|errors|logic|congruence|times|requirements)/.test(name))
  let both = 0
  for (const name of some) {
    const read = readPolicy({ 'policy.iap': readFileSync(new URL(name, folder), 'utf8') })
    if (!('model' in read)) throw new Error(read.problems.join('\n'))
    for (const { invariant, proof, solver: told } of await besides(read.model, solver)) {
      if (proof === 'unknown' || told === 'unknown') continue
      both++
      expect([name, invariant, told]).toEqual([name, invariant, proof])
    }
  }
  expect(both).toBeGreaterThan(FULL ? 80 : 20)
})
