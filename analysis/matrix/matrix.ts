/** The access matrix: for each route, and callers of each identity and with each role, over all requests. */

import type { DecisionStep, IdentityIr } from '../../compiler/ir/index.ts'
import type { Identity, Model, Principal, Route, Rule } from '../../language/checker/model.ts'
import { finish, type Steps } from '../../language/steps.ts'
import { type AnalysisControl, UNLIMITED } from '../budget.ts'
import type { Version } from '../diff/difference.ts'
import { KnownClasses } from '../symbolic/domain/known-classes.ts'
import { Lowered } from '../symbolic/lowered.ts'
import { type Cell, judgeCells, type MatrixColumn } from './judge-cells.ts'
import type { RuleOnRoute } from './residuals.ts'
import { type CellScope, shower } from './show-both-ways.ts'

export interface Matrix {
  readonly columns: readonly MatrixColumn[]
  /** Rows sorted by route. */
  readonly rows: readonly MatrixRow[]
}

export interface MatrixRow {
  readonly route: Route
  /** Names of the data that the rules of the route read. Until all of them have arrived, the route permits nothing. */
  readonly data: readonly string[]
  /** Cells in the order of the columns. */
  readonly cells: readonly Cell[]
}

/**
 * Computes the access matrix of a policy. Equal policies give equal results.
 *
 * @param control receives the number of finished routes as progress
 */
export function matrix(version: Version, control: AnalysisControl = UNLIMITED): Matrix {
  return finish(matrixInSteps(version, control))
}

/**
 * As `matrix`. The first step prepares the policy; each further one is about a route, one kind of caller, and at most one column.
 *
 * @param routes the rows; all routes if absent
 */
export function* matrixInSteps(
  version: Version,
  control: AnalysisControl,
  routes: readonly Route[] = version.model.routes,
): Steps<Matrix> {
  const { model } = version
  const columns = columnsOf(model)
  const lowered = new Lowered(model)
  const rules = enforcedOn(model)
  const show = shower(version)
  const known = new KnownClasses()
  const rows: MatrixRow[] = []
  yield
  for (const route of routes) {
    const program = lowered.route(route)
    const cells: Cell[] = []
    for (const [index, identity] of [null, ...model.identities].entries()) {
      const { trace } = identity === null ? program.anonymous : program.authenticated
      const steps = new Map(trace.map((step) => [step.rule, step]))
      const concerned = (rules.get(route) ?? []).filter(({ to }) => to.some((principal) => mayBe(principal, identity)))
      // Without a permit, forbids need no analysis, which may be expensive.
      const isPermitted = concerned.some(({ effect }) => effect === 'permit')
      const place: CellScope = {
        route,
        program,
        rules: isPermitted ? concerned.map((rule): RuleOnRoute => ({ rule, step: steps.get(rule.name) as DecisionStep })) : [],
        identity: identity && { model: identity, ir: lowered.identities[index - 1] as IdentityIr },
      }
      const own = columns.filter((column) => column.identity === (identity?.name ?? null))
      cells.push(...(yield* judgeCells(place, own, { model, lowered, known, control }, show)))
      yield
    }
    rows.push({ route, data: program.data, cells })
    control.progress(rows.length, routes.length)
  }
  return { columns, rows }
}

/** Whether some callers of an identity match. */
function mayBe(principal: Principal, identity: Identity | null): boolean {
  switch (principal.kind) {
    case 'anyone':
      return true
    case 'anonymous':
    case 'authenticated':
      return (principal.kind === 'anonymous') === (identity === null)
    case 'identity':
      return principal.identity === identity
    case 'role':
      return identity !== null && principal.role.identities.includes(identity)
  }
}

function enforcedOn({ rules }: Model): ReadonlyMap<Route, readonly Rule[]> {
  const found = new Map<Route, Rule[]>()
  for (const rule of rules)
    for (const route of rule.shadow ? [] : rule.routes) {
      const own = found.get(route) ?? []
      own.push(rule)
      found.set(route, own)
    }
  return found
}

/**
 * Returns the columns of the matrix: anonymous callers first, then for each identity all of its callers, and its roles by name.
 */
export function columnsOf({ identities, roles }: Model): readonly MatrixColumn[] {
  const named = identities.flatMap((identity): MatrixColumn[] => {
    const own = roles.filter((role) => role.identities.includes(identity)).map(({ name }) => name)
    return [null, ...own.sort()].map((role) => ({ identity: identity.name, role }))
  })
  return [{ identity: null, role: null }, ...named]
}
