import { deepEqual } from 'node:assert/strict'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { askRaw } from '../../tests/fronts/ask.ts'
import { HOST } from '../../tests/fronts/stand.ts'
import type { InteropRun } from '../support/interop-run.ts'
import { startExample } from './example.ts'

/** What the examples do without an answer: nobody listens, the connection is closed, or nothing comes. Needs no proxy. */
export async function outageCases(run: InteropRun, program: string): Promise<void> {
  const reached: string[] = []
  const service = await listening(
    run,
    createHttpServer((request, response) => {
      reached.push(request.url ?? '')
      response.end('service')
    }),
  )
  for (const name of ['envoy.yaml', 'envoy-http.yaml'] as const)
    for (const [what, checks] of Object.entries(await silentListeners(run, name))) {
      const port = await startExample(run, program, name, { checks, proxy: '127.0.0.1:1', service: `127.0.0.1:${service}` })
      await run.check(`${name}: ${what}: nothing passes`, async () => {
        const { status } = await askRaw(port, `GET /open/a HTTP/1.1\nHost: ${HOST}\nConnection: close\n\n`)
        deepEqual([status, reached], [503, []])
      })
    }
}

/** Returns addresses of listeners for checks that do not answer, by what they do. */
async function silentListeners(run: InteropRun, name: string): Promise<Readonly<Record<string, string>>> {
  const silent = createServer((socket) => socket.on('error', () => {}))
  const closing = createServer((socket) => socket.on('error', () => {}).destroy())
  const address = async (server: Server, file: string) => {
    if (name === 'envoy-http.yaml') return `127.0.0.1:${await listening(run, server)}`
    const path = join(run.scratch, file)
    await listening(run, server, path)
    return path
  }
  return {
    'nobody listens': name === 'envoy-http.yaml' ? '127.0.0.1:1' : join(run.scratch, 'none.sock'),
    'the connection is closed': await address(closing, 'closing.sock'),
    'no answer comes': await address(silent, 'silent.sock'),
  }
}

/** Returns the port, or 0 at a Unix socket. */
async function listening(run: InteropRun, server: Server, path?: string): Promise<number> {
  await new Promise<void>((resolve) =>
    path === undefined ? server.listen(0, '127.0.0.1', resolve) : server.listen(path, resolve),
  )
  run.defer(() => void server.close())
  return path === undefined ? (server.address() as AddressInfo).port : 0
}
