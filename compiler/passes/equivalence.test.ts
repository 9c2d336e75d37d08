/** Random expressions: emitted code means what the IR means, and passes change neither value nor error. */
import { describe, expect, test } from 'vitest'
import { BOOL, DOUBLE, INT, STRING, type Type } from '../../language/semantics/types/type.ts'
import { helpers } from '../../runtime/abi/index.ts'
import { emitTest } from '../codegen/expressions/emit-expression.ts'
import { at, LEVEL } from '../codegen/expressions/term.ts'
import { FunctionScope } from '../codegen/function-scope.ts'
import { ModuleScope } from '../codegen/module-scope.ts'
import * as build from '../ir/build.ts'
import { ERROR, evaluateIr, type World } from '../ir/evaluate.ts'
import { type Expr, type PolicyIr, printExpression, verify } from '../ir/index.ts'
import { type Pass, passes, runPasses } from './index.ts'

const MAX = Number.MAX_SAFE_INTEGER
const NAMES: Type = { kind: 'set', element: STRING }
const NUMBERS: Type = { kind: 'list', element: INT }
const DOUBLES: Type = { kind: 'set', element: DOUBLE }
const COUNTS: Type = { kind: 'map', value: INT }
const TEXTS = ['', 'a', 'B', 'ab', '\u{1f600}', '\uff5e', "it's", '</script>']

