import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Installation, PEERS, type PeerName } from './peers.ts'

export interface Installed {
  readonly folder: string
  readonly programs: Readonly<Record<'go' | 'rust', string>>
  /** What could not be had, and why. */
  readonly missing: ReadonlyMap<Installation, string>
}

type Step = readonly [command: string, ...words: string[]]

/** How each is made of the files of its folder here. */
const STEPS: Readonly<Record<Installation, readonly Step[]>> = {
  npm: [['npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']],
  go: [
    ['go', 'mod', 'tidy'],
    ['go', 'build', '-o', 'opa-bench', '.'],
  ],
  rust: [['cargo', 'build', '--release', '--quiet']],
}

const FILES: Readonly<Record<Installation, readonly string[]>> = {
  npm: ['package.json'],
  go: ['go/go.mod', 'go/main.go'],
  rust: ['rust/Cargo.toml', 'rust/src/main.rs'],
}

/** What an ES module of the peers' own folder resolves there. */
const LOADER = `import { readFileSync } from 'node:fs'
export const load = (name) => import(name)
export const versionOf = (name) => JSON.parse(readFileSync(new URL(\`node_modules/\${name}/package.json\`, import.meta.url), 'utf8')).version
`

/** Into a scratch folder of the project that is at `root`; what is there already, of the same sources, stays. It asks npm, Go's proxy and crates.io. */
export function installPeers(root: string, kinds = Object.keys(STEPS) as readonly Installation[]): Installed {
  const folder = join(root, '.tsbuild/bench/peers')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'load.mjs'), LOADER)
  const failures = kinds.flatMap((kind): [Installation, string][] => {
    const why = install(kind, join(root, 'bench/peers'), folder)
    return why === null ? [] : [[kind, why]]
  })
  return {
    folder,
    programs: { go: join(folder, 'go/opa-bench'), rust: join(folder, 'rust/target/release/iap-bench-cedar') },
    missing: new Map(failures),
  }
}

/** Why it could not be. */
function install(kind: Installation, from: string, folder: string): string | null {
  const sources = FILES[kind].map((name) => readFileSync(join(from, name), 'utf8'))
  const digest = createHash('sha256').update(sources.join('\0')).digest('hex')
  const stamp = join(folder, `${kind}.stamp`)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return null
  for (const name of FILES[kind]) cpSync(join(from, name), join(folder, name))
  const cwd = kind === 'npm' ? folder : join(folder, kind)
  for (const [command, ...words] of STEPS[kind]) {
    const { error, status, stderr } = spawnSync(command, words, { cwd, encoding: 'utf8' })
    if (error !== undefined) return `${command}: ${error.message}`
    if (status !== 0) return `${command} ${words[0]}: ${stderr.trim().split('\n').at(-1)}`
  }
  writeFileSync(stamp, digest)
  return null
}

/** Null where it is there. */
export function whyMissing({ missing }: Installed, peer: PeerName): string | null {
  const lacking = PEERS[peer].needs.find((need) => missing.has(need))
  return lacking === undefined ? null : `${peer}: ${missing.get(lacking)}`
}
