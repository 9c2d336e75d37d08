/** Checks field access (`.f`, `.?f`) on records, on the caller and on maps. */
import {
  behindOptional,
  callerMayBeAnonymous,
  callersDiffer,
  callersLack,
  noFields,
  paramTypesDiffer,
  unguardedOptional,
  unknownField,
} from '../../../diagnostics/catalogue/reads.ts'
import { renameTo, report } from '../../../diagnostics/report.ts'
import { nearest } from '../../../diagnostics/suggest.ts'
import type { Expression, Member, OptionalMember } from '../../../syntax/ast.ts'
import type { Identity } from '../../model.ts'
import { type FieldShape, type RecordShape, sameType, showType, type Type, UNKNOWN } from '../../types/type.ts'
import type { ExpressionContext } from '../expression-context.ts'
import { type FlowFacts, presenceOf } from '../flow/narrowing.ts'
import { stableKey } from '../flow/stable-key.ts'
import { guardBy, NO_GUARD } from '../guard-by.ts'
import { markOptional } from '../quick-fixes.ts'
import { showExpression } from '../show-expression.ts'
import { checkObject } from './check-name.ts'

/** Checks `x.f`: the field must always be present, or be guarded by `has(x.f)`. */
export function checkMember(expression: Member, known: FlowFacts, context: ExpressionContext): Type {
  const field = checkField(expression, known, context)
  if (field === null) return UNKNOWN
  if (field.optional && !isWrittenKey(expression.object, [expression.field.text])) checkPresent(expression, known, context)
  return field.type
}

/** Checks `x.?f`, whose type is an optional even if the field is always present. */
export function checkOptionalMember(expression: OptionalMember, known: FlowFacts, context: ExpressionContext): Type {
  const field = checkField(expression, known, context)
  return field === null || field.type.kind === 'unknown' ? UNKNOWN : { kind: 'optional', value: field.type }
}

function checkPresent(expression: Member, known: FlowFacts, context: ExpressionContext): void {
  const key = stableKey(expression, context)
  const fact = key === null ? null : presenceOf(known, key)
  if (fact !== null) {
    context.used.add(fact)
    return
  }
  if (!isFirst(`missing ${key ?? expression.span.start}`, context)) return
  const path = showExpression(expression)
  const { guard, fixes } = key === null ? NO_GUARD : guardBy(`has(${path})`, context)
  context.diagnostics.push(report(unguardedOptional, expression.span, { path, guard }, [], fixes))
}

/** Returns whether the object is a map literal that has an entry for each of the possible keys. */
export function isWrittenKey(map: Expression, keys: readonly string[]): boolean {
  if (map.kind !== 'MapLiteral') return false
  return keys.every((text) => map.entries.some(({ key }) => key.kind === 'StringLiteral' && key.value === text))
}

/**
 * Returns whether a mistake was not reported in this rule before, and records it as reported. Many reads that lack the same guard
 * are one mistake.
 *
 * @param complaint key that is equal for equal mistakes
 */
export function isFirst(complaint: string, { complaints }: ExpressionContext): boolean {
  if (complaints.has(complaint)) return false
  complaints.add(complaint)
  return true
}

/** Returns the field that `x.f` or `x.?f` names, even if it is optional and unguarded; null if a mistake was reported. */
export function checkField(expression: Member | OptionalMember, known: FlowFacts, context: ExpressionContext): FieldShape | null {
  const type = checkObject(expression.object, known, context)
  context.watch?.member(expression, known.callers)
  switch (type.kind) {
    case 'unknown':
      return null
    case 'caller':
      return callerField(expression, known, context)
    case 'record':
      return recordField(type, expression, context)
    case 'map':
      return entryField(type.value, expression)
    case 'optional':
      if (expression.kind === 'OptionalMember' && type.value.kind === 'record')
        return recordField(type.value, expression, context)
      if (expression.kind === 'OptionalMember' && type.value.kind === 'map') return entryField(type.value.value, expression)
      break
  }
  const { text, span } = expression.field
  if (type.kind === 'optional' && (type.value.kind === 'record' || type.value.kind === 'map')) {
    const fixes = markOptional(expression.object, '.')
    context.diagnostics.push(report(behindOptional, span, { type: showType(type), instead: `.?${text}` }, [], fixes))
  } else context.diagnostics.push(report(noFields, span, { name: text, type: showType(type) }))
  return null
}

