/** What a change of a policy changes, for whom: on each route, for each kind of caller, over all requests. */

import type { RouteIr } from '../../compiler/ir/index.ts'
import { partsOf } from '../../compiler/testing/invariants/part-of-model.ts'
import type { Model, Route } from '../../language/checker/model.ts'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import { KnownClasses } from '../symbolic/domain/known-classes.ts'
import { Lowered } from '../symbolic/lowered.ts'
import { addressOf } from './addresses.ts'
import type { Ask } from './answers.ts'
import { comparePermissions, type Judged } from './compare-permissions.ts'
import type { Missing } from './compare-sides.ts'
import { type ChangedDeclarations, changedDeclarations } from './declarations.ts'
import type { Side } from './decode-refusals.ts'
import { pairRoutes, type RoutePair } from './pair-routes.ts'

/** What is not equivalent. */
export interface Change extends Judged {
  /** `service.route`, as the younger policy has it; of one that is gone, as the older did. */
  readonly route: string
  /** What the older policy calls it; null: it had none there. */
  readonly was: string | null
  /** Null: nobody is known. */
  readonly identity: string | null
}

export interface Difference {
  /** By route, then by identity; nobody known comes first. */
  readonly changes: readonly Change[]
  /** How many pairs of a route and a kind of caller there are, changed ones among them. */
  readonly compared: number
  readonly declarations: ChangedDeclarations
}

/** A checked policy, and who interprets it, whole or in part. */
export interface Version {
  readonly model: Model
  interpret(model: Model, request: EvalRequest): EvalAnswer
}

/** The same two policies give the same difference. */
export function difference(before: Version, after: Version): Difference {
  const paired = pairRoutes(before.model, after.model)
  const [old, young] = [readerOf(before), readerOf(after)]
  const asks = { before: old.askOf(old.model), after: young.askOf(young.model) }
  const identities = [...new Set([...before.model.identities, ...after.model.identities].map(({ name }) => name))].sort()
  const groups = new Map<string, RoutePair[]>()
  for (const pair of paired.pairs) {
    const name = nameOf(pair, paired.matched)
    groups.set(name, [...(groups.get(name) ?? []), pair])
  }
  const was = new Map(paired.matched.map((pair) => [pair.after.name, pair.before.name]))
  const gone = new Set(paired.removed.map(({ name }) => name))
  const changes: Change[] = []
  const known = new KnownClasses()
  let compared = 0
  for (const [route, pairs] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1)))
    for (const identity of [null, ...identities]) {
      compared++
      const ways = pairs.map((pair) => ({
        pair,
        before: sideOf(old, pair.before, identity),
        after: sideOf(young, pair.after, identity),
        // Of what a policy says of one route, an answer takes no longer where it has a thousand.
        draft: { before: draftOf(old, pair.before), after: draftOf(young, pair.after) },
      }))
      const found = comparePermissions(ways, asks, known)
      if (found !== null) changes.push({ route, was: was.get(route) ?? (gone.has(route) ? route : null), identity, ...found })
    }
  return { changes, compared, declarations: changedDeclarations(before.model, after.model, paired) }
}

/** That of the route whose address changed: the younger one, if it is one of both. */
function nameOf({ before, after, unchanged }: RoutePair, matched: readonly Matched[]): string {
  if (after === null || (before !== null && !unchanged && !isMoved(after, matched))) return (before as Route).name
  return after.name
}

type Matched = { readonly before: Route; readonly after: Route }

function isMoved(after: Route, matched: readonly Matched[]): boolean {
  const pair = matched.find((one) => one.after === after)
  return pair === undefined || addressOf(pair.before) !== addressOf(pair.after)
}

interface Reader {
  readonly model: Model
  readonly lowered: Lowered
  readonly routes: ReadonlyMap<Route, RouteIr>
  readonly partOf: (route: Route) => Model
  readonly askOf: (model: Model) => Ask
}

function readerOf({ model, interpret }: Version): Reader {
  const lowered = new Lowered(model)
  const routes = new Map(model.routes.map((route, at) => [route, lowered.ir.routes[at] as RouteIr]))
  return {
    model,
    lowered,
    routes,
    partOf: partsOf(model),
    askOf: (part) => (request) => interpret(part, withData(request, part)),
  }
}

/** What a policy does not declare, nobody brings to it. */
function withData(request: EvalRequest, { data }: Model): EvalRequest {
  const declared = new Set(data.map(({ name }) => name))
  return { ...request, data: Object.fromEntries(Object.entries(request.data ?? {}).filter(([name]) => declared.has(name))) }
}

function sideOf({ model, lowered, routes, partOf }: Reader, route: Route | null, name: string | null): Side | Missing {
  if (route === null) return 'no-route'
  const at = model.identities.findIndex((one) => one.name === name)
  const known = model.identities[at]
  if (name !== null && known === undefined) return 'no-identity'
  const own = lowered.ir.identities[at]
  return {
    model: partOf(route),
    route,
    ir: routes.get(route) as RouteIr,
    origins: lowered.origins,
    identity: known === undefined || own === undefined ? null : { model: known, ir: own },
  }
}

function draftOf({ model, partOf, askOf }: Reader, route: Route | null): Ask {
  return askOf(route === null ? model : partOf(route))
}
