import type { PlainJob } from '../job.ts'
import { byRoute } from '../plain-policy.ts'
import { writeCel } from '../write-cel.ts'
import type { Opened, Place } from './open.ts'

type Fields = Readonly<Record<string, unknown>>
interface CelJs {
  parse(expression: string): (context: Fields) => unknown
}

/** One expression a route, found by a Map: CEL has no word for policies. */
export async function openCelJs({ rules, questions }: PlainJob, place: Place): Promise<Opened> {
  const { parse } = await place.load<CelJs>('@marcbachmann/cel-js')
  const programs = new Map([...byRoute(rules)].map(([route, own]) => [route, parse(writeCel(own))]))
  const asked = questions.map(({ route, caller, request }) => ({
    route,
    context: { caller: ints(caller), request: ints(request) },
  }))
  return {
    version: await place.versionOf('@marcbachmann/cel-js'),
    count: asked.length,
    decide(question) {
      const { route, context } = asked[question] as (typeof asked)[number]
      return programs.get(route)?.(context) === true
    },
  }
}

/** Integers of CEL are bigints of JavaScript. */
export function ints(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'number' ? BigInt(value) : value]),
  )
}
