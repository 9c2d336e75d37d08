/** Random bool expressions. */
import { BOOL, INT, STRING } from '../../../language/checker/types/type.ts'
import * as build from '../../ir/build.ts'
import type { Expr } from '../../ir/index.ts'
import { ERRING } from './erring.ts'
import { call, choice, type Maker } from './maker.ts'
import { membership } from './membership.ts'
import { quantifier } from './quantifier.ts'

export function randomBool(maker: Maker, depth: number): Expr {
  const more = depth - 1
  if (depth <= 0)
    return maker.pick<Expr>(
      () => build.TRUE,
      () => build.FALSE,
      () => build.roleTest(0, 1 + maker.next(7)),
      () => build.identityTest(0, 'staff'),
      () => build.headerTest('x'),
      () => build.present(build.mtls()),
      () => build.callerField('flag', BOOL),
      () => build.present(build.callerField('flag', BOOL)),
      () => build.requirementTest(maker.next(2) === 0 ? 'mfa' : 'acr', ['gold'], maker.next(2) === 0 ? null : 1000),
      () => ERRING,
    )
  const chains = [1, 2, 3, 4].map(() => () => chainOf(maker, more))
  return maker.pick<Expr>(
    ...chains,
    () => build.not(maker.bool(more)),
    () => build.conditional(maker.bool(more), maker.bool(more), maker.bool(more), BOOL),
    () =>
      build.compare(maker.pick(...(['<', '<=', '>', '>='] as const).map((one) => () => one)), maker.int(more), maker.int(more)),
    () => build.compare('<', maker.text(more), maker.text(more)),
    () => build.compare('>=', maker.time(more), maker.time(more)),
    () => build.compare('<', maker.span(more), maker.span(more)),
    () => build.equal(maker.time(more), maker.time(more)),
    () => build.equal(maker.span(more), maker.span(more)),
    () => choice(maker, more, BOOL, (inner) => inner.bool(more)),
    () => build.compare('<', maker.bool(more), maker.bool(more)),
    () => build.equal(maker.int(more), maker.int(more)),
    () => build.equal(maker.double(more), maker.double(more)),
    () => build.equal(maker.doubles(more), maker.doubles(more)),
    () => build.equal(maker.numbers(more), maker.numbers(more)),
    () => build.equal(maker.maybe(more), maker.maybe(more)),
    () => build.equal(maker.counts(more), maker.counts(more)),
    () => maker.related(2),
    () => maker.related(2),
    () => membership(maker, more),
    () => textTest(maker, more),
    () => call(BOOL, 'optional.hasValue', maker.maybe(more)),
    () => call(BOOL, 'sets.contains(list)', maker.numbers(more), maker.numbers(more)),
    () => call(BOOL, 'sets.intersects(set)', maker.doubles(more), maker.doubles(more)),
    () => call(BOOL, 'cidr.containsIP(string)', RANGE, maker.text(more)),
    () => call(BOOL, 'cidr.containsIP(ip)', RANGE, build.requestField('sourceIp')),
    () => build.orValue(optionally(maker, more), maker.bool(more), BOOL),
    () => quantifier(maker, more),
    () => quantifier(maker, more),
    () => {
      const [variable, inner] = maker.inside(INT)
      return build.bind(variable, maker.int(more), inner.bool(more))
    },
    () => {
      const [variable, inner] = maker.inside(BOOL)
      return build.bind(variable, maker.bool(more), inner.bool(more))
    },
  )
}

/** Adds random guards, and an operand that must not be evaluated behind a guard that never holds. */
function chainOf(maker: Maker, depth: number): Expr {
  const operator = maker.next(2) === 0 ? '&&' : '||'
  const operands = Array.from({ length: 2 + maker.next(3) }, (_, position) => ({
    expression: maker.bool(depth),
    guards: Array.from({ length: position }, (_, guard) => guard).filter(() => maker.next(3) === 0),
  }))
  if (maker.next(3) === 0) {
    const never = build.conditional(maker.bool(depth), operator === '&&' ? build.FALSE : build.TRUE, ERRING, BOOL)
    operands.push(
      { expression: never, guards: [] },
      { expression: build.equal(build.absent(INT), maker.int(0)), guards: [operands.length] },
    )
  }
  return build.chain(operator, operands)
}

function textTest(maker: Maker, depth: number): Expr {
  const pattern = build.constant(['^a', 'b$', '(a|b)*', '.', '^(a|ab)$', '</script>'][maker.next(6)] as string, STRING)
  return maker.pick(
    () => call(BOOL, 'string.startsWith', maker.text(depth), maker.text(depth)),
    () => call(BOOL, 'string.endsWith', maker.text(depth), maker.text(depth)),
    () => call(BOOL, 'string.contains', maker.text(depth), maker.text(depth)),
    () => call(BOOL, 'string.matches', maker.text(depth), pattern),
    () => call(BOOL, 'isIP', maker.text(depth)),
    () => call(BOOL, 'bool(string)', maker.text(depth)),
  )
}

/** Tests whether an optional has a value that satisfies a test. */
function optionally(maker: Maker, depth: number): Expr {
  const [variable, inner] = maker.inside(INT)
  return build.optMap(maker.maybe(depth), variable, inner.bool(depth))
}

const RANGE = build.constant('10.0.0.0/8', { kind: 'cidr' })
