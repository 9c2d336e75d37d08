import type { BuiltinName } from '../../language/index.ts'
import { codePoints, type Value } from './value.ts'

/** The built-in functions; `x.f(y)` is `f(x, y)`. Their types are checked and none can fail. */
export const builtins: Readonly<Record<BuiltinName, (receiver: Value, argument: Value) => Value>> = {
  startsWith: (text, start) => (text as string).startsWith(start as string),
  endsWith: (text, end) => (text as string).endsWith(end as string),
  contains: (text, part) => (text as string).includes(part as string),
  lowerAscii: (text) => (text as string).replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  upperAscii: (text) => (text as string).replace(/[a-z]/g, (letter) => letter.toUpperCase()),
  size: (value) => {
    if (typeof value === 'string') return codePoints(value).length
    return Array.isArray(value) ? value.length : (value as ReadonlyMap<string, Value>).size
  },
}
