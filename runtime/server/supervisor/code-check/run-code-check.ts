import type { PolicyCode, PolicyRefusal } from '../../../policy/index.ts'
import { PolicyCodeCheck } from '../../../policy/module/check-code.ts'

export interface ToCheck extends PolicyCode {
  readonly id: number
}

export interface Checked {
  readonly id: number
  readonly refusal: PolicyRefusal | null
}

/** Checks the code of bundles sequentially until the process ends, at the latest with its supervisor. */
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
