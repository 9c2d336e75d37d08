import type { Below, CallerField } from './expression.ts'
import { itself } from './itself.ts'

/**
 * The field of a caller that is asked whether it is below one name; null where that is no caller's, or is asked of several names.
 */
export function callerBelow({ at, above }: Below): CallerField | null {
  const own = itself(at)
  if (own.kind !== 'Position' || !own.linked || above.type.kind !== 'int') return null
  const text = itself(own.text)
  return text.kind === 'CallerField' ? text : null
}