/** mulberry32 */
function random(seed: number) {
  let state = seed
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

type Random = ReturnType<typeof random>

/** Errs always: no pass makes a value of it. */
const ERRING = build.compare('>', build.arithmetic('+', build.constant(MAX, INT), build.constant(1, INT)), build.constant(0, INT))

function bool(next: Random, depth: number): Expr {
  const more = depth - 1
  if (depth <= 0)
    return [
      build.TRUE,
      build.FALSE,
      build.roleTest(0, 1 + next(7)),
      build.identityTest(0, 'staff'),
      build.headerTest('x'),
      ERRING,
    ][next(6)] as Expr
  switch (next(12)) {
    case 0:
    case 1:
    case 2:
      return chain(next, more, 2 + next(3))
    case 3:
      return build.not(bool(next, more))
    case 4:
      return build.conditional(bool(next, more), bool(next, more), bool(next, more), BOOL)
    case 5:
      return build.compare((['<', '<=', '>', '>='] as const)[next(4)] as '<', int(next, more), int(next, more))
    case 6:
      return build.compare('<', text(next, more), text(next, more))
    case 7:
      return build.equal(int(next, more), int(next, more))
    case 8:
      return build.equal(double(next, more), double(next, more))
    case 9:
      return membership(next, more)
    case 10:
      return build.textTest(
        (['startsWith', 'endsWith', 'contains'] as const)[next(3)] as 'contains',
        text(next, more),
        text(next, more),
      )
    default:
      return build.equal(doubles(next, more), doubles(next, more))
  }
}

/** Guards at random, and an operand that must never be evaluated behind one that is never true (`&&`) or false (`||`). */
function chain(next: Random, depth: number, length: number): Expr {
  const operator = next(2) === 0 ? '&&' : '||'
  const operands = Array.from({ length }, (_, position) => ({
    expression: bool(next, depth),
    guards: Array.from({ length: position }, (_, guard) => guard).filter(() => next(3) === 0),
  }))
  if (next(3) === 0) {
    const never = build.conditional(bool(next, depth), operator === '&&' ? build.FALSE : build.TRUE, ERRING, BOOL)
    operands.push(
      { expression: never, guards: [] },
      { expression: build.equal(build.absent(INT), int(next, 0)), guards: [operands.length] },
    )
  }
  return build.chain(operator, operands)
}

function membership(next: Random, depth: number): Expr {
  switch (next(5)) {
    case 0:
      return build.within(text(next, depth), build.callerField('names', NAMES))
    case 1:
      return build.within(
        int(next, depth),
        build.collect(
          Array.from({ length: next(8) }, () => int(next, depth)),
          NUMBERS,
        ),
      )
    case 2:
      return build.within(double(next, depth), doubles(next, depth))
    case 3:
      return build.within(text(next, depth), build.callerField('counts', COUNTS))
    default:
      return build.within(
        text(next, depth),
        build.collect(
          Array.from({ length: next(8) }, () => text(next, 0)),
          NAMES,
        ),
      )
  }
}

function int(next: Random, depth: number): Expr {
  if (depth <= 0)
    return [
      build.param(0, 'n', INT),
      build.param(1, 'big', INT),
      build.constant([0, 1, -1, MAX, -MAX][next(5)] as number, INT),
      build.callerField('level', INT),
    ][next(4)] as Expr
  const more = depth - 1
  switch (next(6)) {
    case 0:
    case 1:
      return build.arithmetic(next(2) === 0 ? '+' : '-', int(next, more), int(next, more))
    case 2:
      return build.negate(int(next, more))
    case 3:
      return build.conditional(bool(next, more), int(next, more), int(next, more), INT)
    case 4:
      return build.size(text(next, more))
    default:
      return build.size(doubles(next, more))
  }
}

function double(next: Random, depth: number): Expr {
  if (depth <= 0) return build.constant([0, 1.5, 1e308, -1e308][next(4)] as number, DOUBLE)
  const more = depth - 1
  return next(4) === 0
    ? build.conditional(bool(next, more), double(next, more), build.negate(double(next, more)), DOUBLE)
    : build.arithmetic(next(2) === 0 ? '+' : '-', double(next, more), double(next, more))
}

function doubles(next: Random, depth: number): Expr {
  return build.collect(
    Array.from({ length: next(4) }, () => double(next, depth)),
    DOUBLES,
  )
}

function text(next: Random, depth: number): Expr {
  if (depth <= 0)
    return [
      build.constant(TEXTS[next(TEXTS.length)] as string, STRING),
      build.param(2, 'name', STRING),
      build.requestField('path'),
    ][next(3)] as Expr
  const more = depth - 1
  switch (next(4)) {
    case 0:
      return build.concat(text(next, more), text(next, more), STRING)
    case 1:
      return build.changeCase(next(2) === 0 ? 'lowerAscii' : 'upperAscii', text(next, more))
    case 2:
      return build.conditional(bool(next, more), text(next, more), text(next, more), STRING)
    default:
      return text(next, 0)
  }
}

function world(next: Random): World {
  return {
    params: [next(3) - 1, [MAX, -MAX][next(2)], TEXTS[next(TEXTS.length)]],
    caller: { level: next(5), names: TEXTS.filter(() => next(2) === 0), counts: new Map([['a', 1]]) },
    roles: [next(8)],
    identity: next(2),
    request: { method: 'GET', host: 'h', path: '/ab' },
    headers: next(2) === 0 ? {} : { x: 'y' },
  }
}

/** The value as the emitted code gives it; sets as it reads them. */
function run(expression: Expr, onError: 'undefined' | 'false' | 'true', where: World): unknown {
  const module = new ModuleScope()
  const scope = new FunctionScope(module)
  const code = at(LEVEL.loose, emitTest(expression, onError, scope))
  const body = [...module.constants, ...module.functions, ...scope.head(), `return ${code}`].join('\n')
  const facts = {
    identity: where.identity,
    roles: where.roles,
    caller: { ...where.caller, names: new Set(where.caller.names as string[]) },
  }
  const headers = { get: (name: string) => where.headers[name] }
  return new Function('abi', 'facts', 'params', 'request', `'use strict'\n${body}`)(helpers, facts, where.params, {
    ...where.request,
    headers,
  })
}

function policyOf(expression: Expr): PolicyIr {
  const outcome = { effect: 'permit', rule: 'r', reason: null } as const
  const step = { rule: 'r', effect: 'permit', stage: 2, test: expression, outcome } as const
  const program = { decide: [step], trace: [step], otherwise: { effect: 'deny', rule: null, reason: 'default' } } as const
  const params = ['n', 'big', 'name']
  const route = {
    name: 's.r',
    service: 's',
    labels: [],
    methods: null,
    template: '/',
    segments: [],
    params,
    hosts: [],
    headers: [],
    anonymous: program,
    authenticated: program,
  }
  const identity = { name: 'staff', methods: ['jwt'], claims: new Map(), spiffe: false, roles: [] }
  return { identities: [identity], callerFields: ['counts', 'level', 'names'], roleWords: 1, routes: [route] }
}

function optimized(expression: Expr, some: readonly Pass[]): Expr {
  const { routes } = runPasses(verify(policyOf(expression)), some, verify)
  // A step that is gone was false.
  return routes[0]?.authenticated.trace[0]?.test ?? build.FALSE
}

function checkEmission(expression: Expr, where: World, wanted: unknown): void {
  const about = () => `${printExpression(expression)}\n${JSON.stringify(where)}`
  expect(run(expression, 'undefined', where), about()).toBe(wanted === ERROR ? undefined : wanted)
  expect(run(expression, 'false', where), about()).toBe(wanted === true)
  expect(run(expression, 'true', where), about()).toBe(wanted !== false)
}

describe('random expressions', () => {
  const cases = Array.from({ length: 20 }, (_, block) => block)
  test.each(cases)('block %i', (block) => {
    const seen = { true: 0, false: 0, error: 0 }
    for (let round = 0; round < 150; round += 1) {
      const next = random(block * 1000 + round)
      const expression = bool(next, 1 + next(4))
      for (let request = 0; request < 3; request += 1) {
        const where = world(next)
        const wanted = evaluateIr(expression, where)
        seen[wanted === ERROR ? 'error' : (String(wanted) as 'true')] += 1
        checkEmission(expression, where, wanted)
        for (const some of [...passes.map((pass) => [pass]), passes]) {
          expect(
            evaluateIr(optimized(expression, some), where),
            `${some.map(({ name }) => name)}: ${printExpression(expression)}`,
          ).toBe(wanted)
        }
        checkEmission(optimized(expression, passes), where, wanted)
      }
    }
    // A test of the test: all three outcomes are common.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(30)
  })
})

test('chains too long for one function', () => {
  for (let round = 0; round < 30; round += 1) {
    const next = random(round)
    const operator = next(2) === 0 ? '&&' : '||'
    // Most operands must not settle the chain, or nothing of it would be seen.
    const neutral =
      operator === '&&'
        ? build.compare('<=', build.param(0, 'n', INT), build.constant(1, INT))
        : build.compare('>', build.param(0, 'n', INT), build.constant(1, INT))
    const operands = Array.from({ length: 800 }, (_, position) => ({
      expression: next(150) === 0 ? bool(next, 2) : next(60) === 0 ? ERRING : neutral,
      guards: position === 0 || next(5) > 0 ? [] : [next(position)],
    }))
    // What the last operand reads is not there, and its guard, which errs, is functions away.
    operands[200] = { expression: ERRING, guards: [] }
    operands.push({ expression: build.equal(build.absent(INT), build.param(0, 'n', INT)), guards: [200] })
    const expression = build.chain(operator, operands)
    const where = world(next)
    checkEmission(expression, where, evaluateIr(expression, where))
  }
})

test('flat chains of 10,000 and nestings of 200 stay within the stack', () => {
  const where = world(random(1))
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
