/** Starts `iap lsp` as an editor does. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver-protocol/node.js'
import { Client } from './client.ts'

const program = fileURLToPath(new URL('../../dist/iap.js', import.meta.url))

export interface StartedServer {
  readonly client: Client
  readonly process: ChildProcessWithoutNullStreams
  /** Resolves to the exit code; null if a signal ended the process. */
  readonly exited: Promise<number | null>
  /** Returns what the server wrote to standard error. */
  errors(): string
}

/** Shuts a server down. It exits with 0, has written no errors, and the client has seen no problems. */
export async function expectCleanShutdown({ client, exited, errors }: StartedServer): Promise<void> {
  await client.stop()
  expect([await exited, errors(), client.problems]).toEqual([0, '', []])
}

export function startServer(): StartedServer {
  const child = spawn(process.execPath, [program, 'lsp', '--stdio'], { env: { ...process.env, NODE_V8_COVERAGE: '' } })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin))
  // A pipe that the server closed first is no news here.
  child.stdin.on('error', () => {})
  return {
    client: new Client(connection),
    process: child,
    exited: once(child, 'exit').then(([code]) => code as number | null),
    errors: () => errors,
  }
}
