import { type ChildProcess, fork } from 'node:child_process'
import type { PolicyCode, PolicyRefusal } from '../../../policy/index.ts'
import { WITHOUT_CODE } from '../../without-code-from-text.ts'
import { CODE_CHECK_MARK, codeCheckProgram } from '../role.ts'
import type { Checked, ToCheck } from './run-code-check.ts'

/** Milliseconds until the idle process ends: it uses as much memory as a worker and starts in a fifth of a second. */
const IDLE = 2000

/** Milliseconds for one check; the largest bundles take seconds. */
const PATIENCE = 60_000

/**
 * Checks that the code of bundles has only forms that the compiler emits, in a separate process, once for all workers. Checking a
 * bundle with a thousand rules takes a tenth of a second, which would block the supervisor or the workers. A thread would not do,
 * because its memory stays allocated after its end.
 */
export class CodeCheck {
  #child: ChildProcess | null = null
  #idle: NodeJS.Timeout | undefined
  #last = 0
  readonly #waiting = new Map<number, (refusal: PolicyRefusal | null) => void>()

  prepare(): void {
    this.#child ??= this.#start()
    this.#endIfIdle()
  }

  /**
   * Checks the code of a bundle. Resolves with the refusal, or with `null` if the code has only forms that the compiler emits.
   */
  refusal({ manifest, policy, validators }: PolicyCode): Promise<PolicyRefusal | null> {
    clearTimeout(this.#idle)
    this.#child ??= this.#start()
    const id = ++this.#last
    const child = this.#child
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#giveUp(child), PATIENCE).unref()
      this.#waiting.set(id, (refusal) => {
        clearTimeout(timer)
        resolve(refusal)
      })
      const message: ToCheck = { id, manifest, policy, validators }
      // Send errors end in the process's end.
      child.send(message, () => {})
    })
  }

  close(): void {
    clearTimeout(this.#idle)
    const child = this.#child
    if (child === null) return
    this.#over(child, 'it is ended')
    child.kill('SIGKILL')
  }

  #start(): ChildProcess {
    const child = fork(codeCheckProgram(), [], {
      env: { ...process.env, [CODE_CHECK_MARK]: '1' },
      execArgv: [...new Set([WITHOUT_CODE, ...process.execArgv])],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    child.unref()
    child.channel?.unref()
    child.on('message', ({ id, refusal }: Checked) => this.#settle(id, refusal))
    child.on('error', (error: Error) => this.#over(child, error.message))
    child.on('exit', (code, signal) => this.#over(child, `it has ended with ${signal ?? `exit code ${code}`}`))
    return child
  }

  #settle(id: number, refusal: PolicyRefusal | null): void {
    this.#waiting.get(id)?.(refusal)
    this.#waiting.delete(id)
    this.#endIfIdle()
  }

  #endIfIdle(): void {
    clearTimeout(this.#idle)
    if (this.#waiting.size === 0) this.#idle = setTimeout(() => this.close(), IDLE).unref()
  }

  #giveUp(child: ChildProcess): void {
    this.#over(child, 'it took too long')
    child.kill('SIGKILL')
  }

  /** Unchecked code does not run. */
  #over(child: ChildProcess, why: string): void {
    // Waiting checks belong to its successor.
    if (this.#child !== child) return
    this.#child = null
    for (const [id, resolve] of this.#waiting) {
      this.#waiting.delete(id)
      resolve({ kind: 'refused', code: 'internal', message: `the code of the bundle could not be checked: ${why}; try again` })
    }
  }
}
