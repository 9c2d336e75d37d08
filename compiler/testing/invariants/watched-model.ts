import type { Invariant, Model, Rule } from '../../../language/checker/model.ts'

/** Adds each invariant's condition as a shadow rule, so that every decision evaluates it. `unwatched` hides its name. */
export function watchedModel(model: Model): Model {
  const watching = model.invariants.flatMap((invariant) => watch(invariant))
  return { ...model, rules: [...model.rules, ...watching].sort((a, b) => (a.name < b.name ? -1 : 1)) }
}

/** Returns only these rules, with everything permitted, so that a body is always read. */
export function watchedAlone(model: Model): Model {
  const watching = model.invariants.flatMap((invariant) => watch(invariant))
  const [first] = watching
  if (first === undefined) return { ...model, rules: [] }
  const open: Rule = {
    ...first,
    name: `${MARK}.`,
    shadow: false,
    effect: 'permit',
    routes: model.routes,
    conditions: [],
    personal: false,
  }
  return { ...model, rules: [open, ...watching] }
}

/** Names of rules have no dots; places of a policy may (`placeOf`). */
const MARK = 'invariant.'

export function unwatched(shadow: readonly string[]): readonly string[] {
  return shadow.filter((name) => !name.startsWith(MARK))
}

function watch({ name, routes, condition, declaration }: Invariant): readonly Rule[] {
  if (condition === null) return []
  return [
    {
      name: MARK + name,
      shadow: true,
      effect: 'forbid',
      routes,
      to: [{ kind: 'anyone' }],
      conditions: [{ unless: false, expression: condition }],
      requires: [],
      limit: null,
      headers: [],
      because: null,
      personal: true,
      reads: { headers: [], data: [], body: false, query: false, mtls: false },
      doc: null,
      declaration: declaration as unknown as Rule['declaration'],
    },
  ]
}
