import type { Edge } from '../bdd/bdd.ts'
import { FALSE } from '../bdd/bdd.ts'
import { equalEdge } from '../symbolic/comparisons.ts'
import type { Context } from '../symbolic/context.ts'
import type { Outcomes } from '../symbolic/outcomes.ts'

/**
 * Returns the set of requests for which two decisions differ although both permit or neither does. Conservative: may include
 * requests for which they agree.
 */
export function outcomesDiffer(before: Outcomes, after: Outcomes, context: Context): Edge {
  const { diagram } = context.world
  const apart = (a: Edge, b: Edge) => diagram.or(diagram.and(a, diagram.not(b)), diagram.and(diagram.not(a), b))
  const texts = new Set([...before.says.keys(), ...after.says.keys()])
  const says = [...texts].map((text) => apart(before.says.get(text) ?? FALSE, after.says.get(text) ?? FALSE))
  const both = diagram.and(before.permits, after.permits)
  const neither = diagram.not(diagram.or(before.permits, after.permits))
  const obliged = diagram.any([...limitsDiffer(before, after, context), ...headersDiffer(before, after, context)])
  return diagram.or(diagram.and(neither, diagram.any(says)), diagram.and(both, obliged))
}

type Obliged = Outcomes['limits'][number] | Outcomes['headers'][number]

function* limitsDiffer(before: Outcomes, after: Outcomes, context: Context): Iterable<Edge> {
  const { diagram } = context.world
  const sides = [before.limits, after.limits] as const
  for (const [some, others] of [sides, [sides[1], sides[0]]] as const)
    for (const one of some) {
      const alike = others.filter(({ what }) => what.count === one.what.count && what.per === one.what.per)
      const same = alike.map((other) => diagram.and(other.when, valuesEqual(one, other, context)))
      yield diagram.and(one.when, diagram.not(diagram.any(same)))
    }
  const counts = sides.map((some) =>
    atLeast(
      some.map(({ when }) => when),
      context,
    ),
  )
  const [two, otherTwo] = counts.map((count) => count[2] as Edge) as [Edge, Edge]
  yield diagram.and(two, diagram.not(otherTwo))
  yield diagram.and(otherTwo, diagram.not(two))
  // Counting cannot tell which of three limits is repeated, unless they come from the same rules.
  if (!sameLimits(...sides)) for (const count of counts) yield count[3] as Edge
}

function sameLimits(some: Outcomes['limits'], others: Outcomes['limits']): boolean {
  return some.length === others.length && some.every(({ when }, at) => when === others[at]?.when)
}

/** Returns, for each number, where at least that many are true. */
function atLeast(edges: readonly Edge[], { world: { diagram } }: Context): readonly Edge[] {
  let reached: readonly Edge[] = [diagram.not(FALSE), FALSE, FALSE, FALSE]
  for (const edge of edges)
    reached = reached.map((all, at) => (at === 0 ? all : diagram.or(all, diagram.and(reached[at - 1] as Edge, edge))))
  return reached
}

function* headersDiffer(before: Outcomes, after: Outcomes, context: Context): Iterable<Edge> {
  const { diagram } = context.world
  const isSet = ({ headers }: Outcomes, name: string) =>
    diagram.any(headers.filter(({ what }) => what.name === name).map(({ when }) => when))
  for (const name of new Set([...before.headers, ...after.headers].map(({ what }) => what.name))) {
    const [was, is] = [isSet(before, name), isSet(after, name)]
    yield diagram.and(was, diagram.not(is))
    yield diagram.and(is, diagram.not(was))
    for (const one of before.headers.filter(({ what }) => what.name === name))
      for (const other of after.headers.filter(({ what }) => what.name === name))
        yield diagram.all([one.when, other.when, diagram.not(valuesEqual(one, other, context))])
  }
}

function valuesEqual({ values }: Obliged, { values: others }: Obliged, context: Context): Edge {
  const { diagram } = context.world
  if (values === null || others === null) return values === others ? diagram.not(FALSE) : FALSE
  return diagram.any(
    values.flatMap((a) =>
      others.map((b) => {
        const comparable = isText(a.value.type.kind) ? isText(b.value.type.kind) : a.value.type.kind === b.value.type.kind
        return comparable ? diagram.all([a.when, b.when, equalEdge(a.value, b.value, context)]) : FALSE
      }),
    ),
  )
}

function isText(kind: string): boolean {
  return kind === 'string' || kind === 'literals'
}
