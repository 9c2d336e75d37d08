/** A value of each thing that the language has: drawn alike, so that what is rare by itself is reached as often as the rest. */

import { isComparable, isScalar, joinTypes } from '../../../../language/checker/types/type.ts'
import type { BinaryOperator, Type } from '../../../../language/index.ts'
import { GREATEST } from '../constants.ts'
import * as t from '../types.ts'
import { CANDIDATES, call } from './calls.ts'
import { elementOf, range } from './collections.ts'
import { compared, relation, sized } from './comparisons.ts'
import { type Environment, withVariable } from './environment.ts'
import { int } from './literals.ts'
import type { Maker } from './maker.ts'
import { anyAccess, optionalOf } from './optionals.ts'
import { readable } from './readable.ts'
import { freshVariable } from './variables.ts'
import { LEVEL, type Level, primary, type Written, within, written } from './written.ts'

type Feature = (make: Maker, at: Environment, depth: number) => Written | null
type RangeKind = 'list' | 'set' | 'map'

const RANGES: readonly RangeKind[] = ['list', 'set', 'map']

const BUILTIN: readonly Feature[] = CANDIDATES.map(
  (candidate) => (make, at, depth) => call(candidate, make, at, Math.max(depth, 1)),
)

/** What may err where errors are ruled out is left out there. */
function operation(operator: BinaryOperator, left: Type, right: Type, result: Type, mayErr: boolean): Feature {
  const level: Level = operator === '+' || operator === '-' ? LEVEL.sum : LEVEL.product
  return (make, at, depth) => {
    if ((mayErr && !at.mayErr) || (t.isCollection(result) && at.loops > 0)) return null
    const [a, b] = [
      make.value(left, at, depth - 1, { open: true }),
      make.value(right, at, depth - 1, { open: make.random.chance(0.5) }),
    ]
    // A literal zero is a mistake that the checker sees.
    const isZero = result.kind === 'int' && level === LEVEL.product && b.isConstant && Number(b.text) === 0
    const divisor = isZero ? int(3) : b
    return written(
      `${within(a, level)} ${operator} ${within(divisor, (level + 1) as Level)}`,
      level,
      joinedOr(result, a, divisor),
    )
  }
}

/** Of lists the least that holds both; else as the operator has it. */
function joinedOr(result: Type, a: Written, b: Written): Type {
  return result.kind === 'list' ? (joinTypes(a.type, b.type) as Type) : result
}

const OPERATIONS: readonly Feature[] = [
  ...(['+', '-', '*', '/', '%'] as const).map((operator) => operation(operator, t.INT, t.INT, t.INT, true)),
  ...(['+', '-', '*', '/'] as const).map((operator) => operation(operator, t.DOUBLE, t.DOUBLE, t.DOUBLE, false)),
  operation('+', t.STRING, t.STRING, t.STRING, false),
  ...[t.INT, t.STRING, t.TIMESTAMP].map((element) => operation('+', t.list(element), t.list(element), t.list(element), false)),
  operation('+', t.DURATION, t.DURATION, t.DURATION, true),
  operation('-', t.DURATION, t.DURATION, t.DURATION, true),
  operation('+', t.TIMESTAMP, t.DURATION, t.TIMESTAMP, true),
  operation('+', t.DURATION, t.TIMESTAMP, t.TIMESTAMP, true),
  operation('-', t.TIMESTAMP, t.DURATION, t.TIMESTAMP, true),
  operation('-', t.TIMESTAMP, t.TIMESTAMP, t.DURATION, false),
  ...[t.INT, t.DOUBLE].map(negation),
]

function negation(type: Type): Feature {
  return (make, at, depth) => {
    const operand = make.value(type, at, depth - 1, { open: true })
    return { ...written(`-${within(operand, LEVEL.primary)}`, LEVEL.sign, type), isConstant: operand.isConstant }
  }
}

function looped(
  make: Maker,
  at: Environment,
  depth: number,
  kind: RangeKind,
  of: (over: Written, name: string, inner: Environment) => Written,
): Written {
  const over = range(make, at, depth, [kind])
  const name = freshVariable(make.random, at)
  const inner = withVariable(at, name, elementOf(over.type), over.isShort ? 'short' : 'long')
  return of(over, name, inner)
}

const QUANTIFIERS: readonly Feature[] = RANGES.flatMap((kind) =>
  ['all', 'exists', 'exists_one'].map((macro): Feature => {
    return (make, at, depth) =>
      looped(make, at, depth, kind, (over, name, inner) =>
        primary(`${within(over, LEVEL.primary)}.${macro}(${name}, ${make.condition(inner, depth - 1).text})`, t.BOOL),
      )
  }),
)

/** Tests of an element that err for some, and are true of others. */
const DOUBTFUL: Readonly<Record<string, readonly string[]>> = {
  int: ['10 / x >= 1', 'x + 1 > 1', 'x * 3 < 9', '7 % x == 1', 'x - 2 < 0'],
  string: ['int(x) > 0', 'x.charAt(1) != "a"', 'x.substring(1) == ""', 'bool(x)', 'x.indexOf("a", 1) >= 0'],
}
const MIXED: Readonly<Record<string, string>> = {
  int: `[${GREATEST}, 1, 0, 5]`,
  string: '["7", "true", "a", "ab"]',
}

