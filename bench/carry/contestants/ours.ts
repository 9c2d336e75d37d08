import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Contestant } from '../contestant.ts'
import { AUDIENCE, HOST, type Stage } from '../stage.ts'

/** What is shipped, with what a deployment has: a signed bundle, an identity, audit records in a file. */
function iap(name: string, http2: boolean): Contestant {
  return {
    name,
    does: 'keeps verified tokens; decision; assertion; record',
    bare: false,
    http2,
    async start(stage) {
      const port = await stage.freePort()
      const config = prepare(stage, name, port)
      const pid = await stage.run(name, port, process.execPath, [join(stage.root, 'dist/proxy.js'), '--config', config])
      return { port, processes: [pid] }
    },
  }
}

export const ours = iap('iap', false)
export const oursHttp2 = iap('iap, HTTP/2', true)

const POLICY = `
label pages
identity people via jwt { sub: string, email: string, groups: set<string> }
role member of people when "staff" in caller.groups
service app at "${HOST}" { route page GET "/{name}" is pages }
permit members_read
  on app.page
  to member
`

function prepare(stage: Stage, name: string, port: number): string {
  const folder = stage.folderFor(name)
  writeFileSync(join(folder, 'app.iap'), POLICY)
  command(stage, folder, ['keygen', '-o', 'release.private.jwk.json', '--public', 'release.public.jwk.json'])
  command(stage, folder, ['build', 'app.iap', '-o', 'app.iapb', '--sign', 'release.private.jwk.json', '--sequence', '1'])
  const config = `
listeners: [{ address: "127.0.0.1:${port}", http2: true }]
bundle: { source: ./app.iapb, keys: [./release.public.jwk.json], state: ./var }
identities: { people: { issuer: "${stage.issuer}", audience: "${AUDIENCE}", algorithms: [RS256] } }
services: { app: { upstreams: ["http://127.0.0.1:${stage.service}"] } }
audit: [{ file: ./audit.jsonl }]
workers: 1
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
