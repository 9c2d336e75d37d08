import { evaluateCall } from '../../compiler/ir/evaluation/evaluate-call.ts'
import type { Call, Expr } from '../../compiler/ir/index.ts'
import { type Edge, FALSE, TRUE } from '../bdd/bdd.ts'
import type { TextTest } from './classes/texts/text-test.ts'
import { equalEdge } from './comparisons.ts'
import { constantsIn } from './constants-in.ts'
import { type Context, type Meaning, written } from './context.ts'
import { anyMeaning, opaqueMeaning, settled, truthOf } from './meanings.ts'
import { optionalCases } from './optionals.ts'
import type { Value } from './symbolic-domain.ts'
import { accessPathsOf, casesOf, valueKey } from './values.ts'

const TEXT_TESTS: Readonly<Record<string, (constant: string) => TextTest>> = {
  'string.startsWith': (text) => ({ kind: 'starts', text }),
  'string.endsWith': (text) => ({ kind: 'ends', text }),
  'string.contains': (text) => ({ kind: 'contains', text }),
  'string.matches': (pattern) => ({ kind: 'matches', pattern }),
  'matches(string)': (pattern) => ({ kind: 'matches', pattern }),
}

/**
 * Returns the set of requests for which a call of a built-in function with a bool result is true, and the set of those for which
 * it is false.
 */
export function callMeaning(call: Call, context: Context): Meaning {
  const { id, operands } = call
  const { diagram } = context.world
  const [first, second] = operands as readonly [Expr, Expr]
  const make = TEXT_TESTS[id]
  if (make !== undefined)
    return overScalars(call, context, ([text, constant]) =>
      text?.kind === 'term' && constant?.kind === 'constant'
        ? context.world.test(text, { kind: 'text', test: make(constant.value as string) })
        : null,
    )
  switch (id) {
    case 'cidr.containsIP(ip)':
      return overScalars(call, context, ([range, address]) =>
        range?.kind === 'constant' && address?.kind === 'term'
          ? context.world.test(address, { kind: 'range', range: range.value as string })
          : null,
      )
    case 'hierarchy.within':
      return withinMeaning(call, context)
    case 'optional.hasValue':
      return anyMeaning(
        optionalCases(first, context).map(({ when, value }) => ({
          when,
          meaning: settled(value === null ? FALSE : diagram.not(FALSE), context),
        })),
        context,
      )
    case 'sets.contains(list)':
    case 'sets.contains(set)':
      return hasAll(first, second, context) ?? opaqueMeaning(call, context)
    case 'sets.intersects(list)':
    case 'sets.intersects(set)':
      return hasAny(first, second, context) ?? hasAny(second, first, context) ?? opaqueMeaning(call, context)
    case 'sets.equivalent(list)':
    case 'sets.equivalent(set)': {
      const [there, back] = [hasAll(first, second, context), hasAll(second, first, context)]
      if (there === null || back === null) return opaqueMeaning(call, context)
      return { yes: diagram.and(there.yes, back.yes), no: diagram.or(there.no, back.no) }
    }
    default:
      return overScalars(call, context, () => null)
  }
}

/** `edgeOf` returns null for operands that make the call opaque. */
function overScalars(call: Call, context: Context, edgeOf: (values: readonly Value[]) => Edge | null): Meaning {
  const { diagram } = context.world
  if (call.operands.length === 2 && edgeOf !== undefined) {
    const [first, second] = call.operands as readonly [Expr, Expr]
    const known = casesOf(first, context).flatMap((a) =>
      casesOf(second, context).map((b) => ({
        when: diagram.and(a.when, b.when),
        edge: ofConstants(call, [a.value, b.value]) ?? edgeOf([a.value, b.value]),
      })),
    )
    if (known.every(({ edge }) => edge !== null))
      return anyMeaning(
        known.map(({ when, edge }) => ({ when, meaning: settled(edge as Edge, context) })),
        context,
      )
  }
  return anyMeaning(
    casesOf(call, context).map(({ when, value }) => ({ when, meaning: truthOf(value, context) })),
    context,
  )
}

function ofConstants({ id }: Call, values: readonly Value[]): Edge | null {
  const constants = values.flatMap((value) => (value.kind === 'constant' ? [value.value] : []))
  const result = constants.length === values.length ? evaluateCall(id, constants) : undefined
  return typeof result === 'boolean' ? (result ? TRUE : FALSE) : null
}

/** Each name is within itself. */
function withinMeaning(call: Call, context: Context): Meaning {
  const { world } = context
  const { diagram } = world
  const [hierarchy, name, above] = call.operands as readonly [Expr, Expr, Expr]
  return anyMeaning(
    accessPathsOf(hierarchy, context).flatMap((of) =>
      casesOf(name, context).flatMap((a) =>
        casesOf(above, context).map((b) => {
          const key = `${valueKey(a.value)} is below ${valueKey(b.value)} in ${of.value.key}`
          const is = diagram.or(equalEdge(a.value, b.value, context), world.opaque({ key, ...written(call, context) }))
          return { when: diagram.all([of.when, a.when, b.when]), meaning: settled(is, context) }
        }),
      ),
    ),
    context,
  )
}

/** Returns whether the first contains all of the second, if one of them is constant. */
function hasAll(first: Expr, second: Expr, context: Context): Meaning | null {
  const { world } = context
  const { diagram } = world
  const [all, wanted] = [constantsIn(first), constantsIn(second)]
  if (all !== null && wanted !== null) {
    const values = new Set(all.map(({ value }) => value))
    return settled(wanted.every(({ value }) => values.has(value)) ? diagram.not(FALSE) : FALSE, context)
  }
  if (wanted !== null)
    return overPlaces(first, context, (found) => diagram.all(wanted.map((constant) => world.contains(found, constant))))
  if (all === null) return null
  return overPlaces(second, context, (found) =>
    diagram.not(
      world.hasOthers(
        found,
        all.map(({ value }) => value),
      ),
    ),
  )
}

function hasAny(first: Expr, second: Expr, context: Context): Meaning | null {
  const { world } = context
  const some = constantsIn(second)
  if (some === null || constantsIn(first) !== null) return null
  return overPlaces(first, context, (found) => world.diagram.any(some.map((constant) => world.contains(found, constant))))
}

function overPlaces(
  expression: Expr,
  context: Context,
  edgeOf: (found: ReturnType<typeof accessPathsOf>[number]['value']) => Edge,
): Meaning {
  return anyMeaning(
    accessPathsOf(expression, context).map(({ when, value }) => ({ when, meaning: settled(edgeOf(value), context) })),
    context,
  )
}
