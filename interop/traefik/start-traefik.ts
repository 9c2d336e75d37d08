import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Backends } from '../../tests/fronts/stand.ts'
import { freePort } from '../envoy/start-envoy.ts'
import { exampleText, withAddresses } from '../support/front-example.ts'
import type { InteropRun } from '../support/interop-run.ts'
import { startListening } from '../support/start-listening.ts'

/** Module of Go with its version. It cannot be installed as a command, because it replaces other modules. */
const MODULE = 'github.com/traefik/traefik/v3@v3.7.13'

/**
 * Builds Traefik in a copy of its module, without its dashboard. Returns the path of its program. Needs `go`.
 *
 * @throws Error with the output of `go`
 */
export async function installTraefik(run: InteropRun): Promise<string> {
  const env = { ...process.env, GOPATH: join(run.scratch, 'go'), GOFLAGS: '-modcacherw', GOTOOLCHAIN: 'local' }
  run.say(`go build ${MODULE}`)
  const { Dir } = JSON.parse(await go(['mod', 'download', '-json', MODULE], run.scratch)) as { readonly Dir: string }
  const [folder, program] = [join(run.scratch, 'traefik'), join(run.scratch, 'bin-traefik')]
  cpSync(Dir, folder, { recursive: true })
  // Go embeds the pages of the dashboard, which the module does not have.
  writeFileSync(join(folder, 'webui/static/index.html'), '')
  await go(['build', '-o', program, './cmd/traefik'], folder)
  return program

  async function go(words: readonly string[], cwd: string): Promise<string> {
    const { code, output } = await run.exec('go', words, { env, cwd, timeout: 1_800_000 })
    if (code !== 0) throw new Error(`go ${words[0]} ended with exit code ${code}: ${output.slice(-4000)}`)
    return output.slice(output.indexOf('{'))
  }
}

/** Changes of the texts of the example. */
export interface TraefikChanges {
  /** Of `traefik.yaml`. */
  readonly install?: (text: string) => string
  /** Of `dynamic.yaml`. */
  readonly routing?: (text: string) => string
}

/** Starts Traefik with the example. Returns its port. */
export async function startTraefik(
  run: InteropRun,
  program: string,
  { checks, proxy, service }: Backends,
  { install = (text) => text, routing = (text) => text }: TraefikChanges = {},
): Promise<number> {
  const port = await freePort()
  const file = (name: string) => join(run.scratch, `traefik-${port}-${name}`)
  const addresses = { '127.0.0.1:9000': proxy, '127.0.0.1:9001': checks, '127.0.0.1:9002': service }
  writeFileSync(file('dynamic.yaml'), withAddresses(routing(exampleText('traefik/dynamic.yaml')), addresses))
  const listening = { '127.0.0.1:8000': `127.0.0.1:${port}`, './dynamic.yaml': file('dynamic.yaml') }
  writeFileSync(file('traefik.yaml'), withAddresses(install(exampleText('traefik/traefik.yaml')), listening))
  await startListening(run, program, [`--configFile=${file('traefik.yaml')}`], port)
  return port
}
