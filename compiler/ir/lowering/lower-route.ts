/** Lowers a route's rules to steps, once for anonymous and once for authenticated callers. */
import { boundedType } from '../../../language/checker/expressions/bounds/bounded-type.ts'
import type { Model, Route, Rule } from '../../../language/checker/model.ts'
import type { FieldShape } from '../../../language/checker/types/type.ts'
import type { SegmentProgram } from '../../../runtime/abi/index.ts'
import type { RouteIr } from '../policy.ts'
import type { Programs } from './programs.ts'
import type { RuleSteps, StepCaller } from './rule-steps.ts'

/**
 * Translates a route and its rules to IR.
 *
 * @param rules the route's rules, sorted by name
 * @param steps translates rules, and shares the results among routes
 * @param ownHeaders names of headers that permits of the route's service set
 */
export function lowerRoute(
  route: Route,
  rules: readonly Rule[],
  ownHeaders: readonly string[],
  steps: RuleSteps,
  programs: Programs,
  model: Model,
): RouteIr {
  const enforced = rules.filter(({ shadow }) => !shadow)
  const headers = sorted(enforced.flatMap(({ reads }) => reads.headers))
  const data = sorted(enforced.flatMap(({ reads }) => reads.data.map(({ name }) => name)))
  const signIn = enforced.some(
    ({ effect, to }) => effect === 'permit' && to.some(({ kind }) => kind !== 'anonymous' && kind !== 'anyone'),
  )
  const programOf = (caller: StepCaller) =>
    programs.of(steps.of(rules, route, caller, { headers, data }), signIn && caller === 'anonymous')
  return {
    name: route.name,
    service: route.service.name,
    labels: route.labels.map(({ name }) => name),
    methods: route.methods,
    template: route.template,
    segments: route.segments.map(lowerSegment),
    params: route.params.map(({ name }) => name),
    hosts: route.service.hosts.map(({ text }) => text),
    headers,
    data,
    rpc: route.rpc,
    query: route.query && boundedFields(route.query, model),
    body: route.body && { ...route.body, type: boundedType(route.body.type, model) },
    ownHeaders,
    anonymous: programOf('anonymous'),
    authenticated: programOf('authenticated'),
  }
}

/**
 * Returns the fields of claims or of a query with bounded types: a collection over which the policy iterates gets a maximum size.
 */
export function boundedFields(fields: ReadonlyMap<string, FieldShape>, model: Model): ReadonlyMap<string, FieldShape> {
  return new Map([...fields].map(([name, shape]) => [name, { ...shape, type: boundedType(shape.type, model) }]))
}

function sorted(names: readonly string[]): readonly string[] {
  return names.length < 2 ? names : [...new Set(names)].sort()
}

function lowerSegment(segment: Route['segments'][number]): SegmentProgram {
  switch (segment.kind) {
    case 'literal':
      return { kind: 'literal', text: segment.text }
    case 'param':
      return { kind: 'param', type: segment.type, prefix: segment.prefix, suffix: segment.suffix }
    case 'rest':
      return { kind: 'rest' }
  }
}
