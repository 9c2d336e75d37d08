/** What can be read, and when: roots, fields, indices, `has`, `is`. */
import { unknownCallerName } from '../../diagnostics/catalogue/names.ts'
import {
  callerMayBeAnonymous,
  callersDiffer,
  callersLack,
  hasNeedsField,
  headerName,
  impossibleCaller,
  indexNeedsMap,
  indexNotString,
  isNeedsCaller,
  noFields,
  notAValue,
  notYetName,
  paramTypesDiffer,
  roleReadsRequest,
  unguardedIndex,
  unguardedOptional,
  unknownField,
  unknownRoot,
} from '../../diagnostics/catalogue/types.ts'
import { report } from '../../diagnostics/report.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import type { Expression, Has, Identifier, Index, Is, Member, Name } from '../../syntax/ast.ts'
import type { Identity, Reference, Root } from '../model.ts'
import {
  BOOL,
  CALLER,
  type FieldShape,
  isString,
  type RecordShape,
  STRING,
  sameType,
  showType,
  type Type,
  UNKNOWN,
} from '../types/type.ts'
import { type Checked, type ExpressionContext, plain } from './expression-context.ts'
import { isReadableHeader } from './header-name.ts'
import { type CallerMember, type Known, presenceOf, withCallers, withPresent, withUnknownCallers } from './narrowing.ts'
import { stablePath } from './stable-path.ts'

const ROOTS: readonly Root[] = ['caller', 'params', 'request']
/** Of `language.md`, and not in this version. */
const PLANNED_ROOTS = new Set(['query', 'body', 'source', 'connection'])
const PLANNED_REQUEST_FIELDS = new Set(['time'])

const REQUEST: RecordShape = {
  kind: 'record',
  open: false,
  fields: new Map<string, FieldShape>([
    ['method', { type: STRING, optional: false, path: ['method'] }],
    ['host', { type: STRING, optional: false, path: ['host'] }],
    ['path', { type: STRING, optional: false, path: ['path'] }],
    ['headers', { type: { kind: 'map', value: STRING }, optional: false, path: ['headers'] }],
  ]),
}

/** A root where a value is wanted. It is a place to look into: as a value it would get past what is asked of each of its fields. */
export function checkIdentifier(expression: Identifier, context: ExpressionContext): Type {
  if (checkRoot(expression, context).kind !== 'unknown')
    context.diagnostics.push(report(notAValue, expression.span, { name: expression.name }))
  return UNKNOWN
}

/** What stands before a `.` or `is`: a root is nowhere else. */
function checkObject(expression: Expression, known: Known, context: ExpressionContext): Type {
  if (expression.kind !== 'Identifier') return context.check(expression, known, context).type
  const type = checkRoot(expression, context)
  context.types.set(expression, type)
  return type
}

function checkRoot(expression: Identifier, context: ExpressionContext): Type {
  const { name } = expression
  if (PLANNED_ROOTS.has(name)) {
    context.diagnostics.push(report(notYetName, expression.span, { name }))
    return UNKNOWN
  }
  const root = ROOTS.find((one) => one === name)
  if (root === undefined) {
    const found = context.scope.find(context.file, name)
    const isCaller =
      found?.kind === 'RoleDeclaration' ||
      found?.kind === 'IdentityDeclaration' ||
      name === 'anonymous' ||
      name === 'authenticated'
    context.diagnostics.push(report(unknownRoot, expression.span, { name, isCaller, suggestion: nearest(name, ROOTS) }))
    return UNKNOWN
  }
  if (context.place === 'role' && root !== 'caller') {
    context.diagnostics.push(report(roleReadsRequest, expression.span, { name }))
    return UNKNOWN
  }
  context.references.set(expression, { kind: 'root', root })
  if (root === 'caller') {
    context.reads.caller = true
    return CALLER
  }
  if (root === 'request') return REQUEST
  return context.params ?? UNKNOWN
}

type HeadersMember = Member & { readonly object: Identifier }

/** Whether an expression is `request.headers`, which is not a value but a place to look into. */
export function isHeaders(expression: Expression): expression is HeadersMember {
  return (
    expression.kind === 'Member' &&
    expression.field.text === 'headers' &&
    expression.object.kind === 'Identifier' &&
    expression.object.name === 'request'
  )
}

export function checkMember(expression: Member, known: Known, context: ExpressionContext): Type {
  if (isHeaders(expression)) {
    const type = checkObject(expression.object, known, context)
    if (type.kind !== 'unknown') context.diagnostics.push(report(notAValue, expression.span, { name: 'request.headers' }))
    return UNKNOWN
  }
  const field = checkField(expression, known, context)
  if (field === null) return UNKNOWN
  if (field.optional) {
    const path = stablePath(expression)
    const fact = path === null ? null : presenceOf(known, path)
    if (fact === null) {
      if (isFirst(`missing ${path ?? expression.span.start}`, context))
        context.diagnostics.push(
          report(unguardedOptional, expression.span, { path: path ?? expression.field.text, stable: path !== null }),
        )
    } else {
      context.used.add(fact)
    }
  }
  return field.type
}

