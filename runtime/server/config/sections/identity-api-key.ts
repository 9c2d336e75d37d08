import type { ConfigPath } from '../../../base/config-error.ts'
import type { ApiKeyConfig } from '../../../identity/identity-config.ts'
import type { RawIdentity } from '../raw-config.ts'
import { type Reading, readPath } from './reading.ts'
import { readSecretRef } from './secret-ref.ts'

/** Reads the API key settings of an identity; returns `null` if it has none. */
export function readApiKey({ keys }: RawIdentity, path: ConfigPath, reading: Reading): ApiKeyConfig | null {
  if (keys === undefined) return null
  return { file: readPath(keys.file, reading), hmacKey: readSecretRef(keys.hmacKey, reading), path: [...path, 'keys'] }
}
