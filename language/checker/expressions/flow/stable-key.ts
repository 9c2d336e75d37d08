import type { OverloadId } from '../../../builtins/index.ts'
import type { Call, Expression, Member, OptionalMember } from '../../../syntax/ast.ts'
import { callFails, operandsOf } from '../bounds/can-fail.ts'
import { type ExpressionContext, variableId } from '../expression-context.ts'

type Names = Pick<ExpressionContext, 'references' | 'variables'>

/**
 * Returns a key that is equal for expressions that always have equal values within a decision: paths from roots, data and
 * variables, constants, and built-ins on these that cannot err. Null for others and for unchecked expressions. A guard covers a
 * read if their keys are equal.
 */
export function stableKey(expression: Expression, names: Names): string | null {
  switch (expression.kind) {
    case 'StringLiteral':
      return JSON.stringify(expression.value)
    case 'IntLiteral':
    case 'DoubleLiteral':
    case 'BoolLiteral':
      return `${expression.kind} ${String(expression.value)}`
    case 'Identifier':
      return nameKey(expression, names)
    case 'Member':
    case 'OptionalMember': {
      const object = stableKey(expression.object, names)
      return object === null ? null : `${object}[${expression.kind === 'Member' ? '' : '?'}${fieldKey(expression)}]`
    }
    case 'Index':
    case 'OptionalIndex': {
      const object = stableKey(expression.object, names)
      const index = stableKey(expression.index, names)
      return object === null || index === null ? null : `${object}[${expression.kind === 'Index' ? '' : '?'}${index}]`
    }
    case 'Call':
      return callKey(expression, names)
    default:
      return null
  }
}

/** The key of an empty text, list or map. Constants of different types are never compared. */
export const EMPTY = 'empty'

/** Returns a key that is equal for equal constants of one type: a text, a number, an empty list or map. Null for others. */
export function constantKey(expression: Expression): string | null {
  switch (expression.kind) {
    case 'StringLiteral':
      return expression.value === '' ? EMPTY : JSON.stringify(expression.value)
    case 'IntLiteral':
    case 'DoubleLiteral':
      return String(expression.value)
    case 'ListLiteral':
      return expression.elements.length === 0 ? EMPTY : null
    case 'MapLiteral':
      return expression.entries.length === 0 ? EMPTY : null
    default:
      return null
  }
}

/** Returns that of which a call returns the size; null if it is no such call. */
export function sizedBy(expression: Expression, { references }: Pick<Names, 'references'>): Expression | null {
  const reference = expression.kind === 'Call' ? references.get(expression) : undefined
  if (expression.kind !== 'Call' || expression.name.text !== 'size' || reference?.kind !== 'builtin') return null
  return operandsOf(expression, reference.id)[0] ?? null
}

/** A field in the form of a map's index. Records have no index, so the two cannot be confused. */
function fieldKey({ field }: Member | OptionalMember): string {
  return `"${field.text}"`
}

function nameKey(expression: Expression, { references, variables }: Names): string | null {
  const reference = references.get(expression)
  switch (reference?.kind) {
    case 'root':
      return reference.root
    case 'data':
      return `data ${reference.datum.name}`
    case 'variable': {
      const variable = variables.get(reference.name)
      return variable === undefined ? null : `${reference.name}#${variableId(variable)}`
    }
    default:
      return null
  }
}

function callKey(call: Call, names: Names): string | null {
  const reference = names.references.get(call)
  if (reference?.kind !== 'builtin' || callFails(call, reference.id)) return null
  const operands = operandsOf(call, reference.id).map((operand) => stableKey(operand, names))
  return operands.includes(null) ? null : `${reference.id satisfies OverloadId}(${operands.join(', ')})`
}

/**
 * Returns keys (`stableKey`) of the values that are present if an optional access has a value: for `x.?f[?k]`, the keys of `x.f`
 * and `x.f[k]`.
 */
export function presentKeys(access: Expression, names: Names): readonly string[] {
  const inner = access.kind === 'OptionalMember' || access.kind === 'OptionalIndex' ? presentKeys(access.object, names) : []
  const key = plainKey(access, names)
  return key === null || (access.kind !== 'OptionalMember' && access.kind !== 'OptionalIndex') ? inner : [...inner, key]
}

/** Returns the key of an access without its question marks. */
function plainKey(access: Expression, names: Names): string | null {
  if (access.kind === 'OptionalMember') {
    const object = plainKey(access.object, names)
    return object === null ? null : `${object}[${fieldKey(access)}]`
  }
  if (access.kind === 'OptionalIndex') {
    const object = plainKey(access.object, names)
    const index = stableKey(access.index, names)
    return object === null || index === null ? null : `${object}[${index}]`
  }
  return stableKey(access, names)
}
