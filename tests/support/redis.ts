import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './listening-program.ts'

/** Whether this machine has it: the gate installs it. */
export function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export interface TestRedis {
  readonly url: string
  /** Ends it at once; `start` begins it again on the same port, empty. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Stops and goes on: it is there, and says nothing. */
  freeze(): void
  thaw(): void
  close(): Promise<void>
}

/**
 * A Redis of its own on 127.0.0.1.
 *
 * @param more returns further arguments for its port, which come last and so count
 */
export async function startRedis(more: (port: number) => readonly string[] = () => []): Promise<TestRedis> {
  return await startServer((port, folder) => [
    ...['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    ...more(port),
  ])
}

/** A program `redis-server` with these arguments on a port of 127.0.0.1. `folder` is its own, and removed in the end. */
export async function startServer(argsOf: (port: number, folder: string) => readonly string[]): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-redis-'))
  const port = await freePort()
  const args = argsOf(port, folder)
  let child: ChildProcess | null = null

  async function start(): Promise<void> {
    const made = spawn('redis-server', args)
    child = made
    await new Promise<void>((resolve, reject) => {
      made.once('exit', () => reject(new Error('redis-server has ended')))
      made.stdout.on('data', (chunk) => {
        // A sentinel only says what it monitors.
        if (/Ready to accept connections|\+monitor/.test(String(chunk))) resolve()
      })
    })
  }

  async function stop(): Promise<void> {
    if (child === null || child.exitCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    child = null
  }

  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    stop,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    async close() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
