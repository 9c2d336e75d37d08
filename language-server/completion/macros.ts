import type { Type } from '../../language/index.ts'

/** A macro of the language, which editors show as a method. */
interface Macro {
  readonly name: string
  readonly form: string
  readonly doc: string
  /** Kinds of receivers. */
  readonly kinds: readonly Type['kind'][]
  readonly snippet: string
}

const COLLECTIONS: readonly Type['kind'][] = ['list', 'set', 'map']

export const MACROS: readonly Macro[] = [
  macro('all', 'all(x, E): bool', 'Whether `E` is true of every element `x`.'),
  macro('exists', 'exists(x, E): bool', 'Whether `E` is true of some element `x`.'),
  macro('exists_one', 'exists_one(x, E): bool', 'Whether `E` is true of exactly one element `x`.'),
  macro('filter', 'filter(x, E)', 'The elements `x` of which `E` is true.'),
  macro('map', 'map(x, E)', 'The values of `E` for the elements `x`. In `map(x, F, E)`, for those of which `F` is true.'),
  { ...macro('optMap', 'optMap(x, E)', 'The value of `E` for the value `x`; none if there is no value.'), kinds: ['optional'] },
]

function macro(name: string, form: string, doc: string): Macro {
  return { name, form, doc, kinds: COLLECTIONS, snippet: `${name}(\${1:x}, $0)` }
}
