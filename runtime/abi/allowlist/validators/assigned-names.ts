/** That a function assigns only to names that it declares. */
import type { FunctionDeclaration, Node } from 'acorn'
import { foreign, shown } from '../violation.ts'

/** Parameters of every function of ajv, as `PARAMETERS` has them. */
const PARAMETERS = ['data', 'instancePath', 'parentData', 'parentDataProperty', 'rootData', 'dynamicAnchors']

/**
 * Throws `Foreign` if a function assigns to a name that no scope around the assignment declares. Strict code throws then, which is
 * not relied on: under V8's precise coverage, Node 20 and 24 make a global of the name all the same.
 */
export function checkAssignedNames({ body }: FunctionDeclaration): void {
  visit(body, [new Set([...PARAMETERS, ...declaredIn(body, 'var')])])
}

function visit(node: Node, scopes: readonly ReadonlySet<string>[]): void {
  const { type } = node
  const isScope = type === 'BlockStatement' || type === 'ForStatement' || type === 'ForOfStatement'
  const around = isScope ? [...scopes, declaredIn(node, 'let')] : scopes
  if (type === 'AssignmentExpression' || type === 'UpdateExpression') {
    const { left, argument } = node as Node & { readonly left?: Node; readonly argument?: Node }
    const { type: kind, name = '' } = (left ?? argument) as Node & { readonly name?: string }
    if (kind === 'Identifier' && !around.some((scope) => scope.has(name)))
      foreign('assignment', node, `${shown(name)} is declared nowhere`)
  }
  for (const child of childrenOf(node)) visit(child, around)
}

/** Returns the names that a scope declares: by `var`, in all that is inside; else directly in it. */
function declaredIn(node: Node, kind: 'var' | 'let'): ReadonlySet<string> {
  const names = new Set<string>()
  for (const child of childrenOf(node)) {
    if (child.type === 'VariableDeclaration') {
      const { kind: declared, declarations } = child as Node & { kind: string; declarations: readonly { id: { name: string } }[] }
      if ((declared === 'var') === (kind === 'var')) for (const { id } of declarations) names.add(id.name)
    } else if (kind === 'var') for (const name of declaredIn(child, kind)) names.add(name)
  }
  return names
}

function childrenOf(node: Node): readonly Node[] {
  return Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value]).filter(isNode))
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}
