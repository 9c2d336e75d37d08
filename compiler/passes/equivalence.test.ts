/** Random expressions: emitted code means what the IR means, and passes change neither value nor error. */
import { describe, expect, test } from 'vitest'
import { INT } from '../../language/checker/types/type.ts'
import { helpers, propertyName } from '../../runtime/abi/index.ts'
import { emitTest } from '../codegen/expressions/emit-expression.ts'
import { at, LEVEL } from '../codegen/expressions/term.ts'
import { FunctionScope } from '../codegen/function-scope.ts'
import { ModuleScope } from '../codegen/module-scope.ts'
import * as build from '../ir/build.ts'
import { type Environment, ERROR, evaluateIr } from '../ir/evaluation/evaluate.ts'
import { type Expr, type PolicyIr, printExpression, verify } from '../ir/index.ts'
import { ERRING, RANDOM_POLICY, RandomExpressions, random, randomWorld } from '../testing/random-expression/index.ts'
import { type Pass, passes, runPasses } from './index.ts'
import { before, policyOf } from './pass-test-policy.ts'

type Emitted = (abi: typeof helpers, facts: object, request: object) => unknown

const ON_ERROR = ['undefined', 'false', 'true'] as const
/** Emitted once for all that is asked of it. */
const known = new WeakMap<Expr, readonly Emitted[]>()

function emittedOf(expression: Expr): readonly Emitted[] {
  const functions = known.get(expression) ?? ON_ERROR.map((onError) => emit(expression, onError))
  known.set(expression, functions)
  return functions
}

function emit(expression: Expr, onError: (typeof ON_ERROR)[number]): Emitted {
  const module = new ModuleScope()
  const scope = new FunctionScope(module, 'decision', 'once')
  const code = at(LEVEL.loose, emitTest(expression, onError, scope))
  const body = [...module.constants, ...module.functions, ...scope.head(), `return ${code}`].join('\n')
  return new Function('abi', 'facts', 'request', `'use strict'\n${body}`) as Emitted
}

/** The values as the emitted code gives them, for each of `ON_ERROR`. */
function run(expression: Expr, where: Environment): readonly unknown[] {
  const { identity, roles, caller, auth, mtls, query, body: sent, data } = where
  const headers = { get: (name: string) => where.headers[name] }
  const facts = { identity, roles, caller: emitted(caller), auth }
  const segments = where.params.map(String)
  const request = { ...where.request, segments, headers, mtls, query: emitted(query), body: emitted(sent), data }
  return emittedOf(expression).map((call) => call(helpers, facts, request))
}

/** The record with its fields under the names that emitted code reads. */
function emitted(record: unknown): object | null {
  return record === null
    ? null
    : Object.fromEntries(Object.entries(record as object).map(([name, value]) => [propertyName(name), value]))
}

function verified(expression: Expr): PolicyIr {
  const policy = policyOf(before(expression))
  const [route] = policy.routes as [PolicyIr['routes'][0]]
  const { params, callerFields, data } = RANDOM_POLICY
  return verify({ ...policy, callerFields, data, routes: [{ ...route, params }] })
}

function optimized(policy: PolicyIr, some: readonly Pass[]): Expr {
  // A step that is gone was false.
  return runPasses(policy, some, verify).routes[0]?.authenticated.decide[0]?.test ?? build.FALSE
}

function checkEmission(expression: Expr, where: Environment, wanted: unknown): void {
  const about = () =>
    `${printExpression(expression)}\n${JSON.stringify(where, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))}`
  const given = run(expression, where)
  const expected = [wanted === ERROR ? undefined : wanted, wanted === true, wanted !== false]
  if (given.some((one, at) => one !== expected[at])) expect(given, about()).toEqual(expected)
}

describe('random expressions', () => {
  const cases = Array.from({ length: process.env.IAP_FULL === '1' ? 20 : 4 }, (_, block) => block)
  test.each(cases)('block %i', (block) => {
    const seen = { true: 0, false: 0, error: 0 }
    for (let round = 0; round < 60; round += 1) {
      const next = random(block * 1000 + round)
      const expression = new RandomExpressions(next).bool(1 + next(4))
      const policy = verified(expression)
      const one = passes.map((pass) => [[pass], optimized(policy, [pass])] as const)
      const all = optimized(policy, passes)
      const told = printExpression(expression)
      for (let request = 0; request < 3; request += 1) {
        const where = randomWorld(next)
        const wanted = evaluateIr(expression, where)
        seen[wanted === ERROR ? 'error' : (String(wanted) as 'true')] += 1
        checkEmission(expression, where, wanted)
        for (const [some, after] of [...one, [passes, all] as const]) {
          const given = evaluateIr(after, where)
          if (given !== wanted) expect(given, `${some.map(({ name }) => name)}: ${told}`).toBe(wanted)
        }
        checkEmission(all, where, wanted)
      }
    }
    // A test of the test: all three outcomes are common.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(10)
  })
})

