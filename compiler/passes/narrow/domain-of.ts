import { rangeOf } from '../../ir/int-range.ts'
import { ANYTHING, type ValueDomain } from './domain.ts'
import type { Topic } from './predicate.ts'

/** Returns the possible values of a tested expression before any test, as its type implies. */
export function domainOf(about: Topic): ValueDomain {
  if (typeof about === 'string' || !('kind' in about)) return ANYTHING
  switch (about.type.kind) {
    case 'int':
      return { ...ANYTHING, ...rangeOf(about) }
    case 'literals':
      return { ...ANYTHING, allowed: new Set(about.type.values) }
    default:
      return ANYTHING
  }
}
