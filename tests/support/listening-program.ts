import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'

export interface ListeningProgram {
  /** What it has written to the error output. */
  log(): string
  /** Kills it, and removes its folder. */
  close(): Promise<void>
}

/**
 * Starts a program in the foreground, and resolves once it accepts connections at all of its ports of 127.0.0.1.
 *
 * @param folder removed in the end
 * @throws Error with what it has written, if it ends before
 */
export async function startListening(
  command: string,
  words: readonly string[],
  ports: readonly number[],
  folder: string,
): Promise<ListeningProgram> {
  const child = spawn(command, words, { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  child.stderr.on('data', (chunk) => {
    log += chunk
  })
  const gone = once(child, 'exit')
  for (const port of ports) await untilListening(command, port, child, () => log)
  return {
    log: () => log,
    async close() {
      child.kill('SIGKILL')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Returns a port of 127.0.0.1 that nobody uses at this moment. */
export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1)
  return port
}

/** Returns different ports of 127.0.0.1 that nobody uses at this moment. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => {
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  })
  for (const server of servers) server.close()
  await Promise.all(servers.map((server) => once(server, 'close')))
  return ports
}

async function untilListening(command: string, port: number, child: ChildProcess, log: () => string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null) throw new Error(`${command} ended: ${log()}`)
    const socket = connect({ host: '127.0.0.1', port })
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (connected) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${command} does not listen`)
}
