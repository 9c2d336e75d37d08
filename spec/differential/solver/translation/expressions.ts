/** Expressions of the IR as formulas, as `spec/language` says what they mean: errors are part of it. */

import type { Arithmetic, Chain, CollectMap, Compare, Expr } from '../../../../compiler/ir/index.ts'
import type { Type } from '../../../../language/checker/types/type.ts'
import { callOf } from './calls.ts'
import { membership, quantified } from './collections.ts'
import { between, type Facts, FIRST_TIME, LAST_TIME, MOST_DURATION, MOST_INT } from './facts.ts'
import { requirementMet } from './requirements.ts'
import { binding, bool, evaluated, optionalOf, type Scope, truth } from './scope.ts'
import { type Evaluated, either, elementOf, empty, equalTerms, type Shape, shapeOf, sortOf, termOf, withAll } from './shapes.ts'
import { and, double, FALSE, type Formula, implies, ite, not, or, same, TRUE, text, whole } from './smt.ts'
import { UnsupportedError } from './unsupported-error.ts'

export function plain(expression: Expr, scope: Scope): Evaluated {
  const { facts, identity, route } = scope
  const { type } = expression
  switch (expression.kind) {
    case 'Const':
      return sure(constantOf(expression.value, type, facts))
    case 'Absent':
      return sure(unknownOf(type, scope))
    case 'Variable': {
      const value = scope.variables.get(expression.variable)
      if (value === undefined) throw new UnsupportedError(`the variable ${expression.variable}`)
      return sure(value)
    }
    case 'Param':
      return sure(parameterOf(expression.name, type, scope))
    case 'CallerField':
      return sure(claimOf(expression.name, type, scope))
    case 'RequestField':
      return sure(requestField(expression.name, type, scope))
    case 'Header':
      return sure(headerOf(expression.name, type, scope))
    case 'HeaderTest':
      return bool(facts.presence(`header ${expression.name}`))
    case 'Query':
    case 'Body':
      return sure(facts.at(expression.kind.toLowerCase(), type))
    case 'Data':
      if (type.kind === 'hierarchy') throw new UnsupportedError('a hierarchy as a value')
      return sure(facts.at(`data ${expression.name}`, type))
    case 'IdentityTest':
      return bool(identity?.name === expression.name ? TRUE : FALSE)
    case 'RoleTest': {
      const some = (identity?.roles ?? []).filter(
        ({ word, bit }) => word === expression.word && (expression.mask & (1 << bit)) !== 0,
      )
      return bool(or(...some.map(({ test }) => truth(test, { ...scope, variables: new Map() }).yes)))
    }
    case 'RequirementTest':
      return bool(requirementMet(expression, scope))
    case 'Field': {
      const { ok, value } = evaluated(expression.object, scope)
      return { ok, value: fieldOf(value, expression.name, type, scope) }
    }
    case 'MapRead':
      return entryOf(expression.map, expression.key, scope)
    case 'Present':
    case 'Optional': {
      const { ok, there, value } = possible(expression.target, scope)
      const inside = type.kind === 'optional' ? type.value : type
      if (expression.kind === 'Present') return { ok, value: shapeOf(type, there) }
      return { ok, value: { kind: 'optional', there, value: there === FALSE ? unknownOf(inside, scope) : value } }
    }
    case 'Some': {
      const { ok, value } = evaluated(expression.operand, scope)
      return { ok, value: { kind: 'optional', there: TRUE, value } }
    }
    case 'OrValue': {
      const [optional, fallback] = [evaluated(expression.operand, scope), evaluated(expression.fallback, scope)]
      const { there, value } = optionalOf(optional.value)
      return { ok: and(optional.ok, or(there, fallback.ok)), value: either(there, value, fallback.value) }
    }
    case 'OptMap': {
      const range = evaluated(expression.range, scope)
      const { there, value } = optionalOf(range.value)
      const body = evaluated(expression.body, binding(scope, expression.variable, value))
      const inside = body.value.kind === 'optional' ? body.value : { there: TRUE, value: body.value }
      return {
        ok: and(range.ok, implies(there, body.ok)),
        value: { kind: 'optional', there: and(there, inside.there), value: inside.value },
      }
    }
    case 'Let': {
      const value = evaluated(expression.value, scope)
      const body = evaluated(expression.body, binding(scope, expression.variable, value.value))
      return { ok: and(value.ok, body.ok), value: body.value }
    }
    case 'Shared':
      return evaluated(expression.value, scope)
    case 'Chain':
      return chained(expression, scope)
    case 'Not': {
      const { ok, value } = evaluated(expression.operand, scope)
      return bool(not(termOf(value)), ok)
    }
    case 'Conditional': {
      const [test, then, otherwise] = [expression.test, expression.then, expression.otherwise].map((part) =>
        evaluated(part, scope),
      )
      const is = termOf((test as Evaluated).value)
      const [a, b] = [then as Evaluated, otherwise as Evaluated]
      return { ok: and((test as Evaluated).ok, ite(is, a.ok, b.ok)), value: either(is, a.value, b.value) }
    }
    case 'Compare':
      return compared(expression, scope)
    case 'Equal': {
      const [left, right] = [evaluated(expression.left, scope), evaluated(expression.right, scope)]
      return bool(equal(left.value, right.value), and(left.ok, right.ok))
    }
    case 'In':
      return membership(expression, scope)
    case 'Quantifier':
      return quantified(expression, scope)
    case 'Arithmetic':
      return calculated(expression, scope)
    case 'Negate': {
      const { ok, value } = evaluated(expression.operand, scope)
      return { ok, value: shapeOf(type, type.kind === 'double' ? `(fp.neg ${termOf(value)})` : `(- ${termOf(value)})`) }
    }
    case 'Concat': {
      if (type.kind === 'list') throw new UnsupportedError('a list behind another')
      const [left, right] = [evaluated(expression.left, scope), evaluated(expression.right, scope)]
      return { ok: and(left.ok, right.ok), value: shapeOf(type, `(str.++ ${termOf(left.value)} ${termOf(right.value)})`) }
    }
    case 'Collect': {
      const parts = expression.elements.map((element) => evaluated(element, scope))
      const elements = parts.map(({ value }) => termOf(value))
      const term = withAll(elements, elementOf(type))
      return { ok: and(...parts.map(({ ok }) => ok)), value: { kind: 'bag', type, term, elements } }
    }
    case 'Call':
      return callOf(expression, scope)
    case 'CollectMap':
      throw new UnsupportedError('a map that is written out, as a value')
    default:
      throw new UnsupportedError(`a ${expression.kind} (${route.name})`)
  }
}

