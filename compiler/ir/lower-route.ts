/** What a route decides: its rules as steps, once for anonymous and once for authenticated callers. */
import { boundedType } from '../../language/semantics/expressions/bounds/bounded-type.ts'
import type { Model, Principal, Route, Rule } from '../../language/semantics/model.ts'
import type { FieldShape } from '../../language/semantics/types/type.ts'
import type { SegmentProgram } from '../../runtime/abi/index.ts'
import * as build from './build.ts'
import type { Expr } from './expression.ts'
import { identityTest, type Lowering, roleBit } from './lower-expression.ts'
import { lowerStep } from './lower-step.ts'
import type { Program, RouteIr, Step } from './policy.ts'

const STAGE = { forbid: 0, personal: 1, permit: 2, unmet: 3 } as const

/** `rules` are those of this route, sorted by name; `ownHeaders` those that permits of its service set. */
export function lowerRoute(route: Route, rules: readonly Rule[], ownHeaders: readonly string[], model: Model): RouteIr {
  const enforced = rules.filter(({ shadow }) => !shadow)
  const promised = {
    headers: sorted(enforced.flatMap(({ reads }) => reads.headers)),
    data: sorted(enforced.flatMap(({ reads }) => reads.data.map(({ name }) => name))),
  }
  const signIn = enforced.some(
    ({ effect, to }) => effect === 'permit' && to.some(({ kind }) => kind !== 'anonymous' && kind !== 'anyone'),
  )
  const programOf = (caller: 'anonymous' | 'authenticated') => {
    const lowering: Lowering = { model, route, caller }
    const steps = rules.flatMap((rule) => {
      const to = lowerTo(rule.to, lowering)
      return to === build.FALSE ? [] : [lowerStep(rule, stageOf(rule, caller), to, promised, lowering)]
    })
    return program(steps, signIn && caller === 'anonymous')
  }
  return {
    name: route.name,
    service: route.service.name,
    labels: route.labels.map(({ name }) => name),
    methods: route.methods,
    template: route.template,
    segments: route.segments.map(lowerSegment),
    params: route.params.map(({ name }) => name),
    hosts: route.service.hosts.map(({ text }) => text),
    ...promised,
    rpc: route.rpc,
    query: route.query && boundedFields(route.query, model),
    body: route.body && { ...route.body, type: boundedType(route.body.type, model) },
    ownHeaders,
    anonymous: programOf('anonymous'),
    authenticated: programOf('authenticated'),
  }
}

/** With as many elements as the door lets in, where the policy goes through what is in them. */
export function boundedFields(fields: ReadonlyMap<string, FieldShape>, model: Model): ReadonlyMap<string, FieldShape> {
  return new Map([...fields].map(([name, shape]) => [name, { ...shape, type: boundedType(shape.type, model) }]))
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort()
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

/** An anonymous caller is stopped by forbids that are not personal first, and meets no requirement. */
function stageOf({ effect, personal, requires }: Rule, caller: 'anonymous' | 'authenticated'): Step['stage'] {
  if (caller === 'authenticated') return effect === 'permit' ? STAGE.permit : STAGE.forbid
  if (effect === 'permit') return requires.length === 0 ? STAGE.permit : STAGE.unmet
  return personal ? STAGE.personal : STAGE.forbid
}

function program(steps: readonly Step[], signIn: boolean): Program {
  const trace = [...steps].sort((a, b) => a.stage - b.stage || (a.rule < b.rule ? -1 : 1))
  return { decide: trace.filter(({ shadow }) => !shadow), trace, signIn }
}

/** Whether the caller is one of these: the roles of a word are tested at once. */
function lowerTo(principals: readonly Principal[], { model, caller }: Lowering): Expr {
  if (principals.some(({ kind }) => kind === 'anyone')) return build.TRUE
  const named = caller === 'anonymous' ? 'anonymous' : 'authenticated'
  if (principals.some(({ kind }) => kind === named)) return build.TRUE
  if (caller === 'anonymous') return build.FALSE
  const masks: number[] = []
  const tests: Expr[] = []
  for (const principal of principals) {
    if (principal.kind === 'identity') tests.push(identityTest(principal.identity, model, caller))
    if (principal.kind !== 'role') continue
    const { word, bit } = roleBit(principal.role)
    masks[word] = (masks[word] ?? 0) | (1 << bit)
  }
  if (tests.includes(build.TRUE)) return build.TRUE
  masks.forEach((mask, word) => {
    tests.push(build.roleTest(word, mask))
  })
  return build.or(...tests)
}
