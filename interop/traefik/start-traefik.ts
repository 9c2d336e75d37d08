import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { askRaw } from '../../tests/fronts/ask.ts'
import { type Backends, HOST } from '../../tests/fronts/stand.ts'
import { freePort } from '../../tests/support/listening-program.ts'
import { exampleText, withAddresses } from '../support/front-example.ts'
import type { InteropRun } from '../support/interop-run.ts'
import { startListening } from '../support/start-listening.ts'
import { waitFor } from '../support/start-proxy.ts'

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
  await startListening(run, program, [`--configFile=${file('traefik.yaml')}`], [port])
  await waitFor(async () => ((await askRaw(port, KEYS)).status === 200 ? true : undefined), 'Traefik has no routers')
  return port
}

/** A page of iap: Traefik listens before it has routers. */
const KEYS = `GET /.well-known/iap/jwks.json HTTP/1.1\nHost: ${HOST}\nConnection: close\n\n`