function sure(value: Shape): Evaluated {
  return { ok: TRUE, value }
}

/** Of a type, and nothing else is known of it: what no request can get to. */
function unknownOf(type: Type, { facts }: Scope): Shape {
  const sort = type.kind === 'record' ? 'record' : type.kind === 'map' ? 'map' : sortOf(type)
  return facts.at(`unknown ${sort}`, type.kind === 'literals' ? { kind: 'string' } : type)
}

function constantOf(value: unknown, type: Type, facts: Facts): Shape {
  if (value === null) {
    const inside = type.kind === 'optional' ? type.value : type
    return { kind: 'optional', there: FALSE, value: facts.at(`unknown ${JSON.stringify(inside)}`, inside) }
  }
  if (typeof value === 'boolean') return shapeOf(type, String(value))
  if (typeof value === 'bigint') return shapeOf(type, whole(value))
  if (typeof value === 'number') return shapeOf(type, type.kind === 'double' ? double(value) : whole(value))
  if (type.kind === 'ip' || type.kind === 'cidr') throw new UnsupportedError('an address that is written out')
  return shapeOf(type, text(value as string))
}

/** `{id}` is a segment that the canonical request lets through (`canonical-request.md`), `{n: int}` one that is a number. */
function parameterOf(name: string, type: Type, { facts, route }: Scope): Shape {
  const last = route.segments.at(-1)
  if (last?.kind === 'rest' && route.params.at(-1) === name) throw new UnsupportedError('the rest of a path')
  const value = facts.at(`params.${name}`, type)
  if (type.kind === 'string') {
    facts.assume(`(str.in_re ${termOf(value)} ${SEGMENT})`)
    for (const dots of ['.', '..']) facts.assume(not(same(termOf(value), text(dots))))
  }
  return value
}

const NO_SEGMENT = [
  ...['\\', ';', '/'].map((one) => `(str.to_re ${text(one)})`),
  '(re.range "\\u{0}" "\\u{1f}")',
  '(re.range "\\u{7f}" "\\u{9f}")',
]
const SEGMENT = `(re.+ (re.diff re.allchar (re.union ${NO_SEGMENT.join(' ')})))`
/** Printable, with blanks and tabs within. */
const SEEN = '(re.range "!" "~")'
const HEADER = `(re.opt (re.++ ${SEEN} (re.opt (re.++ (re.* (re.union (re.range " " "~") (str.to_re "\\u{9}"))) ${SEEN}))))`

