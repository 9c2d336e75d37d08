/** Reads of the request, the caller and data, and tests for missing values. */
import type { Expr, Optional, Param, Present, RequestField, RequirementTest } from '../../ir/index.ts'
import { type Code, identifier, joinCode, js, literal } from '../code.ts'
import type { FunctionScope } from '../function-scope.ts'
import { property } from '../property.ts'
import { emitStrict } from './emit-strict.ts'
import type { Emitter, OnError } from './emitter.ts'
import { at, atom, LEVEL, type Term, term } from './term.ts'

export function emitRequestField(name: RequestField['name'], scope: FunctionScope): Code {
  return js`${scope.request()}.${identifier(name)}`
}

/**
 * Emits the read of a path parameter, which a function reads only once. The router has checked that the parameter has its type.
 */
export function emitParam({ index, name, place, type }: Param, scope: FunctionScope): Code {
  return scope.param(index, name, () => {
    if (place.kind === 'host-label') return js`abi.firstLabel(${scope.request()}.host)`
    if (place.kind === 'rest') return js`abi.rest(${scope.segments()}, ${place.at})`
    const { at, prefix, suffix } = place
    const segment = js`${scope.segments()}[${at}]`
    const text = prefix + suffix === 0 ? segment : js`abi.between(${segment}, ${prefix}, ${suffix})`
    return type.kind === 'int' ? js`abi.segmentInteger(${text})` : text
  })
}

export function emitHeader(name: string, scope: FunctionScope): Code {
  return js`${scope.request()}.headers.get(${literal(name)})`
}

export function emitData(name: string, scope: FunctionScope): Code {
  return scope.data(name)
}

export function emitRequirement({ what, values, within }: RequirementTest, scope: FunctionScope): Term {
  const named = js`${literal(what)}, [${joinCode(values.map(literal), ', ')}], ${within ?? js`null`}`
  const requirement = scope.module.constant('requirement', js`abi.requirement(${named})`)
  return atom(js`abi.meets(${requirement}, ${scope.facts()}, ${scope.request()})`)
}

export function emitField(object: Expr, name: string, onError: OnError, emitter: Emitter): Term {
  return emitStrict([object], onError, emitter, (value) => atom(js`${at(LEVEL.atom, value as Term)}.${property(name)}`))
}

export function emitMapRead(map: Expr, key: Expr, onError: OnError, emitter: Emitter): Term {
  return emitStrict([map, key], onError, emitter, (found, index) => atom(mapRead(found as Term, index as Term)))
}

function mapRead(map: Term, key: Term): Code {
  return js`${at(LEVEL.atom, map)}.get(${key.code})`
}

/** An index of a list. Its `+` proves to the allowlist that no member of another name is read (`runtime/abi/allowlist`). */
function position(index: Term): Code {
  return js`+${at(LEVEL.atom, index)}`
}

/**
 * Emits a test whether an optional value is present.
 *
 * @param wanted false to emit the test for absence
 */
export function emitPresent({ target }: Present, wanted: boolean, onError: OnError, emitter: Emitter): Term {
  return emitMaybe(target, onError, emitter, (value, missing) =>
    term(js`${value} ${wanted ? js`!==` : js`===`} ${missing}`, LEVEL.equality),
  )
}

/** Emits an expression of an optional type. A missing value is `null`. */
export function emitOptional({ target }: Optional, emitter: Emitter): Term {
  return emitMaybe(target, 'undefined', emitter, (value, _, isNull) =>
    isNull ? atom(value) : term(js`${value} ?? null`, LEVEL.loose),
  )
}

/**
 * Emits the read of an optional value, and applies `operation` to the code of the read. The code of a missing value is
 * `undefined`, or `null` if `isNull`.
 */
export function emitMaybe(
  target: Optional['target'],
  onError: OnError,
  emitter: Emitter,
  operation: (value: Code, missing: Code, isNull: boolean) => Term,
): Term {
  const make = (value: Code) => operation(value, js`undefined`, false)
  switch (target.kind) {
    case 'Field':
      return emitStrict([target.object], onError, emitter, (object) =>
        make(js`${at(LEVEL.atom, object as Term)}.${property(target.name)}`),
      )
    case 'MapRead':
      return emitStrict([target.map, target.key], onError, emitter, (map, key) => make(mapRead(map as Term, key as Term)))
    case 'ListRead':
      return emitStrict([target.list, target.index], onError, emitter, (list, index) =>
        make(
          js`${at(LEVEL.atom, list as Term)}[${target.index.kind === 'Const' ? (index as Term).code : position(index as Term)}]`,
        ),
      )
    case 'Mtls':
      return operation(emitter.value(target).code, js`null`, true)
    default:
      return make(at(LEVEL.atom, emitter.value(target)))
  }
}
