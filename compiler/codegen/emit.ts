/** Decision IR → `policy.js`: a function body with the parameter `abi` that returns a `PolicyModule`. */
import { ABI_VERSION, type Outcome, type SegmentProgram } from '../../runtime/abi/index.ts'
import type { DatumIr, IdentityIr, PolicyIr, RouteIr } from '../ir/index.ts'
import { placeOf } from '../places.ts'
import { type Code, comment, indent, joinCode, js, literal, mark } from './code.ts'
import { emitConverter } from './door/emit-conversion.ts'
import { emitFacts } from './door/emit-facts.ts'
import { emitQuery } from './door/emit-query.ts'
import { emitArray, emitObject } from './emit-object.ts'
import { ModuleScope } from './module-scope.ts'
import { type Emitted, readMarks } from './read-marks.ts'
import { emitRoute } from './routes/emit-route.ts'

export function emit(policy: PolicyIr): Emitted {
  const module = new ModuleScope()
  const identities = policy.identities.map((identity, index) => emitIdentity(identity, index, policy, module))
  const data = policy.data.map((datum) => emitDatum(datum, module))
  const ownHeaders = sharedTexts(module)
  const routes = policy.routes.map((route) => emitRouteEntry(route, ownHeaders(route.ownHeaders), policy, module))
  const stepsUp = emitArray(policy.identities.map((identity) => emitBool(identity.stepsUp)))
  const parts = [
    js`'use strict'`,
    joinCode(
      [...module.constants, comment('whether a caller of an identity can be challenged'), js`const steps$up = ${stepsUp}`],
      '\n',
    ),
    ...(module.rules.length === 0 ? [] : [joinCode(module.rules, '\n')]),
    ...module.functions,
    js`return abi.policy(${emitObject([
      [js`abi`, js`${ABI_VERSION}`],
      [js`outcomes`, emitOutcomes(module.outcomes())],
      [js`identities`, emitArray(identities)],
      [js`data`, emitArray(data)],
      [js`routes`, emitArray(routes)],
    ])})`,
  ]
  return readMarks(`${joinCode(parts.flatMap((part) => [part, js``]).slice(0, -1), '\n')}\n`)
}

/** A line an outcome, with its index for those who read the functions above. */
function emitOutcomes(outcomes: readonly Outcome[]): Code {
  const lines = outcomes.map(
    ({ effect, rule, reason }, index) =>
      js`{ effect: ${literal(effect)}, rule: ${orNull(rule)}, reason: ${orNull(reason)} }, ${comment(String(index))}`,
  )
  return js`[
${indent(joinCode(lines, '\n'))}
]`
}

function orNull(text: string | null): Code {
  return text === null ? js`null` : literal(text)
}

function emitBool(value: boolean): Code {
  return value ? js`true` : js`false`
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
    [js`facts`, js`abi.door(${facts})`],
  ])
}

function emitDatum({ name, type }: DatumIr, module: ModuleScope): Code {
  return emitObject([
    [js`name`, literal(name)],
    [js`prepare`, mark(placeOf.data(name), js`abi.reading(${emitConverter(type, 'json', module)})`)],
  ])
}

function emitRouteEntry(route: RouteIr, ownHeaders: Code, policy: PolicyIr, module: ModuleScope): Code {
  const functions = emitRoute(route, policy.identities, module)
  const body = route.body && js`{ read: abi.reading(${emitConverter(route.body.type, 'json', module)}) }`
  const entry = emitObject([
    [js`name`, literal(route.name)],
    [js`service`, literal(route.service)],
    [js`labels`, emitTexts(route.labels)],
    [js`methods`, route.methods === null ? js`null` : emitTexts(route.methods)],
    [js`segments`, emitArray(route.segments.map(emitSegment))],
    [js`params`, emitTexts(route.params)],
    [js`hosts`, emitTexts(route.hosts)],
    [js`headers`, emitTexts(route.headers)],
    [js`data`, emitTexts(route.data)],
    [js`rpc`, emitBool(route.rpc)],
    [js`query`, route.query === null ? js`null` : emitQuery(route.query, module)],
    [js`body`, body ?? js`null`],
    [js`ownHeaders`, ownHeaders],
    [js`early`, functions.early],
    [js`decide`, functions.decide],
    [js`obligations`, functions.obligations],
    [js`trace`, functions.trace],
  ])
  return mark(placeOf.route(route.name), entry)
}

/** Lists that many have in common, written once: all routes of a service have the same own headers. */
function sharedTexts(module: ModuleScope): (texts: readonly string[]) => Code {
  const known = new Map<readonly string[], Code>()
  return (texts) => {
    const code = known.get(texts) ?? (texts.length === 0 ? js`[]` : module.constant('list', emitTexts(texts)))
    known.set(texts, code)
    return code
  }
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
