/** Built-ins as formulas (`spec/language/built-ins.md`), as far as z3 has theories for them. */
import type { Call, Const, Expr } from '../../../../compiler/ir/index.ts'
import { numberOf, stretchOf } from './addresses.ts'
import { isIn } from './collections.ts'
import { between } from './facts.ts'
import { languageOf } from './regex.ts'
import { bool, evaluated, optionalOf, type Scope } from './scope.ts'
import { type Evaluated, elementOf, empty, restricted, type Shape, shapeOf, termOf } from './shapes.ts'
import { and, type Formula, not, or, same, TRUE, whole } from './smt.ts'
import { UnsupportedError } from './unsupported-error.ts'

export function callOf(call: Call, scope: Scope): Evaluated {
  const { id, operands, type } = call
  if (id === 'hierarchy.within') return withinOf(operands, scope)
  if (id === 'cidr.containsIP(ip)') return inRange(operands, scope)
  if (id === 'string.matches' || id === 'matches(string)') return matching(operands, scope)
  const literal = literalOf(call)
  if (literal !== null) return { ok: TRUE, value: shapeOf(type, whole(literal)) }
  if (id === 'timestamp.getHours' && operands[1]?.kind === 'Const') return hoursIn(operands, scope)
  const parts = operands.map((operand) => evaluated(operand, scope))
  const ok = and(...parts.map((part) => part.ok))
  const values = parts.map(({ value }) => value)
  const known = COLLECTIONS[id]
  if (known !== undefined) return { ok, value: shapeOf(type, known(values, scope)) }
  const ofScalars = SCALARS[id]
  if (ofScalars === undefined) throw new UnsupportedError(id)
  const { term, errs } = ofScalars(values.map(termOf))
  return { ok: and(ok, ...(errs === undefined ? [] : [not(errs)])), value: shapeOf(type, term) }
}

type OfScalars = (terms: readonly Formula[]) => { readonly term: Formula; readonly errs?: Formula }

const SECOND = 1_000_000_000n

const length = (x: Formula | undefined) => `(str.len ${x})`
const outside = (at: Formula | undefined, x: Formula | undefined) => or(`(< ${at} 0)`, `(> ${at} ${length(x)})`)

const SCALARS: Readonly<Record<string, OfScalars>> = {
  'string.size': ([x]) => ({ term: length(x) }),
  'size(string)': ([x]) => ({ term: length(x) }),
  'string.startsWith': ([x, y]) => ({ term: `(str.prefixof ${y} ${x})` }),
  'string.endsWith': ([x, y]) => ({ term: `(str.suffixof ${y} ${x})` }),
  'string.contains': ([x, y]) => ({ term: `(str.contains ${x} ${y})` }),
  'string.charAt': ([x, at]) => ({ term: `(str.at ${x} ${at})`, errs: outside(at, x) }),
  'string.indexOf': ([x, y, at]) => ({
    term: `(str.indexof ${x} ${y} ${at ?? 0})`,
    ...(at !== undefined && { errs: outside(at, x) }),
  }),
  'string.substring': ([x, from, to]) => ({
    term: `(str.substr ${x} ${from} (- ${to ?? length(x)} ${from}))`,
    errs: or(outside(from, x), ...(to === undefined ? [] : [outside(to, x), `(< ${to} ${from})`])),
  }),
  'math.abs(int)': ([x]) => ({ term: `(abs ${x})` }),
  'math.greatest(int)': (all) => ({ term: all.reduce((a, b) => `(ite (>= ${a} ${b}) ${a} ${b})`) }),
  'math.least(int)': (all) => ({ term: all.reduce((a, b) => `(ite (<= ${a} ${b}) ${a} ${b})`) }),
  'duration.getHours': ([x]) => ({ term: `(quotient ${x} ${3_600n * SECOND})` }),
  'duration.getMinutes': ([x]) => ({ term: `(quotient ${x} ${60n * SECOND})` }),
  'timestamp.getHours': (operands) => ({ term: `(mod (div ${inUtc(operands)} ${3_600n * SECOND}) 24)` }),
  'timestamp.getMinutes': (operands) => ({ term: `(mod (div ${inUtc(operands)} ${60n * SECOND}) 60)` }),
  // The first day of 1970 was a Thursday.
  'timestamp.getDayOfWeek': (operands) => ({ term: `(mod (+ 4 (div ${inUtc(operands)} ${86_400n * SECOND})) 7)` }),
  'ip.family': ([x]) => ({ term: `(ite (< ${x} ${2n ** 32n}) 4 6)` }),
}

function inUtc([time, zone]: readonly Formula[]): Formula {
  if (zone !== undefined) throw new UnsupportedError('a zone')
  return time as Formula
}

