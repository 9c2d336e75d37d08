import type { OverloadId } from '../../../language/builtins/index.ts'
import { callFails } from '../../ir/evaluation/call-fails.ts'
import type { Call, Expr, OrValue } from '../../ir/index.ts'
import { type Code, js, literal } from '../code.ts'
import type { ModuleScope } from '../module-scope.ts'
import { CALLS, type EmitCall } from './calls.ts'
import { emitMaybe } from './emit-read.ts'
import { emitSettled, emitStrict, isCutDouble } from './emit-strict.ts'
import { type Emitter, type OnError, timely } from './emitter.ts'
import { at, atom, LEVEL, type Term, term } from './term.ts'

export function emitCall(expression: Call, onError: OnError, emitter: Emitter): Term {
  const { id, operands, type } = expression
  const [first] = operands
  if (expression.fails && isCutDouble(expression)) return emitStrict([expression], onError, emitter, (value) => value as Term)
  if (id === 'optional.hasValue' && first?.kind === 'Optional')
    return emitMaybe(first.target, onError, emitter, (value, missing) => term(js`${value} !== ${missing}`, LEVEL.equality))
  if (id === 'int(timestamp)')
    return emitPlaced(first as Expr, (place, time) => js`abi.seen(${place}, ${time}).seconds`, onError, emitter)
  const unit = UNITS[id]
  if (unit !== undefined)
    return emitPlaced(first as Expr, (place, time) => js`abi.inUnits(${place}, ${time}, ${unit}).whole`, onError, emitter)
  const { module } = emitter.scope
  const fails = callFails(id, operands)
  const ready = operands.map((operand, position) => prepare(id, position, operand, fails, module))
  const others = operands.filter((_, position) => ready[position] === null)
  // Only an error that the built-in itself makes as a bool is converted here; operands convert their own.
  const makesError = fails && type.kind === 'bool'
  const taking = TAKES_MOMENTS.test(id) ? timely(emitter) : emitter
  const value = emitStrict(others, makesError ? 'undefined' : onError, taking, (...terms) => {
    const left = [...terms]
    const make: EmitCall = CALLS[id]
    return make(...ready.map((term) => term ?? (left.shift() as Term)))
  })
  return makesError ? emitSettled(value, true, onError) : value
}

/** Built-ins that read a part of a time and do not keep it. */
const TAKES_MOMENTS = /^(?:timestamp|duration)\.get/

/** Reads through a scratch place: V8 may box a number that a function returns. */
function emitPlaced(time: Expr, read: (place: Code, time: Code) => Code, onError: OnError, emitter: Emitter): Term {
  return emitStrict([time], onError, timely(emitter), (value) => atom(read(emitter.scope.module.place(), (value as Term).code)))
}

/** In seconds. */
const UNITS: Readonly<Partial<Record<OverloadId, number>>> = {
  'duration.getHours': 3600,
  'duration.getMinutes': 60,
  'duration.getSeconds': 1,
}

/** Returns a faster precomputed form of a constant operand; null if there is none. */
function prepare(id: OverloadId, position: number, operand: Expr, fails: boolean, module: ModuleScope): Term | null {
  if (operand.kind !== 'Const' || typeof operand.value !== 'string') return null
  const text = literal(operand.value)
  switch (id) {
    case 'string.matches':
    case 'matches(string)':
      return position === 1 ? atom(module.constant('regex', js`abi.regex(${text})`)) : null
    case 'cidr.containsIP(ip)':
    case 'cidr.containsIP(string)':
    case 'cidr.containsCIDR(cidr)':
    case 'cidr.containsCIDR(string)':
      return operand.type.kind === 'cidr' ? atom(module.constant('range', js`abi.addressRange(${text})`)) : null
    default:
      // A known zone. A host that does not know it must not load the module.
      return position === 1 && id.startsWith('timestamp.get') && !fails
        ? atom(module.constant('zone', js`abi.zone(${text})`))
        : null
  }
}

/** Emits CEL's `orValue` as JavaScript's `??`. Errors of the operand are checked before, and a missing value is `null`. */
export function emitOrValue({ operand, fallback, type }: OrValue, onError: OnError, emitter: Emitter): Term {
  const other = type.kind === 'bool' ? emitter.test(fallback, onError) : emitter.value(fallback)
  const choose = (value: Code) => term(js`${value} ?? ${at(LEVEL.equality, other)}`, LEVEL.loose)
  if (operand.kind === 'Optional') return emitMaybe(operand.target, onError, emitter, choose)
  return emitStrict([operand], onError, emitter, (value) => choose(at(LEVEL.equality, value as Term)))
}
