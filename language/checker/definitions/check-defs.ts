import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { DefDeclaration } from '../../syntax/ast.ts'
import { type CheckContext, contextIn, knowingAnybody } from '../check-context.ts'
import type { CheckedDef } from '../declared.ts'
import { checkDef } from '../expressions/check-def.ts'
import type { Def } from '../model.ts'
import type { Scope } from '../scope.ts'
import type { TypeResolver } from '../types/resolve-type.ts'
import { refuseHierarchy } from './hierarchy.ts'

/** Returns a def with its signature, before its body is checked. */
export function declareDef(declaration: DefDeclaration, scope: Scope, resolver: TypeResolver, diagnostics: Diagnostic[]): Def {
  const file = scope.fileOf(declaration)
  const typeOf = (node: DefDeclaration['result']) => refuseHierarchy(resolver.typeOf(node, file), node.span, diagnostics)
  const { name, params, result, body, doc } = declaration
  const typed = params.map((param) => ({ name: param.name.text, type: typeOf(param.type) }))
  return { name: name.text, params: typed, result: typeOf(result), body, doc }
}

/** Checks a def after its dependencies. Any caller may call a def, so the check starts with no facts about the caller. */
export function checkDefinition(declaration: DefDeclaration, def: Def, world: CheckContext): CheckedDef {
  const context = contextIn(world, world.scope.fileOf(declaration), 'def')
  return checkDef(declaration, def, knowingAnybody(world), context)
}
