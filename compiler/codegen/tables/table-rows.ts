/** Programs that are a sequence of rules, of which the first that holds decides, as rows. */
import type { Outcome } from '../../../runtime/abi/index.ts'
import { isHeaderValue } from '../../../runtime/abi/index.ts'
import { chain } from '../../ir/build.ts'
import {
  type Chain,
  type DecisionStep,
  type Expr,
  type Operand,
  type Program,
  type RoleTest,
  type RouteIr,
  withoutOperands,
} from '../../ir/index.ts'
import type { OnError } from '../expressions/emitter.ts'
import { outcomes } from '../routes/outcomes.ts'
import { type AbstractTest, abstractTest } from './abstract-test.ts'

export interface RouteRows {
  readonly anonymous: ProgramRows
  readonly authenticated: ProgramRows
}

export interface ProgramRows {
  readonly rows: readonly TableRow[]
  /** The outcome of the decision if no row applies. */
  readonly otherwise: Outcome
}

/** A row of a decision table. The first row whose tests are all true determines the outcome. */
export interface TableRow {
  /** Test whether the caller has one of some roles, or (`has` is false) none of them; null if there is none. */
  readonly role: { readonly test: RoleTest; readonly has: boolean } | null
  /** Test that depends on the caller alone and never fails; null if there is none. */
  readonly caller: RowTest | null
  /** Test that depends on the request, and perhaps on the caller; null if there is none. */
  readonly request: RowTest | null
  readonly outcome: Outcome
}

export interface RowTest extends AbstractTest {
  /** The result of the test if it errs: `false` for a permit, `true` for a forbid. */
  readonly onError: OnError
}

/** The maximum number of rows of a program that test the request: one bit each, in a number of 31. */
const MOST_ASKING = 31

/**
 * Converts a route's rules to rows of a decision table. Returns null if several rules can contribute to one decision, or if a row
 * has too many constants.
 */
export function tableRows({ anonymous, authenticated }: RouteIr): RouteRows | null {
  const nobody = programRows(anonymous, 'anonymous')
  const others = nobody && programRows(authenticated, 'authenticated')
  return others && nobody && { anonymous: nobody, authenticated: others }
}

function programRows({ decide, signIn }: Program, asker: keyof RouteRows): ProgramRows | null {
  const rows: TableRow[] = []
  for (const step of decide) {
    // A caller who could sign in is asked to if no row holds.
    if (step.stage === 3 && signIn) continue
    const row = isPlain(step, asker) ? rowOf(step, outcomeOf(step, asker, signIn)) : null
    if (row === null) return null
    rows.push(row)
  }
  if (rows.filter(({ request }) => request !== null).length > MOST_ASKING) return null
  const otherwise = asker === 'anonymous' && signIn ? outcomes.unauthenticated(null) : outcomes.byDefault
  return { rows: cheapestFirst(rows), otherwise }
}

/** Whether the rule decides by its test alone. */
function isPlain({ requires, limit, headers }: DecisionStep, asker: keyof RouteRows): boolean {
  if (asker === 'authenticated' && requires.length > 0) return false
  return !limit?.by?.fails && headers.every(({ value }) => value.kind === 'Const' && isHeaderValue(String(value.value)))
}

function outcomeOf(step: DecisionStep, asker: keyof RouteRows, signIn: boolean): Outcome {
  if (step.effect === 'forbid')
    return asker === 'anonymous' && step.stage === 1 && signIn ? outcomes.unauthenticated(step.rule) : outcomes.deny(step)
  return step.stage === 3 ? outcomes.unauthenticated(null) : outcomes.permit(step)
}

function rowOf({ test, effect }: DecisionStep, outcome: Outcome): TableRow | null {
  const { role, caller, request } = parted(test)
  const onError = effect === 'forbid' ? 'true' : 'false'
  const abstract = (part: Expr | null): RowTest | null | undefined => {
    if (part === null) return null
    const found = abstractTest(part)
    return found === null ? undefined : { ...found, onError }
  }
  const [ofCaller, ofRequest] = [abstract(caller), abstract(request)]
  return ofCaller === undefined || ofRequest === undefined ? null : { role, caller: ofCaller, request: ofRequest, outcome }
}

/**
 * Splits a test into an `&&` of one about roles, one about the caller and one about the request. A caller test that cannot fail
 * and has no guards may move to the front: if it is false, the whole is false; if true, it guards nothing any more.
 */
function parted(test: Expr): { role: TableRow['role']; caller: Expr | null; request: Expr | null } {
  const operands = flattened(test)
  const isOfCaller: boolean[] = []
  for (const { expression, guards } of operands) {
    const { fails, binding } = expression
    isOfCaller.push(!fails && (binding === 'caller' || binding === 'constant') && guards.every((guard) => isOfCaller[guard]))
  }
  const role = operands.findIndex(({ expression, guards }) => guards.length === 0 && roleOf(expression) !== null)
  const part = (keeps: (at: number) => boolean): Expr | null => {
    const kept = withoutOperands(operands, (_, at) => !keeps(at))
    const whole = chain('&&', kept)
    return whole.kind === 'Const' && whole.value === true ? null : whole
  }
  return {
    role: role < 0 ? null : roleOf((operands[role] as Operand).expression),
    caller: part((at) => at !== role && (isOfCaller[at] as boolean)),
    request: part((at) => !(isOfCaller[at] as boolean)),
  }
}

/** Flattens nested `&&`. What a removed operand guarded is guarded by all of its parts. */
function flattened(test: Expr): readonly Operand[] {
  if (!isAnd(test)) return [{ expression: test, guards: [] }]
  const flat: Operand[] = []
  /** The new positions of each old operand. */
  const now: (readonly number[])[] = []
  for (const { expression, guards: before } of test.operands) {
    const guards = before.flatMap((guard) => now[guard] ?? [])
    const first = flat.length
    for (const inner of flattened(expression))
      flat.push({ ...inner, guards: [...new Set([...guards, ...inner.guards.map((guard) => guard + first)])] })
    now.push(Array.from({ length: flat.length - first }, (_, at) => first + at))
  }
  return flat
}

function isAnd(expression: Expr): expression is Chain {
  return expression.kind === 'Chain' && expression.operator === '&&'
}

function roleOf(expression: Expr): TableRow['role'] {
  if (expression.kind === 'RoleTest') return { test: expression, has: true }
  return expression.kind === 'Not' && expression.operand.kind === 'RoleTest' ? { test: expression.operand, has: false } : null
}

/**
 * Sorts neighbors of one effect so that those that test only the caller come first: if one holds, the rest is skipped. Forbids
 * keep their order, which determines the reason.
 */
function cheapestFirst(rows: readonly TableRow[]): readonly TableRow[] {
  const permits = rows.filter(({ outcome }) => outcome.effect === 'permit')
  const asking = permits.filter(({ request }) => request !== null)
  const ordered = [...permits.filter(({ request }) => request === null), ...asking]
  return rows.map((row) => (row.outcome.effect === 'permit' ? (ordered.shift() as TableRow) : row))
}
