import { WatchedValue, type WatchedValueOptions } from '../../watched-value.ts'
import { type KeyRecord, readApiKeyFile } from './api-key-file.ts'

export type Keys = WatchedValue<ReadonlyMap<string, KeyRecord>>

/**
 * Opens a file of API keys, and reloads it when it changes.
 *
 * @param fingerprint fingerprint of the secret with which the file must have been made
 */
export function openKeys(
  file: string,
  fingerprint: string,
  options: Omit<WatchedValueOptions<ReadonlyMap<string, KeyRecord>>, 'read'>,
): Promise<Keys> {
  return WatchedValue.open(file, {
    ...options,
    read(bytes, before) {
      const read = readApiKeyFile(bytes)
      if (!read.ok) return read
      const { hmacKey, keys } = read.file
      if (hmacKey !== fingerprint)
        return { ok: false, message: 'contains keys that were created with another secret than `hmacKey`: configure that secret' }
      // Unchanged records stay the same object, so that callers stay authenticated.
      return { ok: true, value: new Map(keys.map((key) => [key.id, same(before?.get(key.id), key)])) }
    },
  })
}

function same(before: KeyRecord | undefined, now: KeyRecord): KeyRecord {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(now) ? before : now
}
