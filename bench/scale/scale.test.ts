/**
 * That commands grow with a policy that has much of one thing, and not faster, and that no chain is too long for their stack. Small
 * here; with IAP_FULL=1 the sizes and seconds of the goals.
 */
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { difference } from '../../analysis/diff/index.ts'
import { matrix } from '../../analysis/matrix/index.ts'
import { interpret, interpretWithTrace } from '../../interpreter/index.ts'
import { checkProject, type Model } from '../../language/index.ts'
import { buildProgram, run } from '../run-program.ts'
import { longChain, manyRoles, roleChain } from './policies.ts'
import type { Run } from './program.ts'
import { warningsOf } from './warnings-of.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const SOURCE = 'bench/scale/program.ts'

/**
 * `says`: what is said of the small policy. Nobody anonymous is permitted anything; for others it depends on their level. The two
 * tests of a rule notice its mutants but three: no other caller than one of staff, no other route and no caller of another group is
 * tried. A fourth, `to anyone`, is no policy. Two of ten rules have the level 0, of which no lower bound is tried.
 */
const TASKS = [
  { task: 'matrix of roles and routes', small: [10, 20], says: { never: 20, if: 20 * 11 }, full: [100, 500], seconds: 10 },
  { task: 'matrix of services', small: [40], says: { never: 40, if: 40 }, full: [4_000], seconds: 10 },
  {
    task: 'mutants of rules',
    small: [10],
    says: { killed: 10 * 8 + 8, survived: 10 * 3, invalid: 10 },
    full: [300],
    seconds: 60,
  },
  { task: 'check of operands', small: [400], says: { checked: 1 }, full: [40_000], seconds: 5 },
  { task: 'lint of header forbids', small: [10, 12], says: { linted: 1 }, full: [1_000, 20], seconds: 5 },
  { task: 'lint of networks', small: [200], says: { linted: 1 }, full: [20_000], seconds: 2 },
] as const

describe('the tasks of small policies', () => {
  it.each(TASKS)('$task', async ({ task, small, says }) => {
    const { says: said } = run<Run>(await buildProgram(root, SOURCE), [task, ...small.map(String)])
    expect(said).toEqual(says)
  })
})

describe.runIf(process.env.IAP_FULL === '1')('the tasks of large policies', () => {
  // The goals are by the clock on two cores that nobody else uses. Of the full size, three times at most.
  it.each(TASKS)('$task in $seconds s', { timeout: 600_000 }, async ({ task, full, seconds }) => {
    const program = await buildProgram(root, SOURCE)
    const words = [task, ...full.map(String)]
    let measured = run<Run>(program, words)
    for (let tried = 1; tried < 3 && measured.wall >= 1000 * seconds; tried++) measured = run<Run>(program, words)
    console.log(JSON.stringify({ task, full, ...measured }))
    expect(measured.wall).toBeLessThan(1000 * seconds)
  })
})

it('8,000 roles of one identity are checked', () => {
  const { result, diagnostics } = checkProject({ read: (name) => (name === 'p.iap' ? manyRoles(8_000) : null) }, ['p.iap'])
  expect(diagnostics).toEqual([])
  expect(result?.roles).toHaveLength(8_000)
})

describe('a long chain', () => {
  const model = (text: string): Model => {
    const { result, diagnostics } = checkProject({ read: (name) => (name === 'p.iap' ? text : null) }, ['p.iap'])
    if (result === null) throw new Error(diagnostics[0]?.message)
    return result
  }
  const versionOf = (one: Model) => ({
    model: one,
    interpret: (part: Model, request: Parameters<typeof interpret>[1]) => ({ ...interpret(part, request), revision: '' }),
  })
  const caller = { identity: 'staff', claims: { sub: 'a', groups: ['g0'], level: 1 } }
  const request = { method: 'GET', url: 'https://s.test/r', caller }

  const roles = process.env.IAP_FULL === '1' ? 800 : 300
  it(`of ${roles} roles: who is in the first group has the last role`, () => {
    const chain = model(roleChain(roles))
    expect(interpretWithTrace(chain, request).answer).toMatchObject({ effect: 'permit', rules: ['p'] })
    const none = { ...caller, claims: { ...caller.claims, groups: ['h'] } }
    expect(interpret(chain, { ...request, caller: none }).effect).toBe('deny')
    // Each of the roles leads to the last, which is permitted; all of staff is only if it has one.
    const [row] = matrix(versionOf(chain)).rows
    const said = row?.cells.map(({ verdict }) => verdict) ?? []
    expect([said.slice(0, 2), new Set(said.slice(2)), said.length]).toEqual([['never', 'if'], new Set(['always']), roles + 2])
    expect(difference(versionOf(chain), versionOf(model(roleChain(roles - 1)))).changes).toHaveLength(1)
  })

  it.each(['&&', '||'] as const)('of 12,000 groups joined by %s has no warning', (operator) => {
    expect(warningsOf(longChain(12_000, operator, 'groups'), 'all')).toEqual([])
  })

  it('of 4,000 comparisons with one value has no warning by default', () => {
    expect(warningsOf(longChain(4_000, '&&', 'sub'), 'default')).toEqual([])
  })
})
