/**
 * Modules that were changed to reach something: a host object or function, an intrinsic, code made of text, a loop without end. The code check alone stands before
 * them here: what it lets pass runs beside canaries, and reaches none. 250 mutants of either kind, 100,000 with IAP_FULL=1; IAP_SEED draws others.
 */
import { beforeAll, expect, it } from 'vitest'
import { Random } from '../../compiler/testing/invariants/random.ts'
import { policyViolation, validatorsViolation } from '../../runtime/abi/allowlist/index.ts'
import { type Arena, createArena } from './arena.ts'
import { type Victim, victims } from './corpus.ts'
import { FOUND } from './gadgets.ts'
import { isWellFormed, mutate, type Original, readOriginal } from './mutate.ts'

const FULL = process.env.IAP_FULL === '1'
const MUTANTS = FULL ? 100_000 : 250
const SEED = Number(process.env.IAP_SEED ?? 20_261_129)

interface Attacked {
  readonly victim: Victim
  readonly policy: Original
  readonly validators: Original
}

let arena: Arena
let all: readonly Attacked[]

beforeAll(async () => {
  arena = await createArena()
  all = victims(FULL ? 60 : 10).map((victim) => ({
    victim,
    policy: readOriginal(victim.policy),
    validators: readOriginal(victim.validators),
  }))
})

it('reaches nothing as it is, and behaves as a policy', () => {
  expect(all.length).toBeGreaterThan(20)
  let outcomes = 0
  for (const { victim } of all) {
    const { kind, reached, behavior } = arena.policy(victim.policy, victim.samples)
    expect([kind, reached]).toEqual(['ran', []])
    expect(behavior?.others).toBe(0)
    outcomes += behavior?.outcomes ?? 0
    expect(arena.validators(victim.validators, victim.samples)).toMatchObject({ kind: 'ran', reached: [] })
  }
  expect(outcomes).toBeGreaterThan(all.length)
})

it('has canaries that see what was found before the code check refused it', () => {
  const { victim } = all[0] as Attacked
  const reached = FOUND.map((gadget) => {
    const code = victim.policy.replace(/\n/, () => `\n${gadget}\n`)
    expect(policyViolation(code)).not.toBeNull()
    return arena.policy(code, victim.samples).reached
  })
  expect(reached[0]).toContainEqual(expect.stringContaining('a value is a function'))
  expect(reached[1]).toEqual(['a value is a function: Array'])
  expect(reached[2]).toEqual(['it does not end'])
})

it.each([
  ['policy', policyViolation],
  ['validators', validatorsViolation],
] as const)(
  `${MUTANTS} mutants of \`%s.js\`: what the code check lets pass reaches nothing`,
  // The full size takes longer than the default time-out.
  { timeout: 7_200_000 },
  (entry, violationIn) => {
    const random = new Random(SEED)
    const originals = all.map((one) => one[entry])
    const seen = { mutants: 0, wellFormed: 0, accepted: 0, changed: 0, ran: 0, outcomes: 0, others: 0, thrown: 0 }
    while (seen.mutants < MUTANTS) {
      const { victim, [entry]: original } = random.pick(all)
      const code = mutate(original, originals, random)
      seen.mutants += 1
      if (isWellFormed(code)) seen.wellFormed += 1
      if (violationIn(code) !== null) continue
      seen.accepted += 1
      if (code !== original.code) seen.changed += 1
      const { kind, reached, behavior } = arena[entry](code, victim.samples)
      if (reached.length > 0) expect({ reached, code }, `mutant ${seen.mutants}`).toBeNull()
      if (kind === 'ran') seen.ran += 1
      seen.outcomes += behavior?.outcomes ?? 0
      seen.others += behavior?.others ?? 0
      seen.thrown += behavior?.thrown ?? 0
    }
    console.log(`${entry}.js, code check alone: ${JSON.stringify(seen)}`)
    expect(seen.wellFormed / seen.mutants).toBeGreaterThan(0.6)
    expect(seen.changed / seen.mutants).toBeGreaterThan(0.01)
    // They decide, as policies do, if not as the one that they were made of.
    expect(seen.outcomes).toBeGreaterThan(seen.accepted)
  },
)
