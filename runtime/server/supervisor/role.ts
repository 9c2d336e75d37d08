import { executionAsyncResource } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Name of the environment variable that makes a process a worker. */
export const WORKER_MARK = 'IAP_WORKER'
export const CODE_CHECK_MARK = 'IAP_CODE_CHECK'

/**
 * Returns the file of the workers' program: `proxy.js` beside this file if it exists, else the running program. `iap.js`
 * contains the compiler as well, which takes memory.
 */
export function workerProgram(): string {
  return beside('proxy.js') ?? (process.argv[1] as string)
}

/** SHA-256 of the `code-check.js` of this build, hexadecimal, set by `scripts/build.mjs`. Undefined when run from sources. */
declare const IAP_CODE_CHECK_DIGEST: string | undefined

/**
 * Returns the file of the program that checks code: `code-check.js`, which loads ten times faster than the workers' program.
 * Falls back to the workers' program unless the file is of this build, because another build may have other rules.
 */
export function codeCheckProgram(): string {
  const file = typeof IAP_CODE_CHECK_DIGEST === 'undefined' ? null : beside('code-check.js')
  return file !== null && digestOf(file) === IAP_CODE_CHECK_DIGEST ? file : workerProgram()
}

function digestOf(file: string): string | null {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex')
  } catch {
    return null
  }
}

function beside(name: string): string | null {
  const file = fileURLToPath(new URL(`./${name}`, import.meta.url))
  return existsSync(file) ? file : null
}

/**
 * Runs this process as a worker or as a code check process if an environment variable says so; returns false otherwise. Each role
 * loads only its own modules, to save memory.
 */
export async function runRole(): Promise<boolean> {
  if (isStartedAs(CODE_CHECK_MARK)) {
    const { runCodeCheck } = await import('./code-check/run-code-check.ts')
    runCodeCheck()
    return true
  }
  if (isStartedAs(WORKER_MARK)) {
    keepTickShape()
    // Node queues messages until `runWorker` listens.
    const { runWorker } = await import('./run-worker.ts')
    runWorker()
    return true
  }
  return false
}

function isStartedAs(mark: string): boolean {
  const isMarked = process.env[mark] !== undefined && process.send !== undefined
  delete process.env[mark]
  return isMarked
}

const pinned: object[] = []

/**
 * Keeps one of the objects that Node makes for each `process.nextTick`. V8 keeps their shape only while one exists: a full
 * garbage collection without any (a large policy is loaded while idle) discards the code compiled for it, and each request then
 * costs a tenth more for the rest of the process's life. Must be called first.
 */
function keepTickShape(): void {
  process.nextTick(() => pinned.push(executionAsyncResource()))
}
