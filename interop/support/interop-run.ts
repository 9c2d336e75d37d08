import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One interop run: its scratch folder, its processes, and the count of its cases. */
export class InteropRun {
  /** Removed at the end of the run. */
  readonly scratch: string
  passed = 0
  failed = 0
  readonly #cleanups: (() => unknown)[] = []

  constructor(name: string) {
    this.scratch = mkdtempSync(join(tmpdir(), `iap-interop-${name}-`))
    this.defer(() => rmSync(this.scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }))
  }

  pass(name: string): void {
    this.passed++
    console.log(`pass  ${name}`)
  }

  fail(name: string, reason: unknown): void {
    this.failed++
    console.log(`FAIL  ${name}: ${reason instanceof Error ? reason.message : String(reason)}`)
  }

  /** A case that could not run, because of something other than the proxy. It is neither passed nor failed. */
  skip(name: string, reason: string): void {
    console.log(`skip  ${name}: ${reason}`)
  }

  /** A line of progress. */
  say(line: string): void {
    console.log(line)
  }

  /** Runs `body` as one case, which fails if `body` rejects. */
  async check(name: string, body: () => unknown): Promise<void> {
    try {
      await body()
      this.pass(name)
    } catch (error) {
      this.fail(name, error)
    }
  }

  /** Runs a part that has a scratch folder and processes of its own, which end with it. Its cases count here. */
  async part(name: string, body: (part: InteropRun) => Promise<void>): Promise<void> {
    const part = new InteropRun(name)
    try {
      await body(part)
    } catch (error) {
      part.fail(`${name} ended early`, error)
    } finally {
      await part.cleanUp()
      this.passed += part.passed
      this.failed += part.failed
    }
  }

  /** Calls `cleanup` at the end of the run. The last one added is called first. */
  defer(cleanup: () => unknown): void {
    this.#cleanups.push(cleanup)
  }

  /** Starts a process that is killed at the end of the run. */
  start(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const child = spawn(command, args, { cwd: this.scratch, stdio: ['ignore', 'pipe', 'pipe'], ...options })
    this.defer(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await exited
    })
    return child
  }

  /** Runs a command to its end. It is killed after `timeout` milliseconds; the exit code is then null. */
  async exec(command: string, args: readonly string[], options: SpawnOptions & { timeout?: number } = {}): Promise<Executed> {
    const { timeout = 600_000, ...rest } = options
    const child = this.start(command, args, rest)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
    const timer = setTimeout(() => child.kill('SIGKILL'), timeout)
    const code = await new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject))
    clearTimeout(timer)
    return { code, output }
  }

  async cleanUp(): Promise<void> {
    for (const cleanup of this.#cleanups.reverse()) await cleanup()
  }
}

export interface Executed {
  /** Null if a signal ended it. */
  readonly code: number | null
  /** Standard output and standard error. */
  readonly output: string
}