/** Where errors stand beside what settles it. */
const ABSORBING: readonly Feature[] = ['all', 'exists'].map((macro): Feature => {
  return ({ random }, at) => {
    if (!at.mayErr || at.variables.has('x')) return null
    const kind = random.pick(['int', 'string'])
    const { ofKind } = readable(at)
    const reads = at.loops > 0 ? [] : [...(ofKind.get('list') ?? []), ...(ofKind.get('set') ?? [])]
    const fitting = reads.filter(({ type }) => elementOf(type).kind === kind)
    const over = fitting.length > 0 && random.chance(0.5) ? random.pick(fitting).text : (MIXED[kind] as string)
    return primary(`${over}.${macro}(x, ${random.pick(DOUBTFUL[kind] as readonly string[])})`, t.BOOL)
  }
})

const SELECTIONS: readonly Feature[] = RANGES.flatMap((kind): readonly Feature[] => {
  const mapped = (over: Written, given: string, element: Type) =>
    primary(`${within(over, LEVEL.primary)}.map(${given})`, kind === 'list' ? t.list(element) : t.set(element))
  return [
    (make, at, depth) =>
      looped(make, at, depth, kind, (over, name, inner) => {
        const text = `${within(over, LEVEL.primary)}.filter(${name}, ${make.condition(inner, depth - 1).text})`
        return primary(text, over.type.kind === 'map' ? t.set(t.STRING) : over.type)
      }),
    (make, at, depth) =>
      looped(make, at, depth, kind, (over, name, inner) => {
        const body = make.value(make.random.pick(t.SCALARS), inner, depth - 1, { open: true })
        return mapped(over, `${name}, ${body.text}`, body.type)
      }),
    (make, at, depth) =>
      looped(make, at, depth, kind, (over, name, inner) => {
        const test = make.condition(inner, depth - 1)
        const body = make.value(make.random.pick(t.SCALARS), test.whenTrue, depth - 1, { open: true })
        return mapped(over, `${name}, ${test.text}, ${body.text}`, body.type)
      }),
  ]
})

const OPTIONALS: readonly Feature[] = [
  (make, at, depth) => {
    const access = anyAccess(make, at, depth)
    return access && primary(`${access.text}.hasValue()`, t.BOOL)
  },
  (make, at, depth) => {
    const access = anyAccess(make, at, depth)
    const type = (access?.type as { value: Type } | undefined)?.value
    if (access === null || type === undefined || !isScalar(type)) return null
    const fallback = make.value(type, at, depth - 1)
    return primary(`${access.text}.orValue(${fallback.text})`, joinTypes(type, fallback.type) as Type)
  },
  // What stands for what is missing errs, and is evaluated only then.
  (make, at, depth) => {
    const access = at.mayErr ? optionalOf(t.INT, make, at, depth) : null
    const fallback = make.random.pick(['1 / (size(request.path) - size(request.path))', `${GREATEST} + size(request.method)`])
    if (access === null || !at.readsRequest) return null
    return primary(`${within(access, LEVEL.primary)}.orValue(${fallback})`, t.INT)
  },
  (make, at, depth) => {
    const access = anyAccess(make, at, depth)
    if (access === null) return null
    const name = freshVariable(make.random, at)
    const inner = withVariable(at, name, (access.type as { value: Type }).value, 'short')
    const body = make.value(make.random.pick(t.SCALARS), inner, depth - 1, { open: true })
    return primary(`${access.text}.optMap(${name}, ${body.text}).hasValue()`, t.BOOL)
  },
]

/** Everything that is compared, by everything that compares it. */
const COMPARISONS: readonly Feature[] = [
  ...t.SCALARS,
  ...t.SCALARS.map(t.optional),
  ...[t.INT, t.STRING, t.TIMESTAMP, t.IP].flatMap((element) => [t.list(element), t.set(element), t.map(element)]),
].map((type) => (make, at, depth) => compared(type, make, at, Math.max(depth, 1)))

/** What they ask for, few policies have at hand. */
const RARE = BUILTIN.filter((_, at) => /^(hierarchy|sets)\./.test(CANDIDATES[at]?.id ?? ''))

const FEATURES: readonly Feature[] = [
  ...[...BUILTIN, ...RARE, ...RARE],
  ...[...OPERATIONS, ...OPERATIONS],
  ...[...QUANTIFIERS, ...ABSORBING, ...ABSORBING, ...ABSORBING, ...SELECTIONS],
  ...[...OPTIONALS, ...OPTIONALS],
  ...COMPARISONS,
]

/** One of them; null where a few could not be made here. */
function feature(make: Maker, at: Environment, depth: number): Written | null {
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const made = make.random.pick(FEATURES)(make, at, depth)
    if (made !== null) return made
  }
  return null
}

/** As a condition: compared with something. */
export function testOfFeature(make: Maker, at: Environment, depth: number): Written | null {
  const made = feature(make, at, depth)
  if (made === null || made.type.kind === 'bool') return made
  const isMeasured = t.isCollection(made.type) && (at.loops > 0 || make.random.chance(0.5))
  if (!isMeasured && isComparable(made.type)) return compared(made.type, make, at, 1, made)
  return relation(sized(made), make.random.pick(['==', '<', '>=']), int(make.random.int(0, 3)))
}

/** As a text, which a header shows to whoever compares two meanings: every value that is wrong is seen. */
export function shownFeature(make: Maker, at: Environment, depth: number): Written | null {
  const made = feature(make, at, depth)
  return made === null ? null : primary(show(made), t.STRING)
}

function show(made: Written): string {
  const { text, type } = made
  const self = within(made, LEVEL.primary)
  switch (type.kind) {
    case 'string':
    case 'literals':
      return text
    case 'list':
      return isScalar(type.element) ? `${self}.map(shown, string(shown)).join(",")` : `string(size(${text}))`
    case 'set':
    case 'map':
      return `string(size(${text}))`
    case 'optional':
      return `string(${self}.hasValue())`
    default:
      return `string(${text})`
  }
}
