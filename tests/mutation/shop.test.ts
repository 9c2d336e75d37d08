import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { nodeIo } from '../../cli/node-io.ts'
import { placeOf } from '../../cli/report.ts'
import { compile } from '../../compiler/index.ts'
import { checkPaths, createLoader, mutatePolicy } from '../../compiler/project/index.ts'
import { constantsOf } from '../../compiler/testing/invariants/constants.ts'
import { evaluate } from '../../runtime/policy/index.ts'
import { shopConstants, shopDomain } from './shop-domain.ts'
import { createJudge } from './small-domain.ts'

/** The least part of the mistakes that change an answer which the example's own tests notice, in percent. */
const LEAST = 90

const io = { ...nodeIo(''), cwd: fileURLToPath(new URL('../../', import.meta.url)) }
const folder = 'examples/shop/policies'
const names = readdirSync(`${io.cwd}${folder}`).map((name) => `${folder}/${name}`)
const whole = checkPaths(io, names)
const policy = checkPaths(
  io,
  names.filter((name) => !name.endsWith('.test.iap')),
)
if (whole.model === null || policy.model === null) throw new Error('the shop does not check')
const { model } = policy
const tested = { ...whole, model: whole.model }
const constants = constantsOf(model)
const loaded = createLoader()(model, compile(model))

describe('the small domain of the shop', () => {
  test('has each number that the policy compares with, and its neighbors', () => {
    const numbers = constants.ints.filter((int) => int > 1)
    expect(numbers).toContain(1000)
    expect(numbers.filter((int) => !shopConstants.ints.includes(int))).toEqual([])
    expect(constants.strings.filter((text) => text.length > 1 && !shopConstants.strings.includes(text))).toEqual([])
  })

  test('has what the policy permits, denies, asks who it is and refuses, on every route', () => {
    const effects = new Map<string | null, Set<string>>()
    for (const request of shopDomain) {
      const { route, effect } = evaluate(loaded, request)
      effects.set(route, (effects.get(route) ?? new Set()).add(effect))
    }
    const guarded = ['deny', 'permit', 'unauthenticated']
    expect(Object.fromEntries([...effects].map(([route, set]) => [route, [...set].sort()]))).toEqual({
      null: ['deny', 'reject'],
      'catalog.images': ['permit'],
      'catalog.list': ['permit'],
      'catalog.price': guarded,
      'catalog.read': ['permit'],
      'orders.health': ['permit'],
      'orders.list': guarded,
      'orders.read': guarded,
      'orders.refund': guarded,
    })
  })
})

describe('mistakes in the shop', () => {
  const { results } = mutatePolicy(tested, loaded)
  const judge = createJudge(policy, shopDomain)
  const found = results.map((result) => ({ ...result, verdict: judge(result.mutant) }))
  const told = ({ mutant }: (typeof found)[number]) => `${placeOf(mutant.span)}  ${mutant.change}`

  test('that change an answer are noticed by its tests', () => {
    const inequivalent = found.filter(({ verdict }) => verdict.kind === 'inequivalent')
    const survivors = inequivalent.filter(({ outcome }) => outcome.kind === 'survived')
    const killed = inequivalent.length - survivors.length
    const percent = (100 * killed) / inequivalent.length
    console.log(
      [
        `${found.length} mutants of ${folder}, asked ${shopDomain.length} requests each`,
        `${inequivalent.length} change an answer, ${killed} of them are noticed by its tests: ${percent.toFixed(1)} %`,
        ...survivors.map((one) => `survived   ${told(one)}`),
        ...found
          .filter(({ outcome, verdict }) => outcome.kind === 'survived' && verdict.kind === 'alike')
          .map((one) => `no request tells it apart   ${told(one)}`),
      ].join('\n'),
    )
    // What would make the figure easy to reach.
    expect(inequivalent.length).toBeGreaterThanOrEqual(60)
    expect(percent).toBeGreaterThanOrEqual(LEAST)
  })

  test('that compile to the same decisions decide the same', () => {
    const same = found.filter(({ outcome }) => outcome.kind === 'equivalent')
    expect(same.length).toBeGreaterThan(0)
    expect(same.filter(({ verdict }) => verdict.kind !== 'alike').map(told)).toEqual([])
  })

  test('that do not check are of no policy', () => {
    const invalid = found.filter(({ outcome }) => outcome.kind === 'invalid')
    expect(invalid.length).toBeGreaterThan(0)
    expect(invalid.filter(({ verdict }) => verdict.kind !== 'invalid').map(told)).toEqual([])
  })

  test('that no request tells apart are noticed by the name of a rule at most', () => {
    const named = found.filter(({ outcome, verdict }) => outcome.kind === 'killed' && verdict.kind !== 'inequivalent')
    expect(named.map((one) => [told(one), one.verdict.kind])).toEqual([])
  })
})