function headerOf(name: string, type: Type, { facts }: Scope): Shape {
  const value = facts.at(`header ${name}`, type)
  facts.assume(`(str.in_re ${termOf(value)} ${HEADER})`)
  return value
}

/** What another identity has, this one does not read. */
function claimOf(name: string, type: Type, scope: Scope): Shape {
  const claim = scope.identity?.claims.get(name)
  if (claim === undefined && scope.identity?.spiffe) throw new UnsupportedError('a certificate')
  return claim === undefined || claim.type.kind !== type.kind
    ? unknownOf(type, scope)
    : scope.facts.at(`caller.${name}`, claim.type)
}

function requestField(name: string, type: Type, { facts, route }: Scope): Shape {
  if (name === 'time' || name === 'sourceIp') return facts.at(`request.${name}`, type)
  if (name !== 'method') throw new UnsupportedError(`request.${name}`)
  const value = facts.at('request.method', type)
  const methods = route.methods?.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  facts.assume(
    methods === undefined
      ? `(str.in_re ${termOf(value)} (re.+ (re.union (re.range "A" "Z") (str.to_re "-"))))`
      : or(...methods.map((method) => same(termOf(value), text(method)))),
  )
  return value
}

function fieldOf(object: Shape, name: string, type: Type, { facts }: Scope): Shape {
  if (object.kind !== 'record') throw new UnsupportedError(`a field of a ${object.kind}`)
  return facts.at(`${object.path}.${name}`, type)
}

/** What may be missing: whether it is there, and what it is then. */
function possible(target: Expr, scope: Scope): Evaluated & { readonly there: Formula } {
  const { facts, identity } = scope
  switch (target.kind) {
    case 'Shared':
      return possible(target.value, scope)
    case 'CallerField': {
      const claim = identity?.claims.get(target.name)
      const there = claim === undefined ? FALSE : claim.optional ? facts.presence(`caller.${target.name}`) : TRUE
      return { ...evaluated(target, scope), there }
    }
    case 'Field': {
      const object = evaluated(target.object, scope)
      if (object.value.kind !== 'record') throw new UnsupportedError(`a field of a ${object.value.kind}`)
      const there = facts.presence(`${object.value.path}.${target.name}`)
      return { ok: object.ok, there, value: fieldOf(object.value, target.name, target.type, scope) }
    }
    case 'Header':
      return { ...evaluated(target, scope), there: facts.presence(`header ${target.name}`) }
    case 'MapRead': {
      const [map, key] = [evaluated(target.map, scope), evaluated(target.key, scope)]
      if (map.value.kind !== 'map') throw new UnsupportedError('an entry of what is written out')
      const there = facts.has(map.value.keys, termOf(key.value), { kind: 'string' })
      return { ...entryOf(target.map, target.key, scope), there }
    }
    default:
      throw new UnsupportedError(`whether a ${target.kind} is there`)
  }
}

function entryOf(map: Expr, key: Expr, scope: Scope): Evaluated {
  if (map.kind === 'CollectMap') return entryWritten(map, key, scope)
  const [of, at] = [evaluated(map, scope), evaluated(key, scope)]
  if (of.value.kind !== 'map' || map.type.kind !== 'map') throw new UnsupportedError(`an entry of a ${of.value.kind}`)
  const term = `(select ${of.value.values} ${termOf(at.value)})`
  scope.facts.entry(term, map.type.value)
  return { ok: and(of.ok, at.ok), value: shapeOf(map.type.value, term) }
}

/** There is one for each key that may be asked for. */
function entryWritten({ entries }: CollectMap, key: Expr, scope: Scope): Evaluated {
  const at = evaluated(key, scope)
  const values = entries.map((entry) => ({ key: text(entry.key), ...evaluated(entry.value, scope) }))
  const [first] = values
  if (first === undefined) throw new UnsupportedError('an entry of nothing')
  const value = values.reduce<Shape>((rest, one) => either(same(termOf(at.value), one.key), one.value, rest), first.value)
  return { ok: and(at.ok, ...values.map(({ ok }) => ok)), value }
}

/**
 * `&&` is false if an operand is, and true if all are; `||` the other way round. An operand whose guards were not all true (in `||`: false) counts as an error, unless one of them has settled the chain.
 */
