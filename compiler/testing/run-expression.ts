import { helpers } from '../../runtime/abi/index.ts'

/** Test helper: runs the result of `compileExpression`; `undefined` after an error. It evaluates text as code. */
export function runExpression(code: string, variables: Readonly<Record<string, unknown>> = {}): unknown {
  return (new Function('abi', code)(helpers) as (variables: Readonly<Record<string, unknown>>) => unknown)(variables)
}
