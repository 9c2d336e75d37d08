/** Decision IR → `policy.js`: a function body with the parameter `abi` that returns a `PolicyModule`. */
import { ABI_VERSION, type Outcome, type SegmentProgram } from '../../runtime/abi/index.ts'
import type { DatumIr, DecisionStep, Expr, IdentityIr, PolicyIr, Program, RouteIr } from '../ir/index.ts'
import { placeName } from '../places.ts'
import { Assembly, Lines, Piece } from './assembly.ts'
import { type Code, comment, indent, joinCode, js, literal, mark } from './code.ts'
import { emitConverter } from './decode/emit-conversion.ts'
import { emitFacts } from './decode/emit-facts.ts'
import { emitCallerLinks, emitLinks } from './decode/emit-links.ts'
import { emitQuery } from './decode/emit-query.ts'
import { emitArray, emitBool, emitObject } from './emit-object.ts'
import type { Places } from './mappings.ts'
import type { ModuleScope } from './module-scope.ts'
import type { StepsUp } from './routes/emit-decide.ts'
import { emitRoute, whoStepsUp } from './routes/emit-route.ts'
import { emitTables, type KnownRows, planTables, TABLES_WHERE_THEY_PAY, type TablesWanted } from './tables/emit-tables.ts'
import { SharedUnits, Unit } from './unit.ts'

interface RouteUnit {
  readonly stepsUp: StepsUp
  readonly isTabled: boolean
  readonly unit: Unit
  /** The rule constants and functions that this route is the first to need. */
  readonly pieces: { readonly rules: Piece; readonly functions: Piece }
}

/** Cache of the emitted code of routes, which is reused as long as a route stays the same object. */
export class RouteUnits {
  readonly units = new WeakMap<RouteIr, RouteUnit>()
  readonly rows: KnownRows = new WeakMap()
  readonly outcomes: KnownOutcomes = new WeakMap()
  readonly shared = new SharedUnits()
}

export interface EmitOptions {
  /**
   * Cache from an earlier run, whose code of unchanged routes is reused. If absent, all code is emitted anew and nothing is kept.
   */
  readonly units?: RouteUnits
  readonly tables?: readonly TablesWanted[]
  /** The source locations of rules and declarations. If absent, no source map is made. */
  readonly places?: Places
}

export interface Emitted {
  readonly code: string
  /** The source map's mappings (ECMA-426); empty if no source map is wanted. */
  readonly mappings: string
}

export function emit(policy: PolicyIr, { units, tables: wanted = TABLES_WHERE_THEY_PAY, places }: EmitOptions = {}): Emitted {
  const known = units ?? new RouteUnits()
  const tables = planTables(policy, known.rows, wanted)
  const module = new Assembly(places ?? null, new Map([...tables.places].map(([{ name }, place]) => [name, place])))
  // The three outcomes without a rule always have the indices 0, 1 and 2.
  for (const reason of ['no-route', 'default', 'data']) module.outcome({ effect: 'deny', rule: null, reason })
  emitCallerLinks(policy, module)
  const identities = policy.identities.map((identity, index) => emitIdentity(identity, index, policy, module))
  const data = policy.data.map((datum) => emitDatum(datum, module))
  const links = policy.data.flatMap((datum) => emitLinks(datum, module))
  const ancestors = policy.callerLinks?.filter((link) => link.ancestors).length ?? 0
  const stepsUp = whoStepsUp(policy.identities)
  const own = module.blocks.length
  const unitOf = (route: RouteIr) => {
    const isTabled = tables.places.has(route)
    return units === undefined ? createUnit(route, stepsUp, isTabled, known.shared) : knownUnit(route, stepsUp, isTabled, units)
  }
  const routes = policy.routes.map((route) => linkRoute(unitOf(route), module))
  const ofRoutes = module.blocks.length
  const tabled = tables.places.size === 0 ? null : emitTables(tables, module)
  const each = emitArray(policy.identities.map((identity) => emitBool(identity.stepsUp)))
  const lines = new Lines()
  const add = (code: Code, breaks = 1) => lines.add(module.block(code), breaks)
  add(js`'use strict'`, 2)
  for (const constant of module.constants) add(constant)
  add(comment('whether a caller of an identity can be challenged'))
  add(js`const steps$up = ${each}`, 2)
  const isMapped = places !== undefined
  const withRules = routes.filter(({ rules }) => rules.length > 0)
  for (const [at, { pieces, rules }] of withRules.entries())
    lines.add(pieces.rules.of(rules, 1, isMapped), at === withRules.length - 1 ? 2 : 1)
  for (const block of module.blocks.slice(0, own)) lines.addTitled(block, 2)
  for (const { pieces, functions } of routes) if (functions.length > 0) lines.add(pieces.functions.of(functions, 2, isMapped), 2)
  for (const block of module.blocks.slice(ofRoutes)) lines.addTitled(block, 2)
  if (tabled !== null) add(tabled, 2)
  const members = [
    js`return abi.policy({`,
    js`  abi: ${ABI_VERSION},`,
    indent(js`outcomes: ${emitOutcomes(module.outcomes(), known.outcomes)},`),
    indent(js`identities: ${emitArray(identities)},`),
    indent(js`data: ${emitArray(data)},`),
    ...(links.length === 0 ? [] : [indent(js`links: ${emitArray(links)},`)]),
    ...(ancestors === 0 ? [] : [js`  ancestors: ${ancestors},`]),
  ]
  for (const one of members) add(one)
  add(routes.length === 0 ? js`  routes: [],` : js`  routes: [`)
  for (const { entry } of routes) lines.add(entry)
  if (routes.length > 0) add(js`  ],`)
  add(js`})`)
  return lines.end()
}

