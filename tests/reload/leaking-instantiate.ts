import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { helpers } from '../../runtime/abi/index.ts'
import type { InstantiateInput } from '../../runtime/policy/module/assemble.ts'
import { checkTables } from '../../runtime/policy/module/module-shape.ts'
import { createPolicy, type Hosts, type Policy } from '../../runtime/policy/module/policy.ts'
import { openProgram } from '../../runtime/realm/program/open-program.ts'

/** Where the configuration lies: the test removes it. */
const folder = dirname(process.argv[2] ?? '')
let version = 0

/** What one would write first, in the place of `instantiate`: a module under an address that is new each time. Node keeps it for ever. */
export async function instantiate(input: InstantiateInput, options: { readonly hosts?: Hosts } = {}): Promise<Policy> {
  const module = await load('policy.mjs', input.policy, helpers)
  const validators = await load('validators.mjs', input.validators, helpers)
  const { manifest } = input
  const program = openProgram(module, validators)
  return createPolicy(
    { manifest, program, tables: checkTables(program.tables(), manifest), stackOf: () => null, placeOf: () => '' },
    options.hosts ?? {},
  )
}

async function load(name: string, body: string, argument: unknown): Promise<unknown> {
  const file = join(folder, name)
  writeFileSync(file, `export default (abi) => {\n${body}\n}\n`)
  const loaded = (await import(`${pathToFileURL(file).href}?v=${version++}`)) as { default: (argument: unknown) => unknown }
  return loaded.default(argument)
}
