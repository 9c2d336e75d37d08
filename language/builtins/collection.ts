import { INT } from '../semantics/types/type.ts'
import type { Builtin } from './builtin.ts'

/** What is defined on strings and collections alike. */
export const COLLECTION_BUILTINS = {
  size: {
    on: ['string', 'list', 'set', 'map'],
    parameters: [],
    result: INT,
    global: true,
    doc: 'How many code points a text, elements a list or set, entries a map has.',
  },
} as const satisfies Record<string, Builtin>
