/** AST of a checked condition → IR, for one route and one kind of caller. */
import type { Identity, Model, Reference, Role, Route } from '../../language/semantics/model.ts'
import { BOOL, DOUBLE, INT, STRING } from '../../language/semantics/types/type.ts'
import type { Binary, Chain, Expression, Has, Index, Is, Member } from '../../language/syntax/ast.ts'
import * as build from './build.ts'
import type { Expr } from './expression.ts'
import { lowerCall } from './lower-call.ts'

export interface Lowering {
  readonly model: Model
  /** Whose parameters are read; null in a role's condition, which reads none. */
  readonly route: Route | null
  /** Who calls, as far as the program that is made is special to that. */
  readonly caller: 'anonymous' | 'authenticated' | Identity
}

/** Roles in a word: as many as make a small integer. */
export const ROLES_PER_WORD = 31

export function lowerExpression(expression: Expression, lowering: Lowering): Expr {
  const lower = (child: Expression): Expr => lowerExpression(child, lowering)
  switch (expression.kind) {
    case 'BoolLiteral':
      return build.constant(expression.value, BOOL)
    case 'IntLiteral':
      return build.constant(expression.value, INT)
    case 'DoubleLiteral':
      return build.constant(expression.value, DOUBLE)
    case 'StringLiteral':
      return build.constant(expression.value, STRING)
    case 'ListLiteral':
      return build.collect(expression.elements.map(lower), lowering.model.typeOf(expression))
    case 'Member':
      return lowerMember(expression, lowering)
    case 'Index':
      return lowerIndex(expression, lowering)
    case 'Call': {
      const operands = expression.receiver === null ? expression.arguments : [expression.receiver, ...expression.arguments]
      return lowerCall(expression.name.text, operands.map(lower))
    }
    case 'Has':
      return lowerHas(expression, lowering)
    case 'Is':
      return lowerIs(expression, lowering)
    case 'Not':
      return build.not(lower(expression.operand))
    case 'Negate':
      return build.negate(lower(expression.operand))
    case 'Chain':
      return lowerChain(expression, lowering)
    case 'Binary':
      return lowerBinary(expression, lowering)
    case 'Conditional': {
      const { test, then, otherwise } = expression
      return build.conditional(lower(test), lower(then), lower(otherwise), lowering.model.typeOf(expression))
    }
    case 'Identifier':
      throw new Error(`\`${expression.name}\` is no value by itself; the checker lets it pass only before a field`)
  }
}

/** `caller`, `params`, `request`, or null where an expression is none of them. */
function rootOf(expression: Expression, model: Model): string | null {
  if (expression.kind !== 'Identifier') return null
  const reference = model.referenceOf(expression)
  return reference.kind === 'root' ? reference.root : null
}

function lowerMember(expression: Member, lowering: Lowering): Expr {
  const { model, route } = lowering
  const name = expression.field.text
  const type = model.typeOf(expression)
  switch (rootOf(expression.object, model)) {
    case 'caller':
      return build.callerField(name, type)
    case 'params': {
      const index = paramIndex(name, route)
      return index < 0 ? build.absent(type) : build.param(index, name, type)
    }
    case 'request':
      if (name === 'method' || name === 'host' || name === 'path') return build.requestField(name)
      throw new Error(`request.${name} is no field`)
    default:
      return build.field(lowerExpression(expression.object, lowering), name, type)
  }
}

function paramIndex(name: string, route: Route | null): number {
  return route?.params.findIndex((param) => param.name === name) ?? -1
}

function isHeaders(expression: Expression, model: Model): boolean {
  return expression.kind === 'Member' && expression.field.text === 'headers' && rootOf(expression.object, model) === 'request'
}

function headerName(expression: Expression): string {
  if (expression.kind !== 'StringLiteral') throw new Error('a header is named by a literal')
  return expression.value
}

function lowerIndex(expression: Index, lowering: Lowering): Expr {
  const { object, index } = expression
  if (isHeaders(object, lowering.model)) return build.header(headerName(index))
  return build.mapRead(lowerExpression(object, lowering), lowerExpression(index, lowering), lowering.model.typeOf(expression))
}

function lowerHas({ target }: Has, lowering: Lowering): Expr {
  if (target.kind !== 'Member') throw new Error('has() is of a field')
  switch (rootOf(target.object, lowering.model)) {
    case 'params':
      return paramIndex(target.field.text, lowering.route) < 0 ? build.FALSE : build.TRUE
    case 'request':
      return build.TRUE
    default:
      return build.present(lowerMember(target, lowering))
  }
}

function lowerIs(expression: Is, { model, caller }: Lowering): Expr {
  return callerTest(model.referenceOf(expression), model, caller)
}

/** Whether the caller is one; constant where the kind of caller says it. */
function callerTest(reference: Reference, model: Model, caller: Lowering['caller']): Expr {
  switch (reference.kind) {
    case 'anonymous':
      return caller === 'anonymous' ? build.TRUE : build.FALSE
    case 'authenticated':
      return caller === 'anonymous' ? build.FALSE : build.TRUE
    case 'identity':
      return identityTest(reference.identity, model, caller)
    case 'role':
      return roleTest(reference.role, caller)
    case 'root':
      throw new Error(`\`is ${reference.root}\``)
  }
}

export function identityTest(identity: Identity, model: Model, caller: Lowering['caller']): Expr {
  if (caller === 'anonymous') return build.FALSE
  if (caller === 'authenticated')
    return model.identities.length === 1 ? build.TRUE : build.identityTest(identity.index, identity.name)
  return caller.index === identity.index ? build.TRUE : build.FALSE
}

function roleTest(role: Role, caller: Lowering['caller']): Expr {
  if (caller === 'anonymous') return build.FALSE
  if (caller !== 'authenticated' && !role.identities.some(({ index }) => index === caller.index)) return build.FALSE
  const { word, bit } = roleBit(role)
  return build.roleTest(word, 1 << bit)
}

export function roleBit(role: Role): { readonly word: number; readonly bit: number } {
  return { word: Math.floor(role.index / ROLES_PER_WORD), bit: role.index % ROLES_PER_WORD }
}

function lowerChain(expression: Chain, lowering: Lowering): Expr {
  return build.chain(expression.operator, lowerOperands(expression.operands, lowering, 0))
}

/** The operands of a chain with their guards; `offset` is how many operands the chain has before them. */
export function lowerOperands(operands: readonly Expression[], lowering: Lowering, offset: number) {
  const positions = new Map(operands.map((operand, at) => [operand, at + offset]))
  return operands.map((operand, at) => ({
    expression: lowerExpression(operand, lowering),
    guards: lowering.model.guardsOf(operand).map((guard) => {
      const position = positions.get(guard)
      if (position === undefined || position >= at + offset) throw new Error('a guard comes before what it guards')
      return position
    }),
  }))
}

function lowerBinary(expression: Binary, lowering: Lowering): Expr {
  const { operator } = expression
  if (operator === 'in' && isHeaders(expression.right, lowering.model)) return build.headerTest(headerName(expression.left))
  const left = lowerExpression(expression.left, lowering)
  const right = lowerExpression(expression.right, lowering)
  switch (operator) {
    case 'in':
      return build.within(left, right)
    case '==':
      return build.equal(left, right)
    case '!=':
      return build.not(build.equal(left, right))
    case '<':
    case '<=':
    case '>':
    case '>=':
      return build.compare(operator, left, right)
    case '+':
    case '-': {
      const type = lowering.model.typeOf(expression)
      return type.kind === 'int' || type.kind === 'double'
        ? build.arithmetic(operator, left, right)
        : build.concat(left, right, type)
    }
  }
}