/** A map's entry as a field: `m.f` is `m["f"]`. */
function entryField(type: Type, { field }: Member | OptionalMember): FieldShape | null {
  return type.kind === 'unknown' ? null : { type, optional: true, path: [field.text] }
}

function recordField(
  type: RecordShape,
  { object, field: name }: Member | OptionalMember,
  context: ExpressionContext,
): FieldShape | null {
  const { text, span } = name
  const field = type.fields.get(text)
  const owner = object.kind === 'Identifier' ? object.name : 'this record'
  if (field === undefined) {
    const suggestion = nearest(text, type.fields.keys())
    const words = { name: text, owner, suggestion, identity: null }
    context.diagnostics.push(report(unknownField, span, words, [], renameTo(suggestion, span)))
    return null
  }
  const reference = context.references.get(object)
  if (reference?.kind === 'root' && (owner === 'params' || owner === 'query' || owner === 'body')) {
    const shape = context.roots[owner]
    if (shape !== null && typeof shape === 'object' && shape.differing.has(text)) {
      if (isFirst(`types ${owner}.${text}`, context))
        context.diagnostics.push(report(paramTypesDiffer, span, { name: `${owner}.${text}` }))
      return null
    }
  }
  return field
}

function callerField(
  { kind, field, object }: Member | OptionalMember,
  known: FlowFacts,
  context: ExpressionContext,
): FieldShape | null {
  const { text, span } = field
  if (known.callers === null) return null
  const identities = [...known.callers].filter((member): member is Identity => member !== 'anonymous')
  const having = identities.filter((identity) => identity.fields.has(text))
  const whole = { ...object.span, end: span.end }
  const [first] = having
  if (first === undefined && (identities.length > 0 || !known.callers.has('anonymous'))) {
    unknownClaim(identities, field, context)
    return null
  }
  if (known.callers.has('anonymous') && (kind === 'Member' || first === undefined)) {
    if (isFirst(`anonymous caller.${text}`, context)) {
      const who = having.length > 1 && having.length === identities.length ? 'authenticated' : (first?.name ?? null)
      const { guard, fixes } = guardBy(`caller is ${who}`, context)
      const words = { field: text, identity: who, guard, inRule: context.place === 'rule' }
      context.diagnostics.push(report(callerMayBeAnonymous, whole, words, [], who === null ? [] : fixes))
    }
    return null
  }
  if (first === undefined) return null
  const lacking = identities.filter((identity) => !identity.fields.has(text)).map((identity) => identity.name)
  if (lacking.length > 0 && kind === 'Member') {
    if (isFirst(`lacking caller.${text}`, context)) {
      const { guard, fixes } = guardBy(`caller is ${first.name}`, context)
      const words = { field: text, lacking: lacking.join(' or '), guard }
      context.diagnostics.push(report(callersLack, whole, words, declaredAt(first), fixes))
    }
    return null
  }
  const shapes = having.map((identity) => identity.fields.get(text) as FieldShape)
  const shape = shapes[0] as FieldShape
  if (!shapes.every(({ type }) => sameType(type, shape.type))) {
    const each = having.map((identity, at) => `${identity.name}: ${showType((shapes[at] as FieldShape).type)}`)
    if (isFirst(`types caller.${text}`, context)) {
      const { guard, fixes } = guardBy(`caller is ${first.name}`, context)
      context.diagnostics.push(report(callersDiffer, whole, { field: text, types: each.join(', '), guard }, [], fixes))
    }
    return null
  }
  for (const fact of known.callerFacts) context.used.add(fact)
  return { ...shape, optional: shapes.some(({ optional }) => optional) }
}

function unknownClaim(identities: readonly Identity[], { text, span }: Member['field'], context: ExpressionContext): void {
  const suggestion = nearest(
    text,
    identities.flatMap((identity) => [...identity.fields.keys()]),
  )
  const [only] = identities.length === 1 ? identities : []
  const words = { name: text, owner: 'caller', suggestion, identity: only?.name ?? null }
  const related = only === undefined ? [] : declaredAt(only)
  context.diagnostics.push(report(unknownField, span, words, related, renameTo(suggestion, span)))
}

function declaredAt({ name, declaration }: Identity) {
  return [{ message: `\`${name}\` is declared here`, span: declaration.name.span }]
}