/** With IAP_FULL=1 as many again and again: minutes. */
const RELATED = process.env.IAP_FULL === '1' ? 15_000 : 200

// With IAP_FULL=1, minutes.
test('tests of a few things, of which one follows from another', { timeout: 300_000 }, () => {
  const seen = { true: 0, false: 0, error: 0 }
  for (let round = 0; round < RELATED; round += 1) {
    const next = random(round)
    const expression = new RandomExpressions(next).related(3)
    const policy = verified(expression)
    const after = [...passes.map((pass) => [pass]), passes].map((some) => optimized(policy, some))
    for (let request = 0; request < 6; request += 1) {
      const where = randomWorld(next)
      const wanted = evaluateIr(expression, where)
      seen[wanted === ERROR ? 'error' : (String(wanted) as 'true')] += 1
      for (const [at, one] of after.entries()) {
        const given = evaluateIr(one, where)
        if (given !== wanted) expect(given, `${passes[at]?.name}: ${printExpression(expression)}`).toBe(wanted)
      }
    }
  }
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(RELATED / 15)
})

test('chains too long for one function', () => {
  const rounds = process.env.IAP_FULL === '1' ? 30 : 10
  for (let round = 0; round < rounds; round += 1) {
    const next = random(round)
    const expressions = new RandomExpressions(next)
    const operator = next(2) === 0 ? '&&' : '||'
    // Most operands must not settle the chain, or nothing of it would be seen.
    const neutral =
      operator === '&&'
        ? build.compare('<=', build.param(0, 'n', INT), build.constant(1, INT))
        : build.compare('>', build.param(0, 'n', INT), build.constant(1, INT))
    const operands = Array.from({ length: 800 }, (_, position) => ({
      expression: next(150) === 0 ? expressions.bool(2) : next(60) === 0 ? ERRING : neutral,
      guards: position === 0 || next(5) > 0 ? [] : [next(position)],
    }))
    // What the last operand reads is not there, and its guard, which errs, is functions away.
    operands[200] = { expression: ERRING, guards: [] }
    operands.push({ expression: build.equal(build.absent(INT), build.param(0, 'n', INT)), guards: [200] })
    const expression = build.chain(operator, operands)
    const where = randomWorld(next)
    checkEmission(expression, where, evaluateIr(expression, where))
  }
})

test('a part of its own finds the variables round it', () => {
  const where = randomWorld(random(1))
  const x = build.variable('x@0', INT, 'request')
  const y = build.variable('y@1', INT, 'request')
  const long = build.or(
    ...Array.from({ length: 1000 }, (_, at) => build.equal(build.arithmetic('+', x, y), build.constant(at + 2, INT))),
  )
  const list = build.collect([build.constant(1, INT), build.param(0, 'n', INT)], { kind: 'list', element: INT })
  const expression = build.bind(
    'x@0',
    build.arithmetic('*', build.constant(2, INT), build.constant(3, INT)),
    build.quantifier('exists', list, 'y@1', long),
  )
  checkEmission(expression, where, true)
})

test('flat chains of 10,000 and nestings of 200 stay within the stack', () => {
  const where = randomWorld(random(1))
  const many = build.and(
    ...Array.from({ length: 10_000 }, () => build.compare('<=', build.param(0, 'n', INT), build.constant(1, INT))),
  )
  checkEmission(many, where, true)
  let deep: Expr = build.identityTest(0, 'staff')
  for (let depth = 0; depth < 200; depth += 1) deep = build.not(build.or(build.FALSE, deep))
  checkEmission(deep, where, where.identity === 0)
  let sum: Expr = build.param(0, 'n', INT)
  for (let depth = 0; depth < 200; depth += 1) sum = build.arithmetic('+', build.constant(1, INT), sum)
  checkEmission(build.compare('>', sum, build.constant(100, INT)), where, true)
})
