import type { Type } from '../language/checker/types/type.ts'
import type { Expression } from '../language/syntax/ast.ts'
import { type Code, indent, joinCode, js, literal } from './codegen/code.ts'
import { emitResult } from './codegen/expressions/emit-expression.ts'
import { FunctionScope } from './codegen/function-scope.ts'
import { ModuleScope } from './codegen/module-scope.ts'
import { variable } from './ir/build.ts'
import type { Expr, VariableName } from './ir/index.ts'
import { lowerExpression } from './ir/lowering/lower-expression.ts'
import type { Lowering } from './ir/lowering/lowering.ts'
import { verifyExpression } from './ir/verifier/verify-expression.ts'
import { passes as allPasses, type Pass } from './passes/index.ts'

type Tables = Pick<Lowering['model'], 'typeOf' | 'referenceOf' | 'guardsOf'>

/**
 * Compiles a checked expression (`checkStandalone`) to the body of a JavaScript function with the parameter `abi` (`helpers`).
 * That function returns another one, from the values of free variables (`spec/language/abi.md`) to the expression's value, or
 * `undefined` after an error. Used by test suites of expressions, such as CEL's.
 */
export function compileExpression(
  expression: Expression,
  tables: Tables,
  variables: ReadonlyMap<string, Type>,
  passes: readonly Pass[] = allPasses,
): string {
  const free = new Map<string, Expr>()
  const types = new Map<VariableName, Type>()
  for (const [name, type] of variables) {
    const known: VariableName = `${name}@${free.size}`
    free.set(name, variable(known, type, 'request'))
    types.set(known, type)
  }
  const model: Lowering['model'] = {
    typeOf: (part) => tables.typeOf(part),
    referenceOf: (part) => tables.referenceOf(part),
    guardsOf: (part) => tables.guardsOf(part),
    identities: [],
  }
  const lowered = lowerExpression(expression, { model, route: null, caller: 'anonymous', variables: free, depth: free.size })
  const optimized = passes.reduce((before, { rewrite }) => rewrite?.(before) ?? before, lowered)
  const problems = [lowered, optimized].flatMap((one) =>
    verifyExpression(one, { policy: NO_POLICY, params: [], variables: types }),
  )
  if (problems.length > 0) throw new Error(`the IR is broken:\n${problems.join('\n')}`)
  return emitBody(optimized, free)
}

const NO_POLICY = { callerFields: [], roleWords: 0, identities: [], data: [] }

function emitBody(expression: Expr, free: ReadonlyMap<string, Expr>): string {
  const module = new ModuleScope()
  const scope = new FunctionScope(module)
  const locals: Code[] = []
  const emit = [...free].reduceRight(
    (inner: () => Code, [name, one]) =>
      () => {
        if (one.kind !== 'Variable') return inner()
        const local = scope.name(name)
        locals.push(js`const ${local} = variables[${literal(name)}]`)
        return scope.bind(one.variable, local, inner)
      },
    () => emitResult(expression, scope).code,
  )
  const result = emit()
  const body = indent(joinCode([...locals, ...scope.head(), js`return ${result}`], '\n'))
  const parts = [js`'use strict'`, ...module.constants, ...module.functions, js`return (variables) => {\n${body}\n}`]
  return `${joinCode(parts, '\n')}\n`
}
