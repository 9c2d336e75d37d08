import { STRING } from '../../../language/checker/types/type.ts'
import * as build from '../../ir/build.ts'
import type { Call, Compare, Equal, Expr } from '../../ir/index.ts'

/** `size(x) > 0` and the like: of a text it is compared with the empty one, and what is filtered need not be made. */
export function simplifyEmptiness(test: Compare | Equal): Expr | null {
  const { left, right } = test
  if (left.kind !== 'Call' || right.kind !== 'Const') return null
  const empty = asksForEmpty(test, right.value)
  const isEmpty = empty === null ? null : emptiness(left)
  if (isEmpty === null) return null
  return empty === true ? isEmpty : isEmpty.kind === 'Not' ? isEmpty.operand : build.not(isEmpty)
}

/** Whether a size like this is none; false: is some; null: something else. */
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
      // One that errs would be passed over by `exists`.
      if (of.kind !== 'Select' || of.test === null || of.test.fails || of.value?.fails) return null
      return build.not(build.quantifier('exists', of.range, of.variable, of.test))
    default:
      return null
  }
}
