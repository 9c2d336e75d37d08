import type { Manifest } from '../../abi/index.ts'
import { messageOf } from '../../base/errors.ts'
import type { Refusal, StoreProblem } from './policy-target.ts'
import { StateError } from './state-directory.ts'

export function refuseExpired({ expires }: Manifest): Refusal {
  return refuse('expired', `the bundle has expired: it counted until ${expires}`)
}

export function refuse(code: StoreProblem, message: string): Refusal {
  return { kind: 'refused', code, message }
}

/** What was thrown. */
export function refusalOf(error: unknown): Refusal {
  return refuse(error instanceof StateError ? 'state' : 'internal', messageOf(error))
}
