/** What is found by positions in data. */
import type { Below, Entry, Expr, Position } from '../../ir/index.ts'
import { type Code, identifier, js } from '../code.ts'
import { property } from '../property.ts'
import type { Emitter } from './emitter.ts'
import { at, LEVEL, type Term, term } from './term.ts'

export function emitPosition({ datum, text, linked }: Position, emitter: Emitter): Code {
  if (datum.kind !== 'Data') throw new Error('a position in what is no datum')
  if (!linked) return js`${emitter.scope.data(datum.name)}.positionOf(${emitter.value(text).code})`
  if (text.kind === 'CallerField') return js`${emitter.scope.linkedCaller()}.${linkName(text.name, datum.name)}`
  if (text.kind !== 'Field') throw new Error(`a ${text.kind} is linked`)
  return js`${at(LEVEL.atom, emitter.value(text.object))}.${linkName(text.name, datum.name)}`
}

/** The member that holds the positions of a field in a datum. No field has a `$` within its name. */
export function linkName(field: string, datum: string): Code {
  return identifier(`${property(field)}$${datum}`)
}

export function emitEntry({ map, at: position }: Entry, emitter: Emitter): Code {
  return js`${emitter.value(map).code}.entryAt(${emitter.value(position).code})`
}

/** Of names that the hierarchy does not mention, only their texts tell whether they are the same. */
export function emitBelow({ hierarchy, at: position, above }: Below, emitter: Emitter): Code {
  const [one, other] = [emitter.value(position).code, emitter.value(above).code]
  const [name, names] = [emitter.value(textOf(position)).code, emitter.value(textOf(above)).code]
  const method = above.type.kind === 'int' ? js`isBelow` : js`isBelowAny`
  return js`${emitter.value(hierarchy).code}.${method}(${one}, ${other}, ${name}, ${names})`
}

/** Whether two texts are the same. Of those that have no position, only they themselves tell. */
export function emitSamePosition(left: Position, right: Position, wanted: boolean, emitter: Emitter): Term {
  const [one, other] = [emitPosition(left, emitter), emitPosition(right, emitter)]
  const [text, otherText] = [emitter.value(left.text).code, emitter.value(right.text).code]
  const same = js`${one} === ${other} && (${one} >= 0 || ${text} === ${otherText})`
  return wanted ? term(same, LEVEL.and) : term(js`!(${same})`, LEVEL.unary)
}

function textOf(position: Expr): Expr {
  const found = position.kind === 'Shared' ? position.value : position
  if (found.kind !== 'Position') throw new Error(`a ${found.kind} is no position`)
  return found.text
}
