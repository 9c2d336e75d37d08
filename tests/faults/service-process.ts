import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { buildProgram } from '../../bench/run-program.ts'
import type { ServiceStart } from './service.ts'

/** A service as a process. */
export interface ServiceProcess {
  readonly port: number
  readonly origin: string
  /** Settled when it is at the request of that path. */
  at(path: string): Promise<void>
  /** With whatever it is at. */
  kill(): Promise<void>
  /** On the same port. */
  start(): Promise<void>
  /** It does nothing any more; what the system does for it, such as taking connections, goes on. */
  freeze(): void
  thaw(): void
}

export function buildService(): Promise<string> {
  return buildProgram(fileURLToPath(new URL('../../', import.meta.url)), 'tests/faults/service.ts')
}

export async function startService(program: string, options: Partial<ServiceStart> = {}): Promise<ServiceProcess> {
  const { protocol = 'http1', tls = null, backlog = 511, isWell = false } = options
  let port = 0
  let child: ChildProcess
  const paths = new Set<string>()
  const waiting = new Map<string, () => void>()

  const start = () =>
    new Promise<void>((resolve) => {
      // Not with the flags of the tests.
      child = fork(program, [JSON.stringify({ protocol, tls, backlog, isWell, port } satisfies ServiceStart)], { execArgv: [] })
      child.on('message', (told: { readonly port: number } | { readonly at: string }) => {
        if ('port' in told) {
          port = told.port
          return resolve()
        }
        paths.add(told.at)
        waiting.get(told.at)?.()
      })
    })
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }
  await start()
  return {
    port,
    origin: `${tls === null ? 'http' : 'https'}://127.0.0.1:${port}`,
    at: (path) =>
      paths.has(path)
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.set(path, resolve)
          }),
    kill,
    start,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  }
}
