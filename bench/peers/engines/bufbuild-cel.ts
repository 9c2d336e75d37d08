import type { PlainJob } from '../job.ts'
import { byRoute } from '../plain-policy.ts'
import { writeCel } from '../write-cel.ts'
import { ints } from './cel-js.ts'
import type { Opened, Place } from './open.ts'

interface BufbuildCel {
  celEnv(): unknown
  parse(expression: string): unknown
  plan(env: unknown, expression: unknown): (context: object) => unknown
}

/** One expression a route, found by a Map: CEL has no word for policies. */
export async function openBufbuildCel({ rules, questions }: PlainJob, place: Place): Promise<Opened> {
  const { celEnv, parse, plan } = await place.load<BufbuildCel>('@bufbuild/cel')
  const env = celEnv()
  const programs = new Map([...byRoute(rules)].map(([route, own]) => [route, plan(env, parse(writeCel(own)))]))
  const asked = questions.map(({ route, caller, request }) => ({
    route,
    context: { caller: new Map(Object.entries(ints(caller))), request: new Map(Object.entries(ints(request))) },
  }))
  return {
    version: await place.versionOf('@bufbuild/cel'),
    count: asked.length,
    decide(question) {
      const { route, context } = asked[question] as (typeof asked)[number]
      return programs.get(route)?.(context) === true
    },
  }
}