/** Whether a complaint is new to this rule, so that many reads without the one guard are one mistake. */
function isFirst(complaint: string, { complaints }: ExpressionContext): boolean {
  if (complaints.has(complaint)) return false
  complaints.add(complaint)
  return true
}

/** The field that a member expression names, whether it may be read there or not. Null: reported. */
function checkField(expression: Member, known: Known, context: ExpressionContext): FieldShape | null {
  const type = checkObject(expression.object, known, context)
  switch (type.kind) {
    case 'unknown':
      return null
    case 'caller':
      return callerField(expression, known, context)
    case 'record':
      return recordField(type, expression, context)
    default:
      context.diagnostics.push(report(noFields, expression.field.span, { name: expression.field.text, type: showType(type) }))
      return null
  }
}

function recordField(type: RecordShape, expression: Member, context: ExpressionContext): FieldShape | null {
  const { text, span } = expression.field
  const field = type.fields.get(text)
  if (field !== undefined) {
    // Routes that give one parameter two types: `unknown` stands for that here, see `paramsOf`.
    if (field.type.kind === 'unknown' && type === context.params && isFirst(`types params.${text}`, context))
      context.diagnostics.push(report(paramTypesDiffer, span, { name: text }))
    return field
  }
  if (type === REQUEST && PLANNED_REQUEST_FIELDS.has(text)) {
    context.diagnostics.push(report(notYetName, span, { name: `request.${text}` }))
    return null
  }
  const owner = expression.object.kind === 'Identifier' ? expression.object.name : 'this record'
  const suggestion = nearest(text, [...type.fields.keys()])
  context.diagnostics.push(report(unknownField, span, { name: text, owner, suggestion, identity: null }))
  return null
}

function callerField(expression: Member, known: Known, context: ExpressionContext): FieldShape | null {
  const { text, span } = expression.field
  if (known.callers === null) return null
  const identities = [...known.callers].filter((member): member is Identity => member !== 'anonymous')
  const having = identities.filter((identity) => identity.fields.has(text))
  const onlyAnonymous = identities.length === 0 && known.callers.has('anonymous')
  if (having.length === 0 && !onlyAnonymous) {
    const names = identities.flatMap((identity) => [...identity.fields.keys()])
    const identity = identities.length === 1 ? (identities[0] as Identity).name : null
    context.diagnostics.push(
      report(unknownField, span, { name: text, owner: 'caller', suggestion: nearest(text, names), identity }),
    )
    return null
  }
  if (known.callers.has('anonymous')) {
    if (isFirst(`anonymous caller.${text}`, context))
      context.diagnostics.push(report(callerMayBeAnonymous, expression.span, { field: text, identity: having[0]?.name ?? null }))
    return null
  }
  const lacking = identities.filter((identity) => !identity.fields.has(text)).map((identity) => identity.name)
  if (lacking.length > 0) {
    if (isFirst(`lacking caller.${text}`, context))
      context.diagnostics.push(
        report(callersLack, expression.span, {
          field: text,
          lacking: lacking.join(' or '),
          identity: (having[0] as Identity).name,
        }),
      )
    return null
  }
  const shapes = having.map((identity) => identity.fields.get(text) as FieldShape)
  const [first] = shapes as [FieldShape]
  if (!shapes.every((shape) => sameType(shape.type, first.type))) {
    const each = having.map((identity) => `${identity.name}: ${showType((identity.fields.get(text) as FieldShape).type)}`)
    if (isFirst(`types caller.${text}`, context))
      context.diagnostics.push(
        report(callersDiffer, expression.span, {
          field: text,
          types: each.join(', '),
          identity: (having[0] as Identity).name,
        }),
      )
    return null
  }
  for (const fact of known.callerFacts) context.used.add(fact)
  return { ...first, optional: shapes.some((shape) => shape.optional) }
}

export function checkIndex(expression: Index, known: Known, context: ExpressionContext): Type {
  const headers = isHeaders(expression.object)
  const type = headers ? checkHeaders(expression.object, known, context) : context.check(expression.object, known, context).type
  const index = context.check(expression.index, known, context)
  if (type.kind === 'unknown') return UNKNOWN
  if (type.kind !== 'map') {
    context.diagnostics.push(report(indexNeedsMap, expression.span, { type: showType(type) }))
    return UNKNOWN
  }
  if (headers) {
    if (!checkHeaderName(expression.index, context)) return UNKNOWN
  } else if (!isString(index.type)) {
    if (index.type.kind !== 'unknown')
      context.diagnostics.push(report(indexNotString, expression.index.span, { type: showType(index.type) }))
    return UNKNOWN
  }
  const path = stablePath(expression)
  const fact = path === null ? null : presenceOf(known, path)
  if (fact === null) {
    const map = stablePath(expression.object)
    const key = stablePath(expression.index)
    if (isFirst(`missing ${path ?? expression.span.start}`, context))
      context.diagnostics.push(
        report(unguardedIndex, expression.span, { guard: map === null || key === null ? null : `${key} in ${map}` }),
      )
  } else {
    context.used.add(fact)
  }
  return type.value
}

