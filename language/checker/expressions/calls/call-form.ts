import { NAMESPACES, type OverloadCandidate } from '../../../builtins/index.ts'
import type { Call } from '../../../syntax/ast.ts'
import type { ExpressionContext } from '../expression-context.ts'

/** Form of a call: `f(x)`, `x.f()` or `math.f(x)`. The form selects among the overloads of a name. */
export type CallForm =
  | { readonly kind: 'function' }
  | { readonly kind: 'method' }
  | { readonly kind: 'namespace'; readonly name: string }

export function formOf({ receiver }: Call, { variables }: ExpressionContext): CallForm {
  if (receiver === null) return { kind: 'function' }
  if (receiver.kind !== 'Identifier' || variables.has(receiver.name)) return { kind: 'method' }
  const isNamespace = (NAMESPACES as readonly string[]).includes(receiver.name)
  return isNamespace ? { kind: 'namespace', name: receiver.name } : { kind: 'method' }
}

export function hasForm({ signature }: OverloadCandidate, form: CallForm): boolean {
  if (form.kind === 'namespace') return signature.namespace === form.name
  return signature.namespace === null && (signature.receiver !== null) === (form.kind === 'method')
}
