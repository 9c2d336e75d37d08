/** Built-ins that a simpler one, or none, can replace. */
import { BOOL, STRING } from '../../../language/checker/types/type.ts'
import * as build from '../../ir/build.ts'
import type { Call, Const, Expr } from '../../ir/index.ts'
import { literalPattern } from './literal-pattern.ts'
import { presenceTest } from './tests.ts'

export function simplifyCall({ id, operands }: Call): Expr | null {
  const [first, second] = operands
  if (first === undefined) return null
  switch (id) {
    case 'string.startsWith':
    case 'string.endsWith':
    case 'string.contains':
      return second?.kind === 'Const' && second.value === '' && !first.fails ? build.TRUE : null
    case 'string.matches':
    case 'matches(string)':
      return second?.kind === 'Const' ? matching(first, second) : null
    case 'string.lowerAscii':
    case 'string.upperAscii':
    case 'string.trim':
      return first.kind === 'Call' && first.id === id ? first : null
    case 'optional.hasValue':
      return first.kind === 'Optional' ? presenceTest(first.target) : null
    default:
      return null
  }
}

/** Replaces a pattern that is a plain text, or an anchored choice of texts, by a comparison. */
function matching(text: Expr, { value }: Const): Expr | null {
  const pattern = literalPattern(String(value))
  if (pattern === null) return null
  const { begins, ends } = pattern
  const texts = pattern.texts.map((one) => build.constant(one, STRING))
  const [only] = texts
  if (only === undefined || texts.length > 1)
    return begins && ends ? build.within(text, build.collect(texts, { kind: 'set', element: STRING })) : null
  if (begins && ends) return build.equal(text, only)
  return build.call(begins ? 'string.startsWith' : ends ? 'string.endsWith' : 'string.contains', [text, only], BOOL)
}
