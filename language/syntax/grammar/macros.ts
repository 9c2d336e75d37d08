/** CEL's macros: calls in form, comprehensions in meaning. Implements `comprehensions.md` of `spec/language/`. */
import type { Span } from '../../source.ts'
import type { Comprehension, Expression, Name } from '../ast.ts'

/** The reason for which the arguments of a macro, such as `exists`, are invalid. */
export interface Misuse {
  readonly expected: string
  readonly found: string
  readonly span: Span
}

type Macro = Comprehension['macro']

/** The form of each macro, for messages. */
const forms: ReadonlyMap<string, string> = new Map<Macro, string>([
  ['all', 'all(x, E)'],
  ['exists', 'exists(x, E)'],
  ['exists_one', 'exists_one(x, E)'],
  ['filter', 'filter(x, E)'],
  ['map', 'map(x, E)` or `map(x, F, E)'],
  ['optMap', 'optMap(x, E)'],
])

/**
 * Turns the call `range.macro(x, E)` into a comprehension. Returns null if no macro has the name.
 *
 * @param misused reports invalid arguments and throws
 */
export function comprehensionOf(
  range: Expression,
  name: Name,
  given: readonly Expression[],
  span: Span,
  misused: (misuse: Misuse) => never,
): Comprehension | null {
  const form = forms.get(name.text)
  if (form === undefined) return null
  const macro = name.text as Macro
  const [variable, ...rest] = given
  const filter = macro === 'map' && rest.length === 2 ? (rest[0] as Expression) : null
  const body = rest.at(-1)
  if (variable === undefined || body === undefined || rest.length > (filter === null ? 1 : 2)) {
    const count = given.length === 1 ? 'one argument' : `${given.length} arguments`
    return misused({ expected: `\`${form}\``, found: `\`${macro}\` with ${count}`, span: name.span })
  }
  if (variable.kind !== 'Identifier') {
    return misused({ expected: `the name of a variable first in \`${form}\``, found: 'an expression', span: variable.span })
  }
  const named: Name = { kind: 'Name', text: variable.name, span: variable.span }
  return { kind: 'Comprehension', macro, range, variable: named, filter, body, span }
}
