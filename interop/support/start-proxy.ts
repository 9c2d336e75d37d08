import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { iap } from './build.ts'
import type { InteropRun } from './interop-run.ts'

export interface ProxyOptions {
  /** Text of the policy. */
  readonly policy: string
  /** YAML of the configuration without `bundle`, `admin` and `audit`. File names are relative to the scratch folder. */
  readonly config: string
  /** YAML of `admin`, beside its address. */
  readonly admin?: string
}

export interface StartedProxy {
  /** Ports of the listeners, in the order of the configuration. */
  readonly ports: readonly number[]
  /** Origin of the admin address. */
  readonly admin: string
  /** All that the proxy has logged. */
  log(): string
  /** Path of the audit file. */
  readonly audit: string
}

/** Builds a signed bundle and starts `iap run` with two workers. Resolves when `/readyz` returns 200. */
export async function startProxy(run: InteropRun, { policy, config, admin: more = '' }: ProxyOptions): Promise<StartedProxy> {
  const file = (name: string) => join(run.scratch, name)
  const [key, publicKey, bundle, yaml] = ['key.jwk.json', 'public.jwk.json', 'policy.iapb', 'iap.yaml'].map(file) as [
    string,
    string,
    string,
    string,
  ]
  writeFileSync(file('policy.iap'), policy)
  writeFileSync(
    yaml,
    `${config}
bundle: { source: ./policy.iapb, keys: [./public.jwk.json], state: ./state }
admin: { address: "127.0.0.1:0", ${more} }
audit: [{ file: ./audit.jsonl }]
`,
  )
  await cli(['keygen', '-o', key, '--public', publicKey])
  await cli(['build', file('policy.iap'), '-o', bundle, '--sign', key])
  const child = run.start(process.execPath, [iap, 'run', '--config', yaml])
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (log += chunk))
  const line = async (pattern: RegExp): Promise<string> =>
    await waitFor(() => {
      if (child.exitCode !== null) throw new Error(`the proxy ended with exit code ${child.exitCode}: ${log}`)
      return pattern.exec(log)?.[1]
    }, `the proxy logged no line like ${pattern}: ${log}`)
  const addresses = await line(/listening on (.*)/)
  const admin = await line(/health and metrics on (https?:\/\/[\w.:[\]-]+)/)
  await waitFor(async () => ((await fetch(`${admin}/readyz`)).ok ? true : undefined), `the proxy is not ready: ${log}`)
  const ports = [...addresses.matchAll(/:(\d+)(?:,| |$)/g)].map(([, port]) => Number(port))
  return { ports, admin, log: () => log, audit: file('audit.jsonl') }

  async function cli(args: readonly string[]): Promise<void> {
    const { code, output } = await run.exec(process.execPath, [iap, ...args])
    if (code !== 0) throw new Error(`iap ${args[0]} ended with exit code ${code}: ${output}`)
  }
}

/** Polls `look` until it returns something other than undefined. @throws Error with `message` after `most` milliseconds */
export async function waitFor<T>(look: () => T | undefined | Promise<T | undefined>, message: string, most = 30_000): Promise<T> {
  for (const end = Date.now() + most; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const found = await look()
    if (found !== undefined) return found
  }
  throw new Error(message)
}