/** Types `request.headers` where it may stand: before an index and after `in`. */
export function checkHeaders(expression: Member, known: Known, context: ExpressionContext): Type {
  const type = checkObject(expression.object, known, context)
  const headers = type.kind === 'unknown' ? UNKNOWN : (REQUEST.fields.get('headers') as FieldShape).type
  context.types.set(expression, headers)
  return headers
}

/** A header is named by a literal, in lower case, and is one that a condition may see. */
export function checkHeaderName(name: Expression, context: ExpressionContext): boolean {
  const text = name.kind === 'StringLiteral' ? name.value : null
  const problem = text === null ? 'it is not a literal' : isReadableHeader(text)
  if (problem === null) {
    context.reads.headers.add(text as string)
    return true
  }
  context.diagnostics.push(report(headerName, name.span, { why: problem, lower: text === null ? null : text.toLowerCase() }))
  return false
}

export function checkHas(expression: Has, known: Known, context: ExpressionContext): Checked {
  const { target } = expression
  if (target.kind !== 'Member' || isHeaders(target)) {
    context.check(target, known, { ...context, diagnostics: [] })
    context.diagnostics.push(report(hasNeedsField, target.span, {}))
    return plain(BOOL, known)
  }
  const field = checkField(target, known, context)
  context.types.set(target, field?.type ?? UNKNOWN)
  const path = stablePath(target)
  return { type: BOOL, whenTrue: field === null || path === null ? known : withPresent(known, path), whenFalse: known }
}

export function checkIs(expression: Is, known: Known, context: ExpressionContext): Checked {
  const type = checkObject(expression.operand, known, context)
  const reference = callerReference(expression.name, context)
  if (type.kind !== 'caller') {
    if (type.kind !== 'unknown') context.diagnostics.push(report(isNeedsCaller, expression.operand.span, {}))
    return plain(BOOL, known)
  }
  if (reference === null) return { type: BOOL, whenTrue: withUnknownCallers(known), whenFalse: withUnknownCallers(known) }
  context.references.set(expression, reference)
  if (known.callers === null) return plain(BOOL, known)
  if (reference.kind === 'role' && context.declared.lackingRoles.has(reference.role))
    return { type: BOOL, whenTrue: withUnknownCallers(known), whenFalse: known }
  const { could, must } = membersOf(reference)
  if (![...known.callers].some(could)) {
    const callers = [...known.callers].map((member) => (member === 'anonymous' ? member : member.name))
    context.diagnostics.push(
      report(impossibleCaller, expression.span, { name: expression.name.text, callers: callers.join(' or ') }),
    )
  }
  return { type: BOOL, whenTrue: withCallers(known, could), whenFalse: withCallers(known, (member) => !must(member)) }
}

function callerReference(name: Name, context: ExpressionContext): Reference | null {
  if (name.text === 'anonymous' || name.text === 'authenticated') return { kind: name.text }
  const { scope, file, declared } = context
  const found = scope.find(file, name.text)
  if (found?.kind === 'RoleDeclaration') {
    const role = declared.roles.get(found)
    return role === undefined ? null : { kind: 'role', role }
  }
  if (found?.kind === 'IdentityDeclaration') {
    const identity = declared.identities.get(found)
    return identity === undefined ? null : { kind: 'identity', identity }
  }
  if (scope.isBroken(file, name.text)) return null
  const words = ['anonymous', 'authenticated']
  const suggestion = scope.nearest(file, name.text, ['RoleDeclaration', 'IdentityDeclaration'], words)
  context.diagnostics.push(report(unknownCallerName, name.span, { name: name.text, suggestion, known: found !== null }))
  return null
}

/** Who may be meant by a name after `is`, and who certainly is. */
function membersOf(reference: Reference): { could(member: CallerMember): boolean; must(member: CallerMember): boolean } {
  switch (reference.kind) {
    case 'identity': {
      const test = (member: CallerMember) => member === reference.identity
      return { could: test, must: test }
    }
    case 'role': {
      const { identities, condition } = reference.role
      const could = (member: CallerMember) => member !== 'anonymous' && identities.includes(member)
      return { could, must: condition === null ? could : () => false }
    }
    case 'authenticated': {
      const test = (member: CallerMember) => member !== 'anonymous'
      return { could: test, must: test }
    }
    default: {
      const test = (member: CallerMember) => member === 'anonymous'
      return { could: test, must: test }
    }
  }
}
