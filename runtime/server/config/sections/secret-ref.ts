import type { SecretRef } from '../../../base/secret.ts'
import type { RawSecret } from '../raw-config.ts'
import { type Reading, readPath } from './reading.ts'

export function readSecretRef(raw: RawSecret | undefined, reading: Reading): SecretRef {
  return raw?.env === undefined ? { file: readPath(raw?.file, reading) } : { env: raw.env }
}
