import { connect } from 'node:net'
import type { InteropRun } from './interop-run.ts'
import { waitFor } from './start-proxy.ts'

/**
 * Starts a program. Resolves when it accepts connections on all ports of 127.0.0.1.
 *
 * @throws Error with its output if it ends before
 */
export async function startListening(
  run: InteropRun,
  program: string,
  words: readonly string[],
  ports: readonly number[],
): Promise<void> {
  // Nothing is read from or written to the user's own folders.
  const own = { HOME: run.scratch, XDG_DATA_HOME: run.scratch, XDG_CONFIG_HOME: run.scratch }
  const child = run.start(program, words, { env: { ...process.env, ...own } })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (log += chunk))
  child.once('error', (error) => (log += error.message))
  const until = waitFor(
    async () => {
      if (child.exitCode !== null) throw new Error(`it ended with exit code ${child.exitCode}`)
      const open = await Promise.all(ports.map(accepts))
      return open.every(Boolean) ? true : undefined
    },
    `it does not listen on the ports ${ports.join(', ')}`,
  )
  await until.catch((error: Error) => {
    throw new Error(`${program}: ${error.message}: ${log.slice(0, 4000)}`)
  })
}

/** Returns whether a port of this machine takes connections. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
