/** Decision IR → `policy.js`: a function body with the parameter `abi` that returns a `PolicyModule`. */
import { ABI_VERSION, type SegmentProgram } from '../../runtime/abi/index.ts'
import type { OutcomeIr, PolicyIr, RouteIr } from '../ir/index.ts'
import { type Code, comment, indent, joinCode, js, literal } from './code.ts'
import { emitFacts } from './emit-facts.ts'
import { emitArray, emitObject } from './emit-object.ts'
import { emitRoute, type RouteFunctions } from './emit-route.ts'
import { ModuleScope } from './module-scope.ts'

export function emit(policy: PolicyIr): string {
  const module = new ModuleScope()
  const identities = policy.identities.map((identity, index) => {
    const facts = emitFacts(identity, index, policy, module)
    const methods = emitArray(identity.methods.map(literal))
    return js`{ name: ${literal(identity.name)}, methods: ${methods}, facts: abi.door(${facts}) }`
  })
  const routes = policy.routes.map((route) => emitRouteEntry(route, emitRoute(route, module)))
  const parts = [
    js`'use strict'`,
    ...(module.constants.length === 0 ? [] : [joinCode(module.constants, '\n')]),
    ...module.functions,
    js`const no$obligations = { headers: {}, limits: [] }`,
    js`return abi.policy(${emitObject([
      [js`abi`, js`${ABI_VERSION}`],
      [js`outcomes`, emitOutcomes(module.outcomes())],
      [js`identities`, emitArray(identities)],
      [js`routes`, emitArray(routes)],
    ])})`,
  ]
  return `${joinCode(parts.flatMap((part) => [part, js``]).slice(0, -1), '\n')}\n`
}

/** A line an outcome, with its index for those who read the functions above. */
function emitOutcomes(outcomes: readonly OutcomeIr[]): Code {
  const lines = outcomes.map(({ effect, rule, reason }, index) => {
    const values = js`effect: ${literal(effect)}, rule: ${orNull(rule)}, reason: ${orNull(reason)}`
    return js`{ ${values}, obligations: no$obligations, challenge: null }, ${comment(String(index))}`
  })
  return js`[
${indent(joinCode(lines, '\n'))}
]`
}

function orNull(text: string | null): Code {
  return text === null ? js`null` : literal(text)
}

function emitRouteEntry(route: RouteIr, { decide, trace }: RouteFunctions): Code {
  const texts = (values: readonly string[]) => emitArray(values.map(literal))
  return emitObject([
    [js`name`, literal(route.name)],
    [js`service`, literal(route.service)],
    [js`labels`, texts(route.labels)],
    [js`methods`, route.methods === null ? js`null` : texts(route.methods)],
    [js`segments`, emitArray(route.segments.map(emitSegment))],
    [js`params`, texts(route.params)],
    [js`hosts`, texts(route.hosts)],
    [js`headers`, texts(route.headers)],
    [js`decide`, decide],
    [js`trace`, trace],
  ])
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