/** What the clocks of a zone show is not written down here. */
function hoursIn([time, zone]: readonly Expr[], scope: Scope): Evaluated {
  const { ok, value } = evaluated(time as Expr, scope)
  const name = `hours of ${termOf(value)} in ${(zone as Const).value}`
  return { ok, value: shapeOf({ kind: 'int' }, scope.facts.loosely(name, 0, 23)) }
}

type OfCollections = (values: readonly Shape[], scope: Scope) => Formula

const contains: OfCollections = ([all, some], scope) => {
  const [a, b] = [bagOf(all), bagOf(some)]
  if (b.elements !== null) return and(...b.elements.map((one) => isIn(a, one, scope)))
  if (a.elements !== null) return same(b.term, restricted(b.term, a.elements, elementOf(b.type)))
  return same(`((_ map and) ${a.term} ${b.term})`, b.term)
}

const intersects: OfCollections = ([left, right], scope) => {
  const [a, b] = [bagOf(left), bagOf(right)]
  if (b.elements !== null) return or(...b.elements.map((one) => isIn(a, one, scope)))
  if (a.elements !== null) return or(...a.elements.map((one) => isIn(b, one, scope)))
  return not(same(`((_ map and) ${a.term} ${b.term})`, empty(elementOf(a.type))))
}

const equivalent: OfCollections = ([left, right]) => same(bagOf(left).term, bagOf(right).term)

const size: OfCollections = ([of], { facts }) =>
  facts.size(of?.kind === 'map' ? shapeOf({ kind: 'set', element: { kind: 'string' } }, of.keys) : bagOf(of))

const COLLECTIONS: Readonly<Record<string, OfCollections | undefined>> = {
  'sets.contains(list)': contains,
  'sets.contains(set)': contains,
  'sets.intersects(list)': intersects,
  'sets.intersects(set)': intersects,
  'sets.equivalent(list)': equivalent,
  'sets.equivalent(set)': equivalent,
  'list.size': size,
  'size(list)': size,
  'set.size': size,
  'size(set)': size,
  'map.size': size,
  'size(map)': size,
  'optional.hasValue': ([optional]) => optionalOf(optional as Shape).there,
}

/** A NaN is in nothing, not even in a set that has it. */
function bagOf(value: Shape | undefined): Extract<Shape, { kind: 'bag' }> {
  if (value?.kind !== 'bag' || elementOf(value.type).kind === 'double') throw new UnsupportedError(`a ${value?.kind} as a set`)
  return value
}

function matching([of, pattern]: readonly Expr[], scope: Scope): Evaluated {
  if (pattern?.kind !== 'Const') throw new UnsupportedError('a pattern that is no constant')
  const { ok, value } = evaluated(of as Expr, scope)
  return bool(`(str.in_re ${termOf(value)} ${languageOf(pattern.value as string)})`, ok)
}

function withinOf([hierarchy, name, above]: readonly Expr[], scope: Scope): Evaluated {
  if (hierarchy?.kind !== 'Data') throw new UnsupportedError('a hierarchy that is no datum')
  const [a, b] = [evaluated(name as Expr, scope), evaluated(above as Expr, scope)]
  return bool(scope.facts.within(hierarchy.name, termOf(a.value), termOf(b.value)), and(a.ok, b.ok))
}

/** Of a range that is written out. */
function inRange([range, address]: readonly Expr[], scope: Scope): Evaluated {
  const text = writtenOut(range as Expr)
  if (text === null) throw new UnsupportedError('a range that is read')
  const { first, last } = stretchOf(text)
  const one = writtenOut(address as Expr)
  if (one !== null) return bool(first <= numberOf(one) && numberOf(one) <= last ? 'true' : 'false')
  const { ok, value } = evaluated(address as Expr, scope)
  return bool(between(termOf(value), first, last), ok)
}

function writtenOut(expression: Expr): string | null {
  if (expression.kind === 'Call' && /^(ip|cidr)\((string|ip|cidr)\)$/.test(expression.id))
    return writtenOut(expression.operands[0] as Expr)
  return expression.kind === 'Const' && typeof expression.value === 'string' ? expression.value : null
}

/** Times and addresses that a policy writes out; null: it is something else. */
function literalOf({ id, operands }: Call): bigint | null {
  const text = writtenOut(operands[0] as Expr)
  if (text === null) return null
  if (id === 'ip(string)' || id === 'ip(ip)') return numberOf(text)
  if (id === 'timestamp(string)' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return BigInt(Date.parse(text)) * 1_000_000n
  const [, sign, count, unit] = (id === 'duration(string)' && /^(-?)(\d+)([hms])$/.exec(text)) || []
  if (count === undefined) return null
  const size = { h: 3_600n, m: 60n, s: 1n }[unit as 'h' | 'm' | 's'] * SECOND
  return BigInt(`${sign}1`) * BigInt(count) * size
}
