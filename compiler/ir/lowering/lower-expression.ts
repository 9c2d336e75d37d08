/** The AST of a checked condition → IR, for one route and one kind of caller. */
import type { Identity, Model, Reference, Role } from '../../../language/checker/model.ts'
import { BOOL, DOUBLE, INT, STRING } from '../../../language/checker/types/type.ts'
import type { Binary, Chain, Expression, Is, MapLiteral, Requirement } from '../../../language/syntax/ast.ts'
import * as build from '../build.ts'
import type { Expr } from '../expression.ts'
import {
  headerName,
  isHeaders,
  lowerHas,
  lowerIdentifier,
  lowerIndex,
  lowerMember,
  lowerOptionalIndex,
  lowerOptionalMember,
} from './lower-access.ts'
import { lowerCall } from './lower-call.ts'
import { lowerComprehension } from './lower-comprehension.ts'
import type { Lowering } from './lowering.ts'

export type { Lowering, Origins } from './lowering.ts'

/** The number of role bits in one word. With 31 bits, a word stays a small integer in V8. */
export const ROLES_PER_WORD = 31

export function lowerExpression(expression: Expression, lowering: Lowering): Expr {
  const lowered = lowerAny(expression, lowering)
  // An expression that lowers to its part belongs to the part.
  if (lowering.origins !== undefined && !lowering.origins.has(lowered)) lowering.origins.set(lowered, expression)
  return lowered
}

function lowerAny(expression: Expression, lowering: Lowering): Expr {
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
    case 'MapLiteral':
      return lowerMapLiteral(expression, lowering)
    case 'Identifier':
      return lowerIdentifier(expression, lowering)
    case 'Member':
      return lowerMember(expression, lowering, lowerExpression)
    case 'OptionalMember':
      return lowerOptionalMember(expression, lowering, lowerExpression)
    case 'Index':
      return lowerIndex(expression, lowering, lowerExpression)
    case 'OptionalIndex':
      return lowerOptionalIndex(expression, lowering, lowerExpression)
    case 'Has':
      return lowerHas(expression, lowering, lowerExpression)
    case 'Call':
      return lowerCall(expression, lowering, lowerExpression)
    case 'Comprehension':
      return lowerComprehension(expression, lowering, lowerExpression)
    case 'Is':
      return lowerIs(expression, lowering)
    case 'Requirement':
      return lowerRequirement(expression, lowering)
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
  }
}

function lowerMapLiteral(expression: MapLiteral, lowering: Lowering): Expr {
  const entries = expression.entries.map(({ key, value }) => {
    if (key.kind !== 'StringLiteral') throw new Error('a key of a map literal is a literal')
    return { key: key.value, value: lowerExpression(value, lowering) }
  })
  return build.collectMap(entries, lowering.model.typeOf(expression))
}

/** Anonymous callers meet no requirement. */
function lowerRequirement({ what, values, within }: Requirement, { caller }: Lowering): Expr {
  if (caller === 'anonymous') return build.FALSE
  return build.requirementTest(
    what,
    values.map(({ value }) => value),
    within?.milliseconds ?? null,
  )
}

function lowerIs(expression: Is, { model, caller }: Lowering): Expr {
  return callerTest(model.referenceOf(expression), model, caller)
}

/** Returns whether the caller matches; a constant if the kind of caller implies it. */
function callerTest(reference: Reference, model: Pick<Model, 'identities'>, caller: Lowering['caller']): Expr {
  switch (reference.kind) {
    case 'anonymous':
      return caller === 'anonymous' ? build.TRUE : build.FALSE
    case 'authenticated':
      return caller === 'anonymous' ? build.FALSE : build.TRUE
    case 'identity':
      return identityTest(reference.identity, model, caller)
    case 'role':
      return roleTest(reference.role, caller)
    default:
      throw new Error(`\`is\` of a ${reference.kind}`)
  }
}

export function identityTest(identity: Identity, model: Pick<Model, 'identities'>, caller: Lowering['caller']): Expr {
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

/**
 * Translates the operands of a chain to IR, with the indices of their guards.
 *
 * @param offset the number of operands that precede them in the resulting chain
 */
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
  if (operator === 'in' && isHeaders(expression.right, lowering)) return build.headerTest(headerName(expression.left))
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
    default: {
      const type = lowering.model.typeOf(expression)
      const isText = type.kind === 'string' || type.kind === 'literals' || type.kind === 'list'
      return isText ? build.concat(left, right, type) : build.arithmetic(operator, left, right, type)
    }
  }
}
