/** Checks names: variables, roots, data, and names of other things. */
import { defNotCalled } from '../../../diagnostics/catalogue/calls.ts'
import { notAValue, unknownRoot } from '../../../diagnostics/catalogue/reads.ts'
import type { Fix } from '../../../diagnostics/diagnostic.ts'
import { inputCalled } from '../../../diagnostics/other-words.ts'
import { renameTo, report } from '../../../diagnostics/report.ts'
import { nearest } from '../../../diagnostics/suggest.ts'
import type { Binary, Expression, Identifier } from '../../../syntax/ast.ts'
import { type Type, UNKNOWN } from '../../types/type.ts'
import type { ExpressionContext } from '../expression-context.ts'
import type { FlowFacts } from '../flow/narrowing.ts'
import { replaceBy } from '../quick-fixes.ts'
import { checkRoot, ROOTS } from './roots.ts'

/**
 * Checks a name that must be a value. Rejects hierarchies, and roots such as `caller`: as a value, a root would bypass the checks
 * of its fields.
 */
export function checkIdentifier(expression: Identifier, context: ExpressionContext): Type {
  const type = resolveName(expression, context)
  return isPlace(expression, type, context) ? refuse(expression, type, context) : type
}

/** Checks the receiver of a call: a value or a hierarchy. */
export function checkReceiver(expression: Identifier, context: ExpressionContext): Type {
  const resolved = resolveName(expression, context)
  const isValue = resolved.kind === 'hierarchy' || !isPlace(expression, resolved, context)
  const type = isValue ? resolved : refuse(expression, resolved, context)
  context.types.set(expression, type)
  return type
}

function isPlace(expression: Identifier, { kind }: Type, { references }: ExpressionContext): boolean {
  return kind === 'caller' || kind === 'hierarchy' || (kind === 'record' && references.get(expression)?.kind === 'root')
}

function refuse({ name, span }: Identifier, { kind }: Type, { diagnostics }: ExpressionContext): Type {
  diagnostics.push(report(notAValue, span, { name: kind === 'hierarchy' ? kind : name, written: name }))
  return UNKNOWN
}

/** Checks the object of `.`, `[` or `is`: the only place in which a root, such as `caller`, or a hierarchy is allowed. */
export function checkObject(expression: Expression, known: FlowFacts, context: ExpressionContext): Type {
  if (expression.kind !== 'Identifier') return context.check(expression, known, context).type
  const type = resolveName(expression, context)
  context.types.set(expression, type)
  return type
}

function resolveName(expression: Identifier, context: ExpressionContext): Type {
  const { name } = expression
  context.watch?.name(expression, context.variables)
  const variable = context.variables.get(name)
  if (variable !== undefined) {
    context.references.set(expression, { kind: 'variable', name })
    return variable.type
  }
  if (context.place === 'standalone') return unknownName(expression, context)
  const root = ROOTS.find((one) => one === name)
  if (root !== undefined) return checkRoot(root, expression, context)
  const found = context.scope.find(context.file, name)
  if (found?.kind === 'DataDeclaration') {
    const datum = context.declared.data.get(found)
    if (datum === undefined) return UNKNOWN
    context.references.set(expression, { kind: 'data', datum })
    context.reads.data.add(datum)
    return datum.type
  }
  if (found?.kind === 'DefDeclaration') {
    const related = [{ message: 'declared here', span: found.name.span }]
    context.diagnostics.push(report(defNotCalled, expression.span, { name, parameters: found.params.length }, related))
    return UNKNOWN
  }
  if (context.scope.isBroken(context.file, name)) return UNKNOWN
  return unknownName(expression, context)
}

/**
 * Returns whether an expression compares the caller with an identity or a role, as in `caller == support`. Reports that as one
 * mistake, not one for each side.
 */
export function comparesCaller({ operator, left, right, span }: Binary, context: ExpressionContext): boolean {
  const { scope, file, variables, place, diagnostics } = context
  if (operator !== '==' && operator !== '!=' && operator !== 'in') return false
  if (place === 'standalone' || left.kind !== 'Identifier' || right.kind !== 'Identifier') return false
  if (left.name !== 'caller' || variables.has('caller') || variables.has(right.name)) return false
  const { name } = right
  const found = scope.find(file, name)
  if (found?.kind !== 'RoleDeclaration' && found?.kind !== 'IdentityDeclaration') return false
  const instead = operator === '!=' ? `!(caller is ${name})` : `caller is ${name}`
  diagnostics.push(
    report(
      unknownRoot,
      right.span,
      { name, isCaller: true, suggestion: null, hint: null, elsewhere: null },
      [],
      replaceBy(instead, span),
    ),
  )
  return true
}

/** Returns the claim of that name, or the nearest name that a condition reads. */
function nearestValue(
  name: string,
  known: readonly string[],
  { scope, file, place, declared }: ExpressionContext,
): string | null {
  if (place === 'standalone') return nearest(name, known)
  const isClaim = [...declared.identities.values()].some(({ fields }) => fields.has(name))
  return isClaim ? `caller.${name}` : scope.nearest(file, name, ['DataDeclaration'], known)
}

function unknownName(expression: Identifier, context: ExpressionContext): Type {
  const { name, span } = expression
  const { scope, file, variables, place } = context
  const found = place === 'standalone' ? null : scope.find(file, name)
  const isCaller =
    found?.kind === 'RoleDeclaration' || found?.kind === 'IdentityDeclaration' || name === 'anonymous' || name === 'authenticated'
  const known = [...variables.keys(), ...(place === 'standalone' ? [] : ROOTS)]
  const hint = inputCalled(name, /^\s*\.\s*\w+\s*\(/.test(span.source.text.slice(span.end)))
  const suggestion = hint === null ? nearestValue(name, known, context) : null
  const other = place === 'standalone' ? null : scope.elsewhere(file, name, ['DataDeclaration', 'DefDeclaration'])
  const named = other?.fixes ?? renameTo(suggestion, span)
  const fixes: readonly Fix[] = isCaller ? replaceBy(`caller is ${name}`, span) : named
  const words = { name, isCaller, suggestion, hint, elsewhere: other?.path ?? null }
  context.diagnostics.push(report(unknownRoot, span, words, [], fixes))
  return UNKNOWN
}
