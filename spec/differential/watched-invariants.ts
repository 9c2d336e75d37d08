import { watchedModel } from '../../compiler/testing/invariants/watched-model.ts'
import type { Model, Rule } from '../../language/index.ts'

import { factsIn } from './checked-facts.ts'

/**
 * The model with the condition of each invariant in a shadow rule, so that both meanings work it out: requirements, which stand
 * anywhere in it, as well. Like any shadow rule it is not judged where something that it could read is not there.
 */
export function watchingInvariants(model: Model): Model {
  if (model.invariants.every(({ condition }) => condition === null)) return model
  const names = new Set(model.rules.map(({ name }) => name))
  const careful = (rule: Rule): Rule => {
    if (names.has(rule.name)) return rule
    const found = factsIn(
      model,
      rule.conditions.map(({ expression }) => expression),
    )
    const data = model.data.filter(({ name }) => found.data.has(name))
    return { ...rule, reads: { ...rule.reads, headers: [...found.headers].sort(), data, body: found.body } }
  }
  return { ...model, rules: watchedModel(model).rules.map(careful) }
}
