import type { PlainJob } from '../job.ts'
import type { Fields, PlainQuestion, PlainRule, Test } from '../plain-policy.ts'
import type { Opened, Place } from './open.ts'

interface Ability {
  can(action: string, subject: unknown): boolean
}
interface Builder {
  can(action: string, subject: string, conditions?: object): void
  cannot(action: string, subject: string, conditions?: object): void
  build(): Ability
}
interface Casl {
  createMongoAbility: unknown
  AbilityBuilder: new (kind: unknown) => Builder
  subject(type: string, fields: object): unknown
}

/** An ability for each who calls, kept while they are logged in: what is asked about them alone is settled there, and the rest are conditions. */
export async function openCasl({ rules, questions }: PlainJob, place: Place): Promise<Opened> {
  const { AbilityBuilder, createMongoAbility, subject } = await place.load<Casl>('@casl/ability')
  const abilities = new Map<number, Ability>()
  const asked = questions.map((question) => {
    const known = abilities.get(question.who)
    const ability = known ?? abilityOf(question, new AbilityBuilder(createMongoAbility))
    abilities.set(question.who, ability)
    return { ability, subject: subject(question.route, { ...question.request }) }
  })
  return {
    version: await place.versionOf('@casl/ability'),
    count: asked.length,
    decide(question) {
      const { ability, subject } = asked[question] as (typeof asked)[number]
      return ability.can('call', subject)
    },
  }

  /** What was said last has the last word. */
  function abilityOf({ caller }: PlainQuestion, builder: Builder): Ability {
    for (const effect of ['permit', 'forbid'] as const)
      for (const rule of rules) if (rule.effect === effect && concerns(rule, caller)) add(rule, caller, builder)
    return builder.build()
  }
}

function add({ effect, routes, when }: PlainRule, caller: Fields, builder: Builder): void {
  const asked = when.filter((test) => !isOfCaller(test))
  const conditions = asked.length === 0 ? undefined : Object.assign({}, ...asked.map((test) => conditionOf(test, caller)))
  for (const route of routes)
    if (effect === 'permit') builder.can('call', route, conditions)
    else builder.cannot('call', route, conditions)
}

function concerns({ to, when }: PlainRule, caller: Fields): boolean {
  const hold = (tests: readonly Test[]) => tests.every((test) => !isOfCaller(test) || holds(test, caller))
  return to.some(hold) && hold(when)
}

function isOfCaller({ field }: Test): boolean {
  return field.startsWith('caller.')
}

function nameOf(field: string): string {
  return field.slice(field.indexOf('.') + 1)
}

function holds(test: Test, caller: Fields): boolean {
  const value = caller[nameOf(test.field)]
  switch (test.op) {
    case 'at-least':
      return (value as number) >= test.value
    case 'at-most':
      return (value as number) <= test.value
    case 'among':
      return test.values.includes(value as string)
    case 'contains':
      return (value as readonly string[]).includes(test.value)
    case 'lacks':
      return !(value as readonly string[]).includes(test.value)
    case 'starts':
      return (value as string).startsWith(test.value)
    case 'same':
      throw new Error('the caller is compared with the request, never with itself')
    case 'true':
      return value === true
  }
}

function conditionOf(test: Test, caller: Fields): object {
  const name = nameOf(test.field)
  switch (test.op) {
    case 'at-least':
      return { [name]: { $gte: test.value } }
    case 'at-most':
      return { [name]: { $lte: test.value } }
    case 'among':
      return { [name]: { $in: test.values } }
    case 'starts':
      return { [name]: { $regex: new RegExp(`^${test.value}`) } }
    case 'same':
      return { [name]: caller[nameOf(test.other)] }
    case 'true':
      return { [name]: true }
    default:
      throw new Error(`\`${test.op}\` of a request`)
  }
}
