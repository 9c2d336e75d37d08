import { BUILTINS, type BuiltinName } from '../../language/builtins/index.ts'
import * as build from './build.ts'
import type { Expr } from './expression.ts'

/** Every built-in by name: one without a line here does not compile. The receiver is the first operand. */
const LOWER: Readonly<Record<BuiltinName, (first: Expr, second: Expr) => Expr>> = {
  size: (operand) => build.size(operand),
  startsWith: (text, part) => build.textTest('startsWith', text, part),
  endsWith: (text, part) => build.textTest('endsWith', text, part),
  contains: (text, part) => build.textTest('contains', text, part),
  lowerAscii: (text) => build.changeCase('lowerAscii', text),
  upperAscii: (text) => build.changeCase('upperAscii', text),
}

export function lowerCall(name: string, operands: readonly Expr[]): Expr {
  if (!Object.hasOwn(BUILTINS, name)) throw new Error(`no built-in \`${name}\``)
  const [first, second] = operands as readonly [Expr, Expr]
  return LOWER[name as BuiltinName](first, second)
}
