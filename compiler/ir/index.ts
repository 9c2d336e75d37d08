export { FEW_CONSTANTS, LONG_TEXT } from './build.ts'
export type * from './expression.ts'
export { type ReadNode, Reads } from './find-reads.ts'
export { has, KIND } from './kinds.ts'
export { lower, lowerIdentities, routeLowering } from './lowering/lower.ts'
export type { Origins } from './lowering/lowering.ts'
export { LoweringMemo } from './lowering/lowering-memo.ts'
export type {
  ClauseIr,
  DatumIr,
  DecisionStep,
  HeaderIr,
  IdentityIr,
  LimitIr,
  LinkIr,
  PolicyIr,
  Program,
  RequirementIr,
  RoleIr,
  RouteIr,
} from './policy.ts'
export { print, printProgram } from './print.ts'
export { printExpression } from './print-expression.ts'
export { sameProgram } from './same-program.ts'
export { verify } from './verifier/verify.ts'
export { callerBelow, children, freeVariables, isFlat, mapAll, mapChildren, scopeOf, unwrapShared } from './visit.ts'
export { withoutOperands } from './without-operands.ts'
