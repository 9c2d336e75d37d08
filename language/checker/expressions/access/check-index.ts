/** Checks `m[k]`, `m[?k]`, `l[?i]`, and indexing of headers. */
import {
  behindOptional,
  indexNeedsMap,
  indexNotInt,
  indexNotString,
  unguardedIndex,
} from '../../../diagnostics/catalogue/reads.ts'
import { report } from '../../../diagnostics/report.ts'
import type { Expression, Index, OptionalIndex } from '../../../syntax/ast.ts'
import { isString, showType, type Type, UNKNOWN } from '../../types/type.ts'
import type { ExpressionContext } from '../expression-context.ts'
import { type FlowFacts, presenceOf } from '../flow/narrowing.ts'
import { stableKey } from '../flow/stable-key.ts'
import { guardBy, NO_GUARD } from '../guard-by.ts'
import { markOptional } from '../quick-fixes.ts'
import { showExpression } from '../show-expression.ts'
import { isFirst, isWrittenKey } from './check-field.ts'
import { checkHeaderName, checkHeaders, isHeaders } from './check-headers.ts'
import { checkObject } from './check-name.ts'

/** Checks `m[k]`: the entry must be guarded, or `m` is a literal that has every possible `k`. */
export function checkIndex(expression: Index, known: FlowFacts, context: ExpressionContext): Type {
  const type = collectionOf(expression, known, context)
  if (isAnyIndex(expression, context)) {
    const any = showExpression(expression.object)
    context.diagnostics.push(report(indexNeedsMap, expression.span, { type: showType(type), instead: null, any }))
    return UNKNOWN
  }
  const index = checkKey(expression, known, context)
  switch (type.kind) {
    case 'unknown':
      return UNKNOWN
    case 'map':
      if (!isKey(expression, index, context)) return UNKNOWN
      if (index.kind !== 'literals' || !isWrittenKey(expression.object, index.values)) checkPresent(expression, known, context)
      return type.value
    case 'optional': {
      const instead = `[?${showExpression(expression.index)}]`
      const fixes = markOptional(expression.object, '[')
      context.diagnostics.push(report(behindOptional, expression.span, { type: showType(type), instead }, [], fixes))
      return UNKNOWN
    }
    default: {
      const fixes = type.kind === 'list' ? markOptional(expression.object, '[') : []
      const instead = type.kind === 'list' ? `[?${showExpression(expression.index)}]` : null
      context.diagnostics.push(report(indexNeedsMap, expression.span, { type: showType(type), instead, any: null }, [], fixes))
      return UNKNOWN
    }
  }
}

/** Checks `m[?k]` and `l[?i]`, whose type is an optional. */
export function checkOptionalIndex(expression: OptionalIndex, known: FlowFacts, context: ExpressionContext): Type {
  const type = collectionOf(expression, known, context)
  const index = checkKey(expression, known, context)
  const within = type.kind === 'optional' ? type.value : type
  switch (within.kind) {
    case 'unknown':
      return UNKNOWN
    case 'map':
      return isKey(expression, index, context) ? optionalOf(within.value) : UNKNOWN
    case 'list':
      if (index.kind === 'int') return optionalOf(within.element)
      if (index.kind !== 'unknown')
        context.diagnostics.push(report(indexNotInt, expression.index.span, { type: showType(index) }))
      return UNKNOWN
    default:
      context.diagnostics.push(report(indexNeedsMap, expression.span, { type: showType(type), instead: null, any: null }))
      return UNKNOWN
  }
}

/** `caller.groups[_] == "admins"`, as in Rego. */
function isAnyIndex({ index }: Index, { variables }: ExpressionContext): boolean {
  return index.kind === 'Identifier' && index.name === '_' && !variables.has('_')
}

/** The name of a header is a literal, so nothing is said about names in what stands there without quotes. */
function checkKey({ object, index }: Index | OptionalIndex, known: FlowFacts, context: ExpressionContext): Type {
  return isHeaders(object, context) && index.kind !== 'StringLiteral' ? UNKNOWN : context.check(index, known, context).type
}

function optionalOf(value: Type): Type {
  return value.kind === 'unknown' ? UNKNOWN : { kind: 'optional', value }
}

function collectionOf({ object }: Index | OptionalIndex, known: FlowFacts, context: ExpressionContext): Type {
  if (isHeaders(object, context)) return checkHeaders(object, known, context)
  const type = checkObject(object, known, context)
  // A root has fields, not entries; a hierarchy only supports `within`.
  return type
}

/** Whether a map can have entries under such a key; if not, reports it. */
function isKey({ object, index }: Index | OptionalIndex, type: Type, context: ExpressionContext): boolean {
  if (isHeaders(object, context)) return checkHeaderName(index, context)
  if (isString(type)) return true
  if (type.kind !== 'unknown') context.diagnostics.push(report(indexNotString, index.span, { type: showType(type) }))
  return false
}

function checkPresent(expression: Index, known: FlowFacts, context: ExpressionContext): void {
  const key = stableKey(expression, context)
  const fact = key === null ? null : presenceOf(known, key)
  if (fact !== null) {
    context.used.add(fact)
    return
  }
  if (!isFirst(`missing ${key ?? expression.span.start}`, context)) return
  const { guard, fixes } = key === null ? NO_GUARD : guardBy(guardOf(expression), context)
  context.diagnostics.push(report(unguardedIndex, expression.span, { guard }, [], fixes))
}

function guardOf({ object, index }: { readonly object: Expression; readonly index: Expression }): string {
  return `${showExpression(index)} in ${showExpression(object)}`
}
