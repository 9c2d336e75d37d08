/** The third line of defense, after signatures and the allowlist: V8 compiles no strings, by `eval` or function constructors. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** Read when V8 starts: set later, it applies to new threads only (tested on 20 and 24), so another process is needed. */
export const WITHOUT_CODE = '--disallow-code-generation-from-strings'
/** Removes the accessor `__proto__`, which is unused here and leads from any object to its prototype. */
export const WITHOUT_PROTO = '--disable-proto=delete'
/** Marks the new process as a replacement. */
const MARK = 'IAP_STARTED_AGAIN'

/** Node 22.15 and later. */
type Execve = (file: string, words: readonly string[], env: NodeJS.ProcessEnv) => never

/**
 * Returns `null` if this process compiles no strings. Otherwise runs the program in another process and returns its exit code. If
 * Node can, that process replaces this one and this never returns; else this one forwards signals and ends with it.
 */
export async function withoutCodeFromText(): Promise<number | null> {
  const again = process.env[MARK] !== undefined
  delete process.env[MARK]
  if (!makesCodeFromText()) {
    if (again) endWithParent()
    return null
  }
  if (again) throw new Error(`\`${WITHOUT_CODE}\` has no effect on this Node`)
  const words = [WITHOUT_CODE, WITHOUT_PROTO, ...process.execArgv, ...process.argv.slice(1)]
  const env = { ...process.env, [MARK]: '1' }
  const { execve } = process as { execve?: Execve }
  if (execve !== undefined && process.platform !== 'win32') execve(process.execPath, [process.execPath, ...words], env)
  return await runBeside(words, env)
}

export function makesCodeFromText(): boolean {
  try {
    new Function('')
    return true
  } catch {
    return false
  }
}

function runBeside(words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  // A process group of its own, so that a terminal's signals arrive once, from here.
  const child = spawn(process.execPath, words, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], detached: true, env })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
}

/** If the forwarding process is killed, nobody could end this one. */
function endWithParent(): void {
  if (process.channel === undefined) return
  process.channel?.unref()
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
}
