/**
 * The third line of defense behind signatures and the whitelist: V8 makes no code from texts, by `eval` or any constructor of
 * functions.
 */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/**
 * Read when V8 starts: set later it binds new threads and nothing else (tried on 20 and 24), so that the process has to be
 * another one.
 */
export const WITHOUT_CODE = '--disallow-code-generation-from-strings'
/** No object has the accessor `__proto__`: nothing here uses it, and it leads from any object to its prototype. */
export const WITHOUT_PROTO = '--disable-proto=delete'
/** Tells the new process whose place it takes. */
const MARK = 'IAP_STARTED_AGAIN'

/** Node 22.15 and later. */
type Execve = (file: string, words: readonly string[], env: NodeJS.ProcessEnv) => never

/**
 * Null where this process makes no code from texts: go on. Else the program has run in another process, and the result is the
 * exit code. Where Node can, that takes the place of this one, and nothing comes back; where it cannot, this one hands on
 * signals, and ends with it.
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
  // A group of its own: what a terminal sends to all of the group comes once, from here.
  const child = spawn(process.execPath, words, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], detached: true, env })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
}

/** Should whoever hands on signals be killed, nobody could end this one. */
function endWithParent(): void {
  if (process.channel === undefined) return
  process.channel?.unref()
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
}
