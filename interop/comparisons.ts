import { deepEqual, equal } from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { goInstall } from './support/go-install.ts'
import type { InteropRun } from './support/interop-run.ts'
import { root } from './support/root.ts'
import type { Suite } from './support/suite.ts'

const OPA = 'v1.22.3'
const CEDAR = '@cedar-policy/cedar-wasm@4.13.0'
const CERBOS = '@cerbos/cerbos-linux-x64@0.55.0'

export const comparisons: Suite = {
  summary: 'the examples of docs/comparisons and docs/guides/migrate/opa.md, by OPA (needs go), Cedar and Cerbos (from npm)',
  async run(run) {
    const pageOf = (name: string) => readFileSync(`${root}docs/comparisons/${name}.md`, 'utf8')
    await run.part('cedar', (part) => askCedar(part, pageOf('cedar')))
    await run.part('cerbos', (part) => askCerbos(part, pageOf('cerbos')))
    const migration = readFileSync(`${root}docs/guides/migrate/opa.md`, 'utf8')
    await run.part('rego', (part) => askOpa(part, pageOf('rego'), migration))
  },
}

/** Runs a command to its end and returns its output. @throws Error with the output if the exit code is not 0 */
async function must(run: InteropRun, command: string, args: readonly string[]): Promise<string> {
  const { code, output } = await run.exec(command, args)
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with exit code ${code}: ${output}`)
  return output
}

async function npmInstall(run: InteropRun, name: string): Promise<void> {
  writeFileSync(join(run.scratch, 'package.json'), '{"private":true,"type":"module"}')
  await must(run, 'npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', name])
}

/** Writes the blocks of a page that have these names, such as `rego orders.rego`, into a folder. */
function writeBlocks(folder: string, page: string, names: RegExp): void {
  for (const [, name = '', text = ''] of page.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm))
    if (names.test(name)) writeFileSync(join(folder, name), text)
}

async function askOpa(run: InteropRun, page: string, migration: string): Promise<void> {
  writeBlocks(run.scratch, page, /\.rego$/)
  const [opa = ''] = await goInstall(run, ['github.com/open-policy-agent/opa'], OPA)
  const names = ['orders.rego', 'orders_test.rego']
  await run.check('the policy in Rego passes the strict check', () => must(run, opa, ['check', '--strict', ...names]))
  await run.check('its tests pass, the one about missing data too', async () => {
    const output = await must(run, opa, ['test', ...names])
    if (!output.includes('PASS: 5/5')) throw new Error(output)
  })
  writeBlocks(run.scratch, migration, /^(policy|mask)\.rego$|^decisions\.jsonl$|^blocked\.json$/)
  await run.check('docs/guides/migrate/opa.md: the policies in Rego pass the strict check', () =>
    must(run, opa, ['check', '--strict', 'policy.rego', 'mask.rego']),
  )
  await run.check('docs/guides/migrate/opa.md: the decision log has the decisions of the policy', async () => {
    const blocked = readFileSync(join(run.scratch, 'blocked.json'), 'utf8')
    const lines = readFileSync(join(run.scratch, 'decisions.jsonl'), 'utf8').trim().split('\n')
    for (const line of lines) {
      const { input, result } = JSON.parse(line)
      const { claims, ...rest } = input
      const asked = { ...rest, parsed_path: input.attributes.request.http.path.split('/').slice(1) }
      const mocks = `with data.blocked as ${blocked} ${claims ? `with data.envoy.authz.claims as ${JSON.stringify(claims)}` : ''}`
      const query = `x := data.envoy.authz.result with input as ${JSON.stringify(asked)} ${mocks}`
      const output = await must(run, opa, ['eval', '--data', 'policy.rego', query])
      deepEqual(JSON.parse(output).result[0].bindings.x, result)
    }
  })
}

async function askCerbos(run: InteropRun, page: string): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return run.skip('cerbos', 'the package is for Linux on x64')
  await npmInstall(run, CERBOS)
  const program = join(run.scratch, 'node_modules/@cerbos/cerbos-linux-x64/cerbos-linux-x64')
  chmodSync(program, 0o755)
  const policies = join(run.scratch, 'policies')
  mkdirSync(policies)
  writeBlocks(policies, page, /^order.*\.yaml$/)
  await run.check('the policy of Cerbos compiles, and its tests pass', async () => {
    const output = await must(run, program, ['compile', policies])
    if (!/10 tests executed \[10 OK\]/.test(output)) throw new Error(output)
  })
}

/** Asks Cedar each row of the page's table, with a schema, and once without one. */
const ASK_CEDAR = `
import { readFileSync } from 'node:fs'
import { isAuthorized, validate } from '@cedar-policy/cedar-wasm/nodejs'
const read = (name) => readFileSync(name, 'utf8')
const policies = { staticPolicies: read('orders.cedar') }
const schema = read('orders.cedarschema')
const ask = ({ principal, group, attrs, action, context }, more) => {
  const uid = { type: 'Staff', id: principal }
  const entities = [{ uid, attrs, parents: [{ type: 'Group', id: group }] }]
  const request = { principal: uid, action: { type: 'Action', id: action }, resource: { type: 'Order', id: '7' }, context }
  const answer = isAuthorized({ ...request, policies, entities, ...more })
  return answer.type === 'success' ? answer.response.decision : answer.type
}
const rows = JSON.parse(read('rows.json'))
const lacking = { principal: 'eve', group: 'support', attrs: {}, action: 'read', context: {} }
console.log(JSON.stringify({
  validation: validate({ schema, policies }).validationErrors,
  decisions: rows.map((row) => ask(row, { schema, validateRequest: true })),
  lacking: [ask(lacking, { schema, validateRequest: true }), ask(lacking, {})],
}))
`

async function askCedar(run: InteropRun, page: string): Promise<void> {
  await npmInstall(run, CEDAR)
  writeBlocks(run.scratch, page, /^orders\.cedar/)
  const rows = rowsOf(page)
  writeFileSync(join(run.scratch, 'rows.json'), JSON.stringify(rows))
  writeFileSync(join(run.scratch, 'ask.js'), ASK_CEDAR)
  const answers = JSON.parse(await must(run, process.execPath, ['ask.js']))
  await run.check('the policy in Cedar is valid for its schema', () => deepEqual(answers.validation, []))
  await run.check('the table of the page has the decisions of Cedar', () => {
    equal(rows.length, 5)
    deepEqual(
      answers.decisions,
      rows.map(({ decision }) => decision),
    )
  })
  await run.check('an entity without `blocked`: refused with a schema, permitted without', () => {
    deepEqual(answers.lacking, ['failure', 'allow'])
  })
}

function rowsOf(text: string) {
  const rows = text.matchAll(/^\| `(\w+)` \| `(\w+)` \| (true|false) \| `(\w+)` \| `(.*)` \| (\w+) \|$/gm)
  return [...rows].map(([, principal = '', group = '', blocked = '', action = '', context = '', decision = '']) => ({
    ...{ principal, group, attrs: { blocked: blocked === 'true' }, action, decision },
    context: JSON.parse(context) as unknown,
  }))
}
