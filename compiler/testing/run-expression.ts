import { helpers } from '../../runtime/abi/index.ts'

/** What the text that `compileExpression` makes says of these values; `undefined` where it errs. For tests: it makes code of a text. */
export function runExpression(code: string, variables: Readonly<Record<string, unknown>> = {}): unknown {
  return (new Function('abi', code)(helpers) as (variables: Readonly<Record<string, unknown>>) => unknown)(variables)
}
