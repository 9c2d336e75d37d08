import { STRING } from '../../../language/checker/types/type.ts'
import * as build from '../../ir/build.ts'
import type { Call, Compare, Equal, Expr } from '../../ir/index.ts'

/**
 * Simplifies tests for emptiness such as `size(x) > 0`. A text is compared with the empty text, and a filtered list is not built.
 * Returns null for other tests.
 */
export function simplifyEmptiness(test: Compare | Equal): Expr | null {
  const { left, right } = test
  if (left.kind !== 'Call' || right.kind !== 'Const') return null
  const empty = asksForEmpty(test, right.value)
  const isEmpty = empty === null ? null : emptiness(left)
  if (isEmpty === null) return null
  return empty === true ? isEmpty : isEmpty.kind === 'Not' ? isEmpty.operand : build.not(isEmpty)
}

/** Returns true for a test for empty, false for non-empty, null for others. */
function asksForEmpty(test: Compare | Equal, than: unknown): boolean | null {
  if (test.kind === 'Equal') return than === 0 ? true : null
  switch (`${test.operator} ${than}`) {
    case '< 1':
    case '<= 0':
      return true
    case '> 0':
    case '>= 1':
      return false
    default:
      return null
  }
}

function emptiness({ id, operands }: Call): Expr | null {
  const [of] = operands
  if (of === undefined) return null
  switch (id) {
    case 'string.size':
    case 'size(string)':
      return build.equal(of, build.constant('', STRING))
    case 'list.size':
    case 'size(list)':
    case 'set.size':
    case 'size(set)':
      // `exists` would absorb its errors.
      if (of.kind !== 'Select' || of.test === null || of.test.fails || of.value?.fails) return null
      return build.not(build.quantifier('exists', of.range, of.variable, of.test))
    default:
      return null
  }
}
