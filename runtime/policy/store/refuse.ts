import type { Manifest } from '../../abi/index.ts'
import { messageOf } from '../../base/errors.ts'
import type { PolicyRefusal, StoreProblem } from './policy-target.ts'
import { StateError } from './state-directory.ts'

export function refuseExpired({ expires }: Manifest): PolicyRefusal {
  return refuseBundle('expired', `the bundle expired at ${expires}`)
}

export function refuseBundle(code: StoreProblem, message: string): PolicyRefusal {
  return { kind: 'refused', code, message }
}

export function refusalOf(error: unknown): PolicyRefusal {
  return refuseBundle(error instanceof StateError ? 'state' : 'internal', messageOf(error))
}
