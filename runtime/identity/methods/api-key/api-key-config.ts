import type { SecretRef } from '../../../base/secret.ts'

/** Where the keys of an identity are. */
export interface ApiKeyConfig {
  /** A file of `iap key`, watched. */
  readonly file: string
  /** What keys are stored under: without it nobody can make one, whoever may write the file. */
  readonly hmacKey: SecretRef
  /** Of the object with both, in the configuration. */
  readonly path: readonly (string | number)[]
}
