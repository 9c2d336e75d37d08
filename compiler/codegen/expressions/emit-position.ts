/** Expressions that use precomputed positions in data. */
import { type Below, callerBelow, type Entry, type Expr, type Position } from '../../ir/index.ts'
import { type Code, identifier, js } from '../code.ts'
import { property } from '../property.ts'
import type { Emitter } from './emitter.ts'
import { at, atom, chainTerm, LEVEL, type Term, term } from './term.ts'

export function emitPosition({ datum, text, linked }: Position, emitter: Emitter): Code {
  if (datum.kind !== 'Data') throw new Error('a position in what is no datum')
  if (!linked) return js`${emitter.scope.data(datum.name)}.positionOf(${emitter.value(text).code})`
  if (text.kind === 'CallerField') return js`${emitter.scope.linkedCaller()}.${linkName(text.name, datum.name)}`
  if (text.kind !== 'Field') throw new Error(`a ${text.kind} is linked`)
  return js`${at(LEVEL.atom, emitter.value(text.object))}.${linkName(text.name, datum.name)}`
}

/** Returns the name of the property that holds the precomputed positions of a field in a datum. Field names contain no `$`. */
export function linkName(field: string, datum: string): Code {
  return identifier(`${property(field)}$${datum}`)
}

export function emitEntry({ map, at: position }: Entry, emitter: Emitter): Code {
  return js`${emitter.value(map).code}.entryAt(${emitter.value(position).code})`
}

/** Returns the name of the property that holds the precomputed ancestors of a caller's field in a hierarchy. */
export function ancestorsName(field: string, hierarchy: string): Code {
  return identifier(`${linkName(field, hierarchy)}$above`)
}

export function emitBelow(expression: Below, emitter: Emitter): Term {
  const { hierarchy } = expression
  const own = callerBelow(expression)
  if (own !== null && hierarchy.kind === 'Data') return emitCallerBelow(own.name, hierarchy.name, expression.above, emitter)
  return atom(emitBelowInData(expression, emitter))
}

/** Tests one bit, inline: V8 inlines few calls in a function, and a route may have many of these. */
function emitCallerBelow(field: string, hierarchy: string, above: Expr, emitter: Emitter): Term {
  const name = ancestorsName(field, hierarchy)
  const bits = emitter.scope.ancestors(`${field}_above`, name)
  const position = emitter.scope.scratch('at')
  const word = js`${bits}[(${position} = ${emitter.value(above).code}) >> 5 & ${bits}.length - 1]`
  const names = emitter.value(textOf(above)).code
  const has = js`${emitter.scope.linkedCaller()}.${name}.has(${position}, ${names})`
  return chainTerm('&&', [term(js`(${word} & 1 << ${position}) !== 0`, LEVEL.equality), atom(has)])
}

/** Names that the hierarchy does not contain are compared by their texts. */
function emitBelowInData({ hierarchy, at: position, above }: Below, emitter: Emitter): Code {
  const [one, other] = [emitter.value(position).code, emitter.value(above).code]
  const [name, names] = [emitter.value(textOf(position)).code, emitter.value(textOf(above)).code]
  const method = above.type.kind === 'int' ? js`isBelow` : js`isBelowAny`
  return js`${emitter.value(hierarchy).code}.${method}(${one}, ${other}, ${name}, ${names})`
}

export function isPosition(expression: Expr): boolean {
  return (expression.kind === 'Shared' ? expression.value : expression).kind === 'Position'
}

/**
 * Emits a comparison of two texts by their positions among a datum's keys. Texts without a position are compared directly.
 *
 * @param wanted false to emit the inequality
 */
export function emitSamePosition(left: Expr, right: Expr, wanted: boolean, emitter: Emitter): Term {
  const [one, other] = [emitter.value(left), emitter.value(right)]
  const [text, otherText] = [emitter.value(textOf(left)).code, emitter.value(textOf(right)).code]
  const equal = js`${at(LEVEL.relation, one)} === ${at(LEVEL.relation, other)}`
  const same = js`${equal} && (${one.again ?? at(LEVEL.relation, one)} >= 0 || ${text} === ${otherText})`
  return wanted ? term(same, LEVEL.and) : term(js`!(${same})`, LEVEL.unary)
}

function textOf(position: Expr): Expr {
  const found = position.kind === 'Shared' ? position.value : position
  if (found.kind !== 'Position') throw new Error(`a ${found.kind} is no position`)
  return found.text
}
