import type { PlainJob } from '../job.ts'
import { CASBIN_MODEL, writeCasbin } from '../write-casbin.ts'
import type { Opened, Place } from './open.ts'

interface Enforcer {
  addPolicies(rows: string[][]): Promise<boolean>
  addFunction(name: string, call: (...values: never[]) => unknown): Promise<void>
  enforceSync(...values: unknown[]): boolean
}
interface Casbin {
  newModelFromString(text: string): unknown
  newEnforcer(model: unknown): Promise<Enforcer>
}

export async function openCasbin({ rules, questions }: PlainJob, place: Place): Promise<Opened> {
  const { newEnforcer, newModelFromString } = await place.load<Casbin>('casbin')
  const enforcer = await newEnforcer(newModelFromString(CASBIN_MODEL))
  await enforcer.addFunction('has', (list: readonly string[], value: string) => list.includes(value))
  await enforcer.addFunction('starts', (text: string, prefix: string) => text.startsWith(prefix))
  await enforcer.addPolicies(writeCasbin(rules))
  return {
    version: await place.versionOf('casbin'),
    count: questions.length,
    decide(question) {
      const { caller, request, route } = questions[question] as PlainJob['questions'][number]
      return enforcer.enforceSync(caller, request, route)
    },
  }
}
