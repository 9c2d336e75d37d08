import { helpers } from '../helpers.ts'
import { ABI_VERSION } from '../module.ts'
import { helpers1 } from './helpers-1.ts'

/** The ABIs that this runtime runs: today's, and the one before. */
export const RUNNABLE_ABIS: readonly number[] = [ABI_VERSION, 1]

/** What `policy.js` of that ABI is given as `abi`, and may name. */
export function helpersOf(abi: number): Readonly<Record<string, unknown>> {
  if (abi === ABI_VERSION) return helpers
  if (abi === 1) return helpers1
  throw new Error(`no helpers of ABI ${abi}: the manifest was not looked at`)
}
