import { outputOf } from '../carry/load.ts'

export interface ChecksLoad {
  readonly port: number
  /** File with a request message as gRPC frames it. */
  readonly request: string
  readonly checks: number
  readonly connections: number
  /** Checks at a time on a connection. */
  readonly streams: number
  /** Bytes of each answer, as gRPC frames it. */
  readonly bytes: number
}

/**
 * Sends checks by `h2load`, as fast as it goes.
 *
 * @throws Error unless each check had an answer of so many bytes: errors of gRPC have none
 */
export async function loadChecks({ port, request, checks, connections, streams, bytes }: ChecksLoad): Promise<void> {
  const headers = ['content-type: application/grpc', 'te: trailers'].flatMap((line) => ['-H', line])
  const words = ['-n', String(checks), '-c', String(connections), '-m', String(streams), '-t', '1', '-d', request, ...headers]
  const text = await outputOf('h2load', [...words, `http://127.0.0.1:${port}/envoy.service.auth.v3.Authorization/Check`])
  const good = Number(/status codes: (\d+) 2xx/.exec(text)?.[1])
  const data = Number(/headers \(.*?\), [^(]*\((\d+)\) data/.exec(text)?.[1])
  if (good !== checks || data !== checks * bytes)
    throw new Error(`${good} of ${checks} checks were answered, by ${data} bytes instead of ${checks * bytes}:\n${text}`)
}
