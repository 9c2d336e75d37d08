import { readFileSync, writeFileSync } from 'node:fs'
import { createServer as createHttp1Server } from 'node:http'
import { createSecureServer, createServer, type Http2Server } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { selfSigned } from '../tests/support/self-signed.ts'
import { goInstall } from './support/go-install.ts'
import type { InteropRun } from './support/interop-run.ts'
import { startProxy } from './support/start-proxy.ts'
import type { Suite } from './support/suite.ts'

/** The newest one that is a Go module by its version: later ones lack the suffix that Go requires. */
const VERSION = 'v2.2.1+incompatible'

const policy = `service app at "127.0.0.1" {
  route all ANY "/{rest...}"
}

permit all on app.* to anyone
`

/** Each case of h2spec, plain and over TLS. A case that fails against a bare Node server as well is a limit of Node, and does not count. */
export const h2spec: Suite = {
  summary: 'h2spec, plain and over TLS, against the proxy and against a bare Node server',
  async run(run) {
    const [program] = (await goInstall(run, ['github.com/summerwind/h2spec/cmd/h2spec'], VERSION)) as [string]
    const { cert, key } = selfSigned('127.0.0.1')
    writeFileSync(join(run.scratch, 'cert.pem'), cert)
    writeFileSync(join(run.scratch, 'key.pem'), key)
    const service = await listen(
      run,
      createHttp1Server((request, response) => request.resume().on('end', () => response.end('fine'))),
    )
    const proxy = await startProxy(run, {
      policy,
      config: `listeners:
  - { address: "127.0.0.1:0", http2: true }
  - { address: "127.0.0.1:0", tls: { cert: ./cert.pem, key: ./key.pem } }
workers: 2
services: { app: { upstreams: ["http://127.0.0.1:${service}"] } }`,
    })
    const [plain, secure] = proxy.ports as [number, number]
    const bare = { plain: await bareNode(run, createServer()), tls: await bareNode(run, createSecureServer({ cert, key })) }
    for (const [how, port, node] of [
      ['plain', plain, bare.plain],
      ['tls', secure, bare.tls],
    ] as const) {
      const alone = await casesOf(run, program, node, how)
      const through = await casesOf(run, program, port, how)
      for (const [name, failure] of through) {
        if (failure === null) run.pass(`${how}: ${name}`)
        else if (alone.get(name) != null) run.skip(`${how}: ${name}`, 'fails against a bare Node server as well')
        else run.fail(`${how}: ${name}`, failure)
      }
    }
  },
}

/** The cases by their names; null: it passed. */
type Cases = ReadonlyMap<string, string | null>

async function casesOf(run: InteropRun, program: string, port: number, how: 'plain' | 'tls'): Promise<Cases> {
  const report = join(run.scratch, `h2spec-${port}.xml`)
  const { output } = await run.exec(program, [
    ...['--host', '127.0.0.1', '--port', String(port), '--junit-report', report],
    ...(how === 'tls' ? ['--tls', '--insecure'] : []),
  ])
  const cases = new Map<string, string | null>()
  for (const [, attributes = '', body = ''] of readFileSync(report, 'utf8').matchAll(CASE)) {
    const [, section = ''] = /package="([^"]*)"/.exec(attributes) ?? []
    const [, title = ''] = /classname="([^"]*)"/.exec(attributes) ?? []
    cases.set(`${section}: ${title}`, body.includes('<failure') || body.includes('<error') ? body.replace(/<[^>]*>/g, ' ') : null)
  }
  if (cases.size === 0) throw new Error(`h2spec reported no case: ${output}`)
  return cases
}

/** A case of h2spec's report in JUnit's format. */
const CASE = /<testcase ([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs

async function bareNode(run: InteropRun, server: Http2Server): Promise<number> {
  server.on('stream', (stream) => {
    stream.on('error', () => {})
    stream.respond()
    stream.end('fine')
  })
  server.on('sessionError', () => {})
  return await listen(run, server)
}

async function listen(run: InteropRun, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  run.defer(() => void server.close())
  return (server.address() as AddressInfo).port
}
