import type { Verdict } from '../../runtime/server/doctor/index.ts'
import { testAuthority } from '../support/test-authority.ts'
import { TEST_AUDIENCE, type TestIssuer } from '../support/test-issuer.ts'
import type { Parts } from './set-up.ts'

/** A broken set-up, and the line of `iap doctor` that names the cause and what to change. */
export interface DoctorCase {
  readonly name: string
  readonly result: Extract<Verdict, 'problem' | 'warning'>
  readonly place: string
  readonly message: RegExp
  readonly advice: RegExp
  /** Other places of results with the same cause. */
  readonly also?: readonly string[]
  readonly words?: readonly string[]
  /** Modes of files, by name. */
  readonly modes?: Readonly<Record<string, number>>
  make(issuer: TestIssuer): Parts | Promise<Parts>
}

export const authority = testAuthority()

/** YAML of an identity for access tokens of an issuer. */
export const jwtOf = (issuer: string, more = '') =>
  `user: { issuer: "${issuer}", audience: "${TEST_AUDIENCE}", algorithms: [ES256]${more} }`