function chained({ operator, operands }: Chain, scope: Scope): Evaluated {
  const isAnd = operator === '&&'
  const found: { readonly yes: Formula; readonly no: Formula }[] = []
  for (const { expression, guards } of operands) {
    const { yes, no } = truth(expression, scope)
    const isRead = and(...guards.map((at) => (isAnd ? found[at]?.yes : found[at]?.no) as Formula))
    const own = { yes: and(yes, isRead), no: and(no, isRead) }
    found.push({ yes: scope.facts.named('Bool', own.yes), no: scope.facts.named('Bool', own.no) })
  }
  const [yes, no] = [found.map((one) => one.yes), found.map((one) => one.no)]
  const is = isAnd ? { yes: and(...yes), no: or(...no) } : { yes: or(...yes), no: and(...no) }
  return bool(is.yes, or(is.yes, is.no))
}

function compared({ operator, left, right }: Compare, scope: Scope): Evaluated {
  const [a, b] = [evaluated(left, scope), evaluated(right, scope)]
  const [x, y] = [termOf(a.value), termOf(b.value)]
  return bool(inOrder(operator, x, y, left.type), and(a.ok, b.ok))
}

function inOrder(operator: Compare['operator'], x: Formula, y: Formula, { kind }: Type): Formula {
  if (operator === '>' || operator === '>=') return inOrder(operator === '>' ? '<' : '<=', y, x, { kind } as Type)
  switch (kind) {
    case 'string':
    case 'literals':
      return operator === '<' ? `(str.< ${x} ${y})` : `(str.<= ${x} ${y})`
    case 'bool':
      return operator === '<' ? and(not(x), y) : or(not(x), y)
    case 'double':
      return operator === '<' ? `(fp.lt ${x} ${y})` : `(fp.leq ${x} ${y})`
    default:
      return `(${operator} ${x} ${y})`
  }
}

/** Of lists alone whether they are empty: in an array they have no order. */
function equal(a: Shape, b: Shape): Formula {
  if (a.kind === 'optional' && b.kind === 'optional')
    return and(same(a.there, b.there), or(not(a.there), equal(a.value, b.value)))
  if (a.kind === 'scalar' && b.kind === 'scalar') return equalTerms(a.term, b.term, a.type)
  if (a.kind !== 'bag' || b.kind !== 'bag') throw new UnsupportedError(`two that are a ${a.kind} and a ${b.kind}`)
  const lists = a.type.kind === 'list' || b.type.kind === 'list'
  if (lists && a.elements?.length !== 0 && b.elements?.length !== 0) throw new UnsupportedError('two lists')
  const isKnown = a.elements !== null || b.elements !== null
  if (lists) return same((a.elements === null ? a : b).term, empty(elementOf(a.type)))
  if (isKnown && elementOf(a.type).kind === 'double') throw new UnsupportedError('sets of doubles')
  return same(a.term, b.term)
}

/** What leaves its type is an error, and so is a quotient by 0. Quotients of ints are cut towards 0. */
function calculated({ operator, left, right, type }: Arithmetic, scope: Scope): Evaluated {
  const [a, b] = [evaluated(left, scope), evaluated(right, scope)]
  const [x, y] = [termOf(a.value), termOf(b.value)]
  const parts = and(a.ok, b.ok)
  if (type.kind === 'double') {
    const operation = { '+': 'fp.add RNE', '-': 'fp.sub RNE', '*': 'fp.mul RNE', '/': 'fp.div RNE', '%': '' }[operator]
    return { ok: parts, value: shapeOf(type, `(${operation} ${x} ${y})`) }
  }
  const quotients = { '/': 'quotient', '%': 'remainder' } as const
  if (operator === '/' || operator === '%')
    return { ok: and(parts, not(same(y, '0'))), value: shapeOf(type, `(${quotients[operator]} ${x} ${y})`) }
  const term = scope.facts.named('Int', `(${operator} ${x} ${y})`)
  const [first, last] =
    type.kind === 'int'
      ? [-MOST_INT, MOST_INT]
      : type.kind === 'timestamp'
        ? [FIRST_TIME, LAST_TIME]
        : [-MOST_DURATION, MOST_DURATION]
  return { ok: and(parts, between(term, first, last)), value: shapeOf(type, term) }
}

/** What every script begins with. */
export const PRELUDE = `(define-fun quotient ((a Int) (b Int)) Int (ite (= (>= a 0) (>= b 0)) (div (abs a) (abs b)) (- (div (abs a) (abs b)))))
(define-fun remainder ((a Int) (b Int)) Int (- a (* b (quotient a b))))`