/** Returns a route's entry, and adds what it is the first to need. */
function linkRoute({ unit, pieces }: RouteUnit, module: Assembly) {
  const [rules, functions] = [module.rules.length, module.blocks.length]
  const entry = unit.link(module)
  return { pieces, entry, rules: module.rules.slice(rules), functions: module.blocks.slice(functions) }
}

type KnownOutcomes = WeakMap<Outcome, { readonly index: number; readonly line: Code }>

/** Emits an outcome per line, with its index as a comment. */
function emitOutcomes(outcomes: readonly Outcome[], known: KnownOutcomes): Code {
  const lines = outcomes.map((outcome, index) => {
    const before = known.get(outcome)
    if (before?.index === index) return before.line
    const { effect, rule, reason } = outcome
    const line = js`{ effect: ${literal(effect)}, rule: ${orNull(rule)}, reason: ${orNull(reason)} }, ${comment(String(index))}`
    known.set(outcome, { index, line })
    return line
  })
  return js`[
${indent(joinCode(lines, '\n'))}
]`
}

function orNull(text: string | null): Code {
  return text === null ? js`null` : literal(text)
}

function emitTexts(values: readonly string[]): Code {
  return emitArray(values.map(literal))
}

function emitIdentity(identity: IdentityIr, index: number, policy: PolicyIr, module: ModuleScope): Code {
  const facts = emitFacts(identity, index, policy, module)
  return emitObject([
    [js`name`, literal(identity.name)],
    [js`methods`, emitTexts(identity.methods)],
    [js`stepsUp`, emitBool(identity.stepsUp)],
    [js`data`, emitTexts([...new Set(identity.roles.flatMap((role) => role.data))].sort())],
    [js`facts`, js`abi.decoder(${facts})`],
  ])
}

function emitDatum({ name, type }: DatumIr, module: ModuleScope): Code {
  return emitObject([
    [js`name`, literal(name)],
    [js`prepare`, mark(placeName.data(name), js`abi.reading(${emitConverter(type, 'data', module)})`)],
  ])
}

function createUnit(route: RouteIr, stepsUp: StepsUp, isTabled: boolean, shared: SharedUnits): RouteUnit {
  const unit = new Unit((module) => js`${indent(indent(emitRouteEntry(route, stepsUp, isTabled, module)))},`, shared)
  return { stepsUp, isTabled, unit, pieces: { rules: new Piece(), functions: new Piece() } }
}

function knownUnit(route: RouteIr, stepsUp: StepsUp, isTabled: boolean, { units, shared }: RouteUnits): RouteUnit {
  const known = units.get(route)
  if (known?.stepsUp === stepsUp && known.isTabled === isTabled) return known
  const unit = createUnit(route, stepsUp, isTabled, shared)
  units.set(route, unit)
  return unit
}

function emitRouteEntry(route: RouteIr, stepsUp: StepsUp, isTabled: boolean, module: ModuleScope): Code {
  // All routes of a service have the same list.
  const ownHeaders = route.ownHeaders.length === 0 ? js`[]` : module.constant('list', emitTexts(route.ownHeaders))
  const functions = emitRoute(route, stepsUp, isTabled, module)
  const body = route.body === null ? js`null` : js`{ read: abi.reading(${emitConverter(route.body.type, 'json', module)}) }`
  const query = route.query === null ? js`null` : emitQuery(route.query, module)
  const unsure = [...route.anonymous.trace, ...route.authenticated.trace].flatMap((step) => step.unsure.headers)
  const shadowHeaders = unsure.length === 0 ? js`` : js`\nshadowHeaders: ${emitTexts([...new Set(unsure)].sort())},`
  const entry = js`name: ${literal(route.name)},
service: ${literal(route.service)},
labels: ${emitTexts(route.labels)},
methods: ${route.methods === null ? js`null` : emitTexts(route.methods)},
segments: ${emitArray(route.segments.map(emitSegment))},
params: ${emitTexts(route.params)},
hosts: ${emitTexts(route.hosts)},
headers: ${emitTexts(route.headers)},${shadowHeaders}
data: ${emitTexts(route.data)},
rpc: ${emitBool(route.rpc)},
query: ${query},
body: ${body},
ownHeaders: ${ownHeaders},
early: ${functions.early},${decidesByCaller(route) ? js`\nofCaller: true,` : js``}
decide: ${functions.decide},
obligations: ${functions.obligations},
trace: ${functions.trace},`
  return mark(placeName.route(route.name), js`{\n${indent(entry)}\n}`)
}

function emitSegment(segment: SegmentProgram): Code {
  switch (segment.kind) {
    case 'literal':
      return emitObject([
        [js`kind`, js`'literal'`],
        [js`text`, literal(segment.text)],
      ])
    case 'param':
      return emitObject([
        [js`kind`, js`'param'`],
        [js`type`, literal(segment.type)],
        [js`prefix`, literal(segment.prefix)],
        [js`suffix`, literal(segment.suffix)],
      ])
    case 'rest':
      return js`{ kind: 'rest' }`
  }
}

/** Whether `decide` of a route reads only the caller, so that its answer can be cached per caller. */
function decidesByCaller({ anonymous, authenticated }: RouteIr): boolean {
  return [anonymous, authenticated].every(({ decide }: Program) => decide.every(asksCallerAlone))
}

function asksCallerAlone({ test, requires, limit, headers }: DecisionStep): boolean {
  // A requirement with `within` depends on the time of the request.
  if (requires.some(({ within }) => within !== null)) return false
  return isOfCaller(test) && (!limit?.by?.fails || isOfCaller(limit.by)) && headers.every(({ value }) => isOfCaller(value))
}

/** Data is excluded, as it changes while a caller's facts stay. */
function isOfCaller({ binding }: Expr): boolean {
  return binding === 'constant' || binding === 'caller'
}
