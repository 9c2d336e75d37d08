import type { SecretRef } from '../../../base/secret.ts'
import type { RawSecret } from '../raw-config.ts'
import { type Reading, readStartFile } from './reading.ts'

export function readSecretRef(raw: RawSecret | undefined, reading: Reading): SecretRef {
  return raw?.env === undefined ? { file: readStartFile(raw?.file, reading) } : { env: raw.env }
}
