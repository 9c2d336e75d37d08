/** LISTEN_FDS: sockets that the proxy is started with, and a new process that takes over from an old one. */
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server } from 'node:net'
import { createSocket } from 'node:dgram'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { RawClient } from '../support/raw-client.ts'
import { startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'
import { startLoad } from './load.ts'
import { openStage, type Running, type Stage, until } from './proxy-process.ts'

let stage: Stage & { remove(): void }
let upstream: TestUpstream

beforeAll(async () => {
  upstream = await startUpstream((_, response) => response.end('fine'))
  stage = await openStage()
})

afterAll(async () => {
  await upstream?.close()
  stage?.remove()
})

/** A socket that listens, and whose holder never takes a connection itself. */
async function hold(): Promise<{ readonly server: Server; readonly fd: number; readonly port: number }> {
  const server = createServer({ pauseOnConnect: true })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { _handle: handle } = server as Server & { _handle: { fd: number; unref(): void } }
  return { server, fd: handle.fd, port: (server.address() as { port: number }).port }
}

/** As systemd does it: the process that is started is the one that `LISTEN_PID` names. */
function startWith(fds: readonly number[], names: string | null, more: Record<string, string> = {}): Running {
  return stage.start({
    command: ['sh', '-c', 'LISTEN_PID=$$ exec "$0" "$@"', process.execPath],
    spawn: {
      stdio: ['ignore', 'pipe', 'pipe', ...fds],
      env: { ...process.env, LISTEN_FDS: String(fds.length), ...(names !== null && { LISTEN_FDNAMES: names }), ...more },
    },
  })
}
