import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Backends } from '../../tests/fronts/stand.ts'
import { freePort } from '../../tests/support/listening-program.ts'
import { exampleText, withAddresses } from '../support/front-example.ts'
import { goInstall } from '../support/go-install.ts'
import type { InteropRun } from '../support/interop-run.ts'
import { startListening } from '../support/start-listening.ts'

/** As in `bench/carry/install.ts`. */
const VERSION = 'v2.11.9'

/** Builds Caddy in the scratch folder. Returns the path of its program. */
export async function installCaddy(run: InteropRun): Promise<string> {
  const [program] = await goInstall(run, ['github.com/caddyserver/caddy/v2/cmd/caddy'], VERSION)
  return program as string
}

/**
 * Starts Caddy with the example. Returns its port.
 *
 * @param change changes the text of the example
 */
export async function startCaddy(
  run: InteropRun,
  program: string,
  { checks, proxy, service }: Backends,
  change: (text: string) => string,
): Promise<number> {
  const port = await freePort()
  const addresses = { ':8000': `:${port}`, '127.0.0.1:9000': proxy, '127.0.0.1:9001': checks, '127.0.0.1:9002': service }
  const file = join(run.scratch, `Caddyfile-${port}`)
  writeFileSync(file, withAddresses(change(exampleText('caddy/Caddyfile')), addresses))
  await startListening(run, program, ['run', '--config', file, '--adapter', 'caddyfile'], [port])
  return port
}
