// Sets the stage: a signed bundle of the shop's policies, its two services, an issuer of tokens, the proxy. All of it is what
// `npm run build` made and what a deployment would run, but for the issuer, which is that of `iap run --dev`.

import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import Provider from 'oidc-provider'
import { parseDocument } from 'yaml'
import { Child, finish } from './child.mjs'
import { freePorts } from './ports.mjs'

export const root = fileURLToPath(new URL('../../', import.meta.url))
export const shop = join(root, 'examples', 'shop')
const iap = join(root, 'dist', 'iap.js')

const DEFAULT_PORTS = { proxy: 8080, admin: 9901, issuer: 9000, orders: 7001, catalog: 7002 }

/**
 * `policies` is the folder that is compiled (and may be edited); `say` hears each step; `onAudit` each audit record;
 * `onEnd` of a part that ended by itself. `anyPorts`: do not try the usual ones.
 */
export async function setStage({ policies, anyPorts = false, say, onAudit = () => {}, onEnd }) {
  const folder = mkdtempSync(join(tmpdir(), 'iap-demo-'))
  const running = []
  const close = async () => {
    for (const part of running.reverse()) await part.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const ports = await choosePorts(anyPorts, say)
    const bundle = join(folder, 'shop.iapb')
    const keys = { secret: join(folder, 'release.private.jwk.json'), public: join(folder, 'release.public.jwk.json') }
    await finish([iap, 'keygen', '-o', keys.secret, '--public', keys.public])
    let sequence = 0
    /** Compiles what is on disk now; exit code 1 (mistakes, failing tests) comes back with what was said. */
    const compile = () => {
      sequence += 1
      const args = ['build', policies, '-o', bundle, '--sign', keys.secret, '--sequence', String(sequence)]
      // From the root, so that mistakes are named by paths that a reader can open.
      return finish([iap, ...args], { cwd: root, allowed: [0, 1] })
    }
    const first = await compile()
    if (first.code !== 0) throw new Error(first.stderr)
    say('compiled', `the policies, ${first.stdout.trim().split(' ').slice(1).join(' ')}, signed with a fresh key`)

    const secret = randomBytes(32).toString('base64url')
    const issuer = await startIssuer(folder, ports.issuer, secret)
    running.push({ stop: () => issuer.close() })
    say('issuer', `${issuer.origin}`)

    const jwks = `http://127.0.0.1:${ports.proxy}/.well-known/iap/jwks.json`
    for (const service of ['orders', 'catalog']) {
      const env = { PORT: String(ports[service]), IAP_JWKS: jwks }
      running.push(new Child(service, [join(shop, 'services', `${service}.js`)], { env, onEnd }))
      say('service', `${service} on http://127.0.0.1:${ports[service]}`)
    }

    const config = writeConfig({ folder, bundle, keys, ports, issuer, secret })
    const onLine = (line) => {
      // What has a `kind` is of no request.
      if (line.startsWith('{') && !('kind' in JSON.parse(line))) onAudit(line)
    }
    running.push(new Child('proxy', [join(root, 'dist', 'proxy.js'), '--config', config], { cwd: folder, onLine, onEnd }))
    await ready(ports.admin)
    say('proxy', `http://127.0.0.1:${ports.proxy}, its administration http://127.0.0.1:${ports.admin}`)
    return {
      ports,
      compile,
      close,
      audit: join(folder, 'audit.jsonl'),
      token: (query) => tokenOf(issuer, query),
      /** What the proxy says of itself. */
      status: async () => await (await fetch(`http://127.0.0.1:${ports.admin}/readyz?verbose`)).json(),
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function choosePorts(anyPorts, say) {
  const wanted = Object.entries(DEFAULT_PORTS).map(([name, port]) => [name, anyPorts ? 0 : port])
  const ports = await freePorts(Object.fromEntries(wanted))
  for (const [name, port] of wanted)
    if (!anyPorts && ports[name] !== port) say('port', `${port} is taken: the ${name} uses ${ports[name]}`)
  return ports
}

async function startIssuer(folder, port, secret) {
  const outfile = join(folder, 'issuer.mjs')
  await build({
    entryPoints: [join(root, 'cli/dev/issuer.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    // CommonJS packages ask for Node's modules by `require`, which a module does not have by itself.
    banner: { js: "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)" },
  })
  const { startIssuer: start } = await import(pathToFileURL(outfile).href)
  const callers = JSON.parse(readFileSync(join(shop, 'dev/callers.json'), 'utf8'))
  const issuer = await start({ port, callers: () => callers, audience: () => 'https://shop.example' })
  // Where staff sign in with a browser.
  const client = { id: 'shop', secret, mfa: { amr: ['mfa'], acr: ['mfa'] } }
  issuer.signIn({
    Provider,
    client: (identity) => (identity === 'staff' ? client : null),
    servesHost: (host) => host.endsWith('.shop.localhost'),
  })
  return issuer
}

/** The example's own configuration, with the demo's addresses and keys. */
function writeConfig({ folder, bundle, keys, ports, issuer, secret }) {
  const config = parseDocument(readFileSync(join(shop, 'iap.yaml'), 'utf8'))
  mkdirSync(join(folder, 'var'))
  writeFileSync(join(folder, 'client.secret'), secret, { mode: 0o600 })
  const set = (path, value) => config.setIn(path, config.createNode(value))
  set(['listeners'], [{ address: `127.0.0.1:${ports.proxy}` }])
  set(['bundle'], { source: bundle, keys: [keys.public], state: join(folder, 'var') })
  for (const identity of ['staff', 'partner']) set(['identities', identity, 'issuer'], issuer.issuerOf(identity))
  set(['identities', 'staff', 'clientSecret'], { file: join(folder, 'client.secret') })
  for (const service of ['orders', 'catalog']) set(['services', service, 'upstreams'], [`http://127.0.0.1:${ports[service]}`])
  set(['audit'], [{ file: join(folder, 'audit.jsonl') }, { stdout: true }])
  set(['admin'], { address: `127.0.0.1:${ports.admin}` })
  // A laptop that also compiles, and runs fifty clients, is no reason to shed load.
  set(['limits'], { lag: '1m' })
  const path = join(folder, 'iap.yaml')
  writeFileSync(path, config.toString())
  return path
}

async function tokenOf(issuer, query) {
  const answer = await fetch(`${issuer.origin}/token?${new URLSearchParams({ ...query, as: 'text' })}`)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`the issuer refused: ${text}`)
  return text.trim()
}

async function ready(admin) {
  for (let tries = 0; tries < 600; tries += 1) {
    const up = await fetch(`http://127.0.0.1:${admin}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (up) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the proxy did not become ready within a minute')
}
