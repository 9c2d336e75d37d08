import { executionAsyncResource } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Environment variables that tell a process its role. */
export const WORKER_MARK = 'IAP_WORKER'
export const CODE_CHECK_MARK = 'IAP_CODE_CHECK'

/**
 * Returns the file that workers are started from: `proxy.js` where it lies beside this one, else the file of the command line.
 * `iap.js` holds the compiler as well, whose text would be memory in each of them.
 */
export function workerProgram(): string {
  return beside('proxy.js') ?? (process.argv[1] as string)
}

/**
 * The SHA-256 of the `code-check.js` of the same build, in hexadecimal; `scripts/build.mjs` puts it here. Not defined where
 * sources run.
 */
declare const IAP_CODE_CHECK_DIGEST: string | undefined

/**
 * Returns the file that code checks are started from: `code-check.js` beside this one, which is read in a tenth of the time, else
 * that of the workers. One of another build, left by an update of `proxy.js` alone, would check by other rules: it is not used.
 */
export function codeCheckProgram(): string {
  const file = typeof IAP_CODE_CHECK_DIGEST === 'undefined' ? null : beside('code-check.js')
  return file !== null && digestOf(file) === IAP_CODE_CHECK_DIGEST ? file : workerProgram()
}

/** Null: it cannot be read. */
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
 * Runs the worker or the code check that this process was started as. False: it was started as neither.
 * Each role loads its own modules alone: what one role needs would take memory in the others.
 */
export async function runRole(): Promise<boolean> {
  if (isStartedAs(CODE_CHECK_MARK)) {
    const { runCodeCheck } = await import('./code-check/run-code-check.ts')
    runCodeCheck()
    return true
  }
  if (isStartedAs(WORKER_MARK)) {
    keepTickShape()
    // Node queues the messages that arrive before `runWorker` listens.
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
 * Keeps one of the objects that Node makes for each `process.nextTick`. V8 holds the shape of such an object only while there is
 * one: where it collects all memory in a moment without any (a policy of many routes is loaded, nobody asks for anything), the
 * next one has another shape, and what was compiled for the first is given up for good. Each request then costs a tenth more, for
 * as long as the process lives. To be called before anything else is done.
 */
function keepTickShape(): void {
  process.nextTick(() => pinned.push(executionAsyncResource()))
}
