import type { Invariant, Model, Rule } from '../../../language/checker/model.ts'

/**
 * The model with the condition of each invariant in a shadow rule, so that whoever works out a decision works it out as well. A
 * shadow rule changes no answer but for its name in `shadow`, which `unwatched` takes away.
 */
export function watchedModel(model: Model): Model {
  const watching = model.invariants.flatMap((invariant) => watch(invariant))
  return { ...model, rules: [...model.rules, ...watching].sort((a, b) => (a.name < b.name ? -1 : 1)) }
}

/** The same with these alone, and everything permitted: so a body is read whatever is decided of the request. */
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

/** No name of a rule has a dot; a place of a policy may (`placeOf`). */
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
