/** The third line of defense, after signatures and the allowlist: V8 compiles no strings, by `eval` or function constructors. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/**
 * V8 option that disables compilation of strings. V8 reads it at its start: if set later, it applies only to new threads
 * (tested on Node 20 and 24). Another process is therefore needed.
 */
export const WITHOUT_CODE = '--disallow-code-generation-from-strings'
/**
 * Node option that removes the accessor `__proto__`, which this program does not use and which leads from any object to its
 * prototype.
 */
export const WITHOUT_PROTO = '--disable-proto=delete'
/** Marks the new process as a replacement. */
const MARK = 'IAP_STARTED_AGAIN'

/** Node 22.15 and later. */
type Execve = (file: string, words: readonly string[], env: NodeJS.ProcessEnv) => never

/**
 * Makes sure that the program runs in a process that cannot compile strings. Returns `null` if this process cannot. Otherwise
 * runs the program in another process: replaces this process if Node supports it; else forwards signals to a child process and
 * returns its exit code.
 */
export async function withoutCodeFromText(): Promise<number | null> {
  const again = process.env[MARK] !== undefined
  delete process.env[MARK]
  if (!makesCodeFromText()) {
    if (again) endWithParent()
    return null
  }
  if (again) throw new Error(`\`${WITHOUT_CODE}\` has no effect in Node.js ${process.version}: use a supported version`)
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
