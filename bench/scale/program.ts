/** What is measured, in a process of its own: what a command does with a large policy, from its text. It prints a `Run` as JSON. */
import { judgeMatrix } from '../../cli/matrix/judge-matrix.ts'
import { matrixCsv } from '../../cli/matrix/matrix-csv.ts'
import { buildPolicy, checkTexts, mutatePolicy } from '../../compiler/project/index.ts'
import { headerForbids, longChain, manyNetworks, manyServices, rolesAndRoutes, testedRules } from './policies.ts'
import { warningsOf } from './warnings-of.ts'

export interface Run {
  /** Milliseconds of processor time, of all of the process. */
  readonly cpu: number
  /** Milliseconds by the clock, from the start of the process. */
  readonly wall: number
  /** How often the command says what: so that a wrong answer is not taken for a fast one. */
  readonly says: Readonly<Record<string, number>>
}

const TASKS: Readonly<Record<string, (...sizes: number[]) => readonly string[] | Promise<readonly string[]>>> = {
  'matrix of roles and routes': (roles, routes) => matrixOf(rolesAndRoutes(roles as number, routes as number)),
  'matrix of services': (services) => matrixOf(manyServices(services as number)),
  'mutants of rules': (rules) => mutantsOf(testedRules(rules as number)),
  'check of operands': (operands) => ['checked', ...warningsOf(longChain(operands as number, '&&', 'sub'), 'default')],
  'lint of header forbids': (routes, forbids) => [
    'linted',
    ...warningsOf(headerForbids(routes as number, forbids as number), 'all'),
  ],
  'lint of networks': (networks) => ['linted', ...warningsOf(manyNetworks(networks as number), 'all')],
}

const [name, ...sizes] = process.argv.slice(2) as [string, ...string[]]
const task = TASKS[name]
if (task === undefined) throw new Error(`there is no task \`${name}\``)
const says: Record<string, number> = {}
for (const one of await task(...sizes.map(Number))) says[one] = (says[one] ?? 0) + 1
const { user, system } = process.cpuUsage()
const result: Run = { cpu: (user + system) / 1000, wall: performance.now(), says }
console.log(JSON.stringify(result))

async function matrixOf(text: string): Promise<readonly string[]> {
  const { model, policy } = await built(text)
  const matrix = judgeMatrix(model, policy, '2026-11-27')
  matrixCsv(matrix)
  return matrix.rows.flatMap(({ cells }) => cells.map(({ verdict }) => verdict))
}

async function mutantsOf(text: string): Promise<readonly string[]> {
  const { model, policy, checked } = await built(text)
  return mutatePolicy({ ...checked, model }, policy).results.map(({ outcome }) => outcome.kind)
}

async function built(text: string) {
  const checked = checkTexts(new Map([['policy.iap', text]]))
  const { model } = checked
  if (model === null) throw new Error(`the generated policy has errors: ${checked.diagnostics[0]?.message}`)
  return { model, checked, policy: (await buildPolicy(model, checked)).policy }
}
