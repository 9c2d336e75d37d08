import type { PolicyCode, PolicyRefusal } from '../../../policy/index.ts'
import { PolicyCodeCheck } from '../../../policy/module/check-code.ts'

export interface ToCheck extends PolicyCode {
  readonly id: number
}

export interface Checked {
  readonly id: number
  readonly refusal: PolicyRefusal | null
}

/** Runs a process that checks the code of bundles one after the other. It ends with its supervisor at the latest. */
export function runCodeCheck(): void {
  const check = new PolicyCodeCheck()
  // Terminals signal the whole process group; the supervisor decides.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {})
  process.once('disconnect', () => process.exit(1))
  process.on('message', ({ id, ...code }: ToCheck) => {
    const checked: Checked = { id, refusal: check.refusal(code) }
    process.send?.(checked)
  })
}
