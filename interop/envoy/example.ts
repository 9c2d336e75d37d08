import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Backends } from '../../tests/fronts/stand.ts'
import { freePort } from '../../tests/support/listening-program.ts'
import type { InteropRun } from '../support/interop-run.ts'
import { root } from '../support/root.ts'
import { startEnvoy } from './start-envoy.ts'

const FOLDER = `${root}examples/fronts/envoy/`

/**
 * Starts Envoy with a configuration of `examples/fronts/envoy`, of which nothing but the addresses is replaced. Returns its port.
 *
 * @throws Error if the configuration lacks one of the addresses
 */
export async function startExample(run: InteropRun, program: string, name: string, backends: Backends): Promise<number> {
  const port = await freePort()
  const configuration = withAddresses(readFileSync(`${FOLDER}${name}`, 'utf8'), {
    'port_value: 8000 ': `port_value: ${port} `,
    'port_value: 9000 ': `port_value: ${portOf(backends.proxy)} `,
    'port_value: 9002 ': `port_value: ${portOf(backends.service)} `,
    ...(backends.checks.startsWith('/')
      ? { 'path: /run/iap/check.sock ': `path: ${backends.checks} ` }
      : { 'port_value: 9001 ': `port_value: ${portOf(backends.checks)} ` }),
  })
  await startEnvoy(run, program, configuration, [port])
  return port
}

function withAddresses(text: string, addresses: Readonly<Record<string, string>>): string {
  let replaced = text
  for (const [from, to] of Object.entries(addresses)) {
    if (replaced.split(from).length !== 2) throw new Error(`the example does not have \`${from.trim()}\` exactly once`)
    replaced = replaced.replace(from, () => to)
  }
  return replaced
}

function portOf(address: string): string {
  return address.slice(address.lastIndexOf(':') + 1)
}

/**
 * Returns the listener for checks of a configuration of `iap` in `examples/fronts/envoy`, as the inside of a flow mapping.
 *
 * @param replaced keys with the values of this machine; a key whose value is `undefined` is left out
 */
export function checksListener(name: string, replaced: Readonly<Record<string, unknown>>): string {
  const { listeners } = parse(readFileSync(`${FOLDER}${name}`, 'utf8')) as { readonly listeners: readonly [object, object] }
  return JSON.stringify({ ...listeners[0], ...replaced }).slice(1, -1)
}
