import { expect, it } from 'vitest'
import * as build from '../../compiler/ir/build.ts'
import { type Environment, ERROR, evaluateIr } from '../../compiler/ir/evaluation/evaluate.ts'
import type { IdentityIr } from '../../compiler/ir/index.ts'
import { printExpression } from '../../compiler/ir/index.ts'
import { RANDOM_POLICY, RandomExpressions, random, randomWorld } from '../../compiler/testing/random-expression/index.ts'
import { INT, STRING } from '../../language/checker/types/type.ts'
import type { Knowledge, KnownRequest } from './known-request.ts'
import { partiallyEvaluate } from './partially-evaluate.ts'
import { forFalsity, forTruth } from './polarity.ts'

const COUNT = 1_500

/** What is known of a world: the caller and the time, and of the rest some. */
function knowledgeOf(world: Environment, next: (below: number) => number): Knowledge {
  const some = <T>(values: Readonly<Record<string, T>>) => Object.fromEntries(Object.entries(values).filter(() => next(2) === 0))
  const identity: IdentityIr = {
    name: 'staff',
    methods: ['jwt'],
    stepsUp: true,
    claims: new Map(),
    spiffe: false,
    roles: [0, 1, 2].map((bit) => ({
      name: `r${bit}`,
      word: 0,
      bit,
      data: [],
      test: ((world.roles[0] ?? 0) & (1 << bit)) === 0 ? build.FALSE : build.TRUE,
    })),
  }
  const known: KnownRequest = {
    caller: { identity: 'staff', fields: world.caller as Record<string, unknown>, auth: world.auth },
    time: world.request.time,
    ...(next(2) === 0 && { sourceIp: world.request.sourceIp }),
    params: some(Object.fromEntries(RANDOM_POLICY.params.map((name, at) => [name, world.params[at]]))),
    headers: next(2) === 0 ? {} : { x: world.headers.x ?? null },
    data: some(world.data),
  }
  return { known, identity, identityIndex: world.identity, variables: new Map(), keys: 1_000 }
}

it('changes no value, and no error', () => {
  const values = new Set<unknown>()
  let less = 0
  for (let seed = 0; seed < COUNT; seed += 1) {
    const next = random(seed)
    const expression = new RandomExpressions(next).bool(4)
    const world = randomWorld(next)
    const settled = partiallyEvaluate(expression, knowledgeOf(world, next))
    const value = evaluateIr(expression, world)
    values.add(value)
    if (settled.weight < expression.weight) less += 1
    const about = `${seed}: ${printExpression(expression)}\n${printExpression(settled)}`
    expect(evaluateIr(settled, world), about).toBe(value)
    expect(evaluateIr(forTruth(settled), world) === true, about).toBe(value === true)
    expect(evaluateIr(forFalsity(settled), world) === false, about).toBe(value === false)
  }
  expect(values).toEqual(new Set([true, false, ERROR]))
  expect(less).toBeGreaterThan(COUNT / 2)
})

it('keeps a guard that errs from being taken for one that is true', () => {
  const name = (text: string) => build.equal(build.param(2, 'name', STRING), build.constant(text, STRING))
  const fails = build.equal(build.arithmetic('/', build.constant(1, INT), build.constant(0, INT)), build.constant(0, INT))
  const guard = build.and(fails, build.not(name('b')))
  const guarded = build.chain('&&', [
    { expression: guard, guards: [] },
    { expression: name('a'), guards: [0] },
  ])
  const world = randomWorld(random(1))
  // The guard errs, so that nobody knows whether the rest is false: a forbid with it stands.
  expect(evaluateIr(guarded, { ...world, params: [0, 0, 'c'] })).toBe(ERROR)
  const nothing: Knowledge = {
    known: { caller: null, time: 0n },
    identity: null,
    identityIndex: -1,
    variables: new Map(),
    keys: 0,
  }
  expect(evaluateIr(forFalsity(partiallyEvaluate(guarded, nothing)), { ...world, params: [0, 0, 'c'] })).not.toBe(false)
})
