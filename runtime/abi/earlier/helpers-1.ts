import { scopes, spiffe } from '../door/claims.ts'
import { bool, double, integer, list, literal, map, member, optional, record, set, string } from '../door/convert.ts'
import { Misfit } from '../door/misfit.ts'
import { absent, policy } from '../helpers.ts'
import { sameList, sameSet, setOf } from '../values/collections.ts'
import { codePoints, compare, lowerAscii, upperAscii } from '../values/text.ts'
import type { Facts1 } from './module-1.ts'
import { Tracer1 } from './tracer-1.ts'

/** The result of an int operation if it is one, else undefined: an evaluation error. NaN, which an undefined operand makes, is none. */
function int(result: number): number | undefined {
  return result >= Number.MIN_SAFE_INTEGER && result <= Number.MAX_SAFE_INTEGER ? result : undefined
}

function door(facts: (claims: object) => Facts1): (claims: object) => Facts1 | null {
  return (claims) => {
    try {
      return facts(record(claims))
    } catch (error) {
      if (error instanceof Misfit) return null
      throw error
    }
  }
}

/**
 * `abi` as code of ABI 1 was given it: these names and no others. Those that mean today what they meant then are today's; `tests/abi`
 * asks a bundle of ABI 1, so that a change of one of today's that it would feel is seen.
 */
export const helpers1 = Object.freeze({
  // decisions
  int,
  compare,
  codePoints: (text: string) => codePoints(text),
  lowerAscii,
  upperAscii,
  setOf,
  sameList,
  sameSet,
  startTrace: () => new Tracer1(),
  absent,
  // facts
  door,
  claim: member,
  optional,
  string,
  bool,
  integer,
  double,
  literal,
  list,
  set,
  map,
  record,
  scopes,
  spiffe,
  // the module
  policy: policy as (module: unknown) => unknown,
})
