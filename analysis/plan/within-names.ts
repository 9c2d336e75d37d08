import * as build from '../../compiler/ir/build.ts'
import { type Call, children, type Expr } from '../../compiler/ir/index.ts'
import { STRING } from '../../language/checker/types/type.ts'
import type { Hierarchy } from '../../runtime/abi/decode/hierarchy.ts'
import { isKnown, type Knowledge } from './known-request.ts'
import { knownValue } from './known-value.ts'

/**
 * Rewrites `within` of a known hierarchy with one known name: as a test whether the other name is among the names for which
 * `within` is true. A name that the hierarchy lacks is within itself only. Returns null for other calls.
 */
export function withinNames({ id, operands }: Call, knowledge: Knowledge): Expr | null {
  const [datum, name, ancestor] = operands
  if (id !== 'hierarchy.within' || datum?.kind !== 'Data' || name === undefined || ancestor === undefined) return null
  const names = knowledge.known.names?.[datum.name]
  if (names === undefined || !isKnown(datum, knowledge, children)) return null
  const hierarchy = knownValue(datum, knowledge) as Pick<Hierarchy, 'within'>
  const among = (one: Expr, those: readonly string[]) =>
    build.within(
      one,
      build.collect(
        those.map((text) => build.constant(text, STRING)),
        { kind: 'list', element: STRING },
      ),
    )
  if (isKnown(ancestor, knowledge, children)) {
    const above = knownValue(ancestor, knowledge)
    if (typeof above !== 'string') return null
    return among(name, [...new Set([above, ...names.filter((one) => hierarchy.within(one, above))])].sort())
  }
  if (!isKnown(name, knowledge, children)) return null
  const below = knownValue(name, knowledge)
  if (typeof below !== 'string') return null
  return among(ancestor, [...new Set([below, ...names.filter((one) => hierarchy.within(below, one))])].sort())
}
