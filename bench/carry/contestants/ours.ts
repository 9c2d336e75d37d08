import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Contestant } from '../contestant.ts'
import { AUDIENCE, HOST, type Stage } from '../stage.ts'

/** What is shipped, with what a deployment has: a signed bundle, an identity, audit records in a file; as others write theirs, without a chain. */
export function iap(
  name: string,
  http2: boolean,
  policy = policyOf(`route page GET "/{name}"`),
  workers = 1,
  ways: Ways = ONE_WAY,
  audit = '[{ file: ./audit.jsonl, chain: false }]',
): Contestant {
  return {
    name,
    does: 'keeps verified tokens; decision; assertion; record',
    bare: false,
    http2,
    async start(stage) {
      const port = await stage.freePort()
      const listener = `address: "127.0.0.1:${port}", http2: true`
      const config = prepare(stage, name, listener, policy + ways.policy, workers, ways, audit)
      const pid = await stage.run(name, port, process.execPath, [join(stage.root, 'dist/proxy.js'), '--config', config])
      return { port, processes: [pid] }
    },
  }
}

/** A listener with one worker that decides for other proxies. `listener`: its YAML beside its address. */
export async function startDeciding(stage: Stage, name: string, listener: string): Promise<{ port: number; pid: number }> {
  const port = await stage.freePort()
  const yaml = `address: "127.0.0.1:${port}", clients: [{ address: 127.0.0.1 }], ${listener}`
  const audit = '[{ file: ./audit.jsonl, chain: false }]'
  const config = prepare(stage, name, yaml, policyOf(`route page GET "/{name}"`), 1, ONE_WAY, audit)
  return { port, pid: await stage.run(name, port, process.execPath, [join(stage.root, 'dist/proxy.js'), '--config', config]) }
}

/** Ways to show who calls, beside the tokens that are sent. */
interface Ways {
  readonly policy: string
  /** Of a listener, and of identities, as YAML. */
  readonly trust: string
  readonly identities: (stage: Stage) => string
  /** What these are configured by. */
  readonly write: (stage: Stage, folder: string) => void
}

const ONE_WAY: Ways = { policy: '', trust: '', identities: () => '', write() {} }

/** Every method is asked whether a request is its own. */
const ALL_WAYS: Ways = {
  policy: `identity guest via oidc { sub: string }
identity partner via api_key { sub: string }
identity machine via oauth2 { client_id: string }
identity legacy via custom { sub: string }
identity workload via mtls
permit others on label pages to guest, partner, machine, legacy, workload
`,
  trust: ', trust: { proxies: [192.0.2.1], certificate: x-forwarded-client-cert }',
  identities: ({ issuer }) => `
  guest: { issuer: "${issuer}", clientId: iap, clientSecret: { file: ./secret }, scopes: [profile] }
  partner: { keys: { file: ./keys.json, hmacKey: { file: ./secret } } }
  machine: { issuer: "${issuer}/machines", clientId: iap, clientSecret: { file: ./secret }, audience: "${AUDIENCE}", prefix: opaque_ }
  legacy: { plugin: ./auth.mjs, headers: [x-session] }
  workload: { trustDomain: mesh.example, ca: ./ca.pem }`,
  write(stage, folder) {
    writeFileSync(join(folder, 'secret'), randomBytes(32).toString('hex'))
    writeFileSync(join(folder, 'auth.mjs'), 'export default () => null')
    command(stage, folder, [
      'key',
      'create',
      '--file',
      'keys.json',
      '--hmac-key',
      'secret',
      '--identity',
      'partner',
      '--subject',
      'one',
    ])
    const words = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=mesh -keyout ca.key -out ca.pem'
    const { status, stderr } = spawnSync('openssl', words.split(' '), { cwd: folder, encoding: 'utf8' })
    if (status !== 0) throw new Error(`openssl: ${stderr}`)
  },
}

export const ours = iap('iap', false)
/** As it is where nothing else is configured. */
export const oursChained = iap('iap, chained', false, undefined, 1, undefined, '[{ file: ./audit.jsonl }]')
export const oursHttp2 = iap('iap, HTTP/2', true)
export const oursAllWays = iap('iap, all methods', false, undefined, 1, ALL_WAYS)

/** @param routes of the service, of which each is `is pages` */
export function policyOf(...routes: readonly string[]): string {
  return `label pages
identity people via jwt { sub: string, email: string, groups: set<string> }
role member of people when "staff" in caller.groups
service app at "${HOST}" {
${routes.map((route) => `  ${route} is pages`).join('\n')}
}
permit members_read
  on label pages
  to member
`
}

function prepare(
  stage: Stage,
  name: string,
  listener: string,
  policy: string,
  workers: number,
  ways: Ways,
  audit: string,
): string {
  const folder = stage.folderFor(name)
  writeFileSync(join(folder, 'app.iap'), policy)
  ways.write(stage, folder)
  command(stage, folder, ['keygen', '-o', 'release.private.jwk.json', '--public', 'release.public.jwk.json'])
  command(stage, folder, ['build', 'app.iap', '-o', 'app.iapb', '--sign', 'release.private.jwk.json', '--sequence', '1'])
  const config = `
listeners: [{ ${listener}${ways.trust} }]
bundle: { source: ./app.iapb, keys: [./release.public.jwk.json], state: ./var }
identities:
  people: { issuer: "${stage.issuer}", audience: "${AUDIENCE}", algorithms: [RS256] }${ways.identities(stage)}
services: { app: { upstreams: ["http://127.0.0.1:${stage.service}"] } }
audit: ${audit}
workers: ${workers}
`
  writeFileSync(join(folder, 'iap.yaml'), config)
  return join(folder, 'iap.yaml')
}

function command(stage: Stage, cwd: string, words: readonly string[]): void {
  const { status, stderr, stdout } = spawnSync(process.execPath, [join(stage.root, 'dist/iap.js'), ...words], {
    cwd,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`iap ${words[0]}: ${stderr}${stdout}`)
}
