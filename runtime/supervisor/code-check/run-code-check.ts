import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { PolicyCodeCheck } from '../../policy/index.ts'
import type { Checked, ToCheck } from './messages.ts'

/** Tells a thread what it is for. */
export const CODE_CHECK_MARK = 'iap: code check'

export function isCodeCheck(): boolean {
  return !isMainThread && workerData === CODE_CHECK_MARK
}

/** Looks at the code of bundles, one after the other, until it is ended. */
export function runCodeCheck(): void {
  const check = new PolicyCodeCheck()
  parentPort?.on('message', ({ id, ...code }: ToCheck) => {
    const checked: Checked = { id, refusal: check.refusal(code) }
    parentPort?.postMessage(checked)
  })
}
