/** The effects of a policy change: for each route and kind of caller, over all requests. */

import { partsOf } from '../../compiler/testing/invariants/part-of-model.ts'
import type { Model, Route } from '../../language/checker/model.ts'
import { finish, type Steps } from '../../language/steps.ts'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import { type AnalysisControl, UNLIMITED } from '../budget.ts'
import { KnownClasses } from '../symbolic/domain/known-classes.ts'
import { Lowered } from '../symbolic/lowered.ts'
import { addressOf } from './addresses.ts'
import type { Ask } from './answers.ts'
import { comparePermissions, type Judged } from './compare-permissions.ts'
import type { Missing } from './compare-sides.ts'
import { type ChangedDeclarations, changedDeclarations } from './declarations.ts'
import type { Side } from './decode-refusals.ts'
import { pairRoutes, type RoutePair } from './pair-routes.ts'

/** A difference between two policies in the decisions for one route and one kind of caller. */
export interface Change extends Judged {
  /** Qualified name of the route, `service.route`, in the newer policy; in the older one if the route was removed. */
  readonly route: string
  /** Qualified name of the route in the older policy; null if the route is new. */
  readonly was: string | null
  /** Name of the identity; null for an anonymous caller. */
  readonly identity: string | null
}

export interface Difference {
  /** Changes sorted by route, then by identity, anonymous callers first. */
  readonly changes: readonly Change[]
  /** The number of compared pairs of a route and a kind of caller, whether or not they differ. */
  readonly compared: number
  readonly declarations: ChangedDeclarations
}

/** A checked policy and its interpreter. */
export interface Version {
  readonly model: Model
  interpret(model: Model, request: EvalRequest): EvalAnswer
}

/**
 * Returns the differences between two versions of a policy. Deterministic, unless the time of `control` is up: then each pair
 * that is not compared, and is not the same by its rules, is `unknown`.
 */
export function difference(before: Version, after: Version, control: AnalysisControl = UNLIMITED): Difference {
  return finish(differenceInSteps(before, after, control))
}

/** As `difference`. The first step prepares the policies; each further one compares one pair of a route and a kind of caller. */
export function* differenceInSteps(before: Version, after: Version, control: AnalysisControl): Steps<Difference> {
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
  const total = groups.size * (identities.length + 1)
  yield
  for (const [route, pairs] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1)))
    for (const identity of [null, ...identities]) {
      control.progress(compared++, total)
      const ways = pairs.map((pair) => ({
        pair,
        before: sideOf(old, pair.before, identity),
        after: sideOf(young, pair.after, identity),
        // Answers by the part for one route take no longer if there are a thousand routes.
        draft: { before: draftOf(old, pair.before), after: draftOf(young, pair.after) },
      }))
      const found = comparePermissions(ways, asks, known, control)
      if (found !== null) changes.push({ route, was: was.get(route) ?? (gone.has(route) ? route : null), identity, ...found })
      yield
    }
  control.progress(total, total)
  return { changes, compared, declarations: changedDeclarations(before.model, after.model, paired) }
}

/** Returns the route whose address changed: the younger one if it is in both. */
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
  readonly partOf: (route: Route) => Model
  readonly askOf: (model: Model) => Ask
}

function readerOf({ model, interpret }: Version): Reader {
  const lowered = new Lowered(model)
  return {
    model,
    lowered,
    partOf: partsOf(model),
    askOf: (part) => (request) => interpret(part, withData(request, part)),
  }
}

/** Drops data that the policy does not declare. */
function withData(request: EvalRequest, { data }: Model): EvalRequest {
  const declared = new Set(data.map(({ name }) => name))
  return { ...request, data: Object.fromEntries(Object.entries(request.data ?? {}).filter(([name]) => declared.has(name))) }
}

function sideOf({ model, lowered, partOf }: Reader, route: Route | null, name: string | null): Side | Missing {
  if (route === null) return 'no-route'
  const at = model.identities.findIndex((one) => one.name === name)
  const known = model.identities[at]
  if (name !== null && known === undefined) return 'no-identity'
  const own = lowered.identities[at]
  return {
    model: partOf(route),
    route,
    ir: lowered.route(route),
    origins: lowered.origins,
    identity: known === undefined || own === undefined ? null : { model: known, ir: own },
  }
}

function draftOf({ model, partOf, askOf }: Reader, route: Route | null): Ask {
  return askOf(route === null ? model : partOf(route))
}
