import {
  type ApiKeyFile,
  createKey,
  type HmacKey,
  type KeyRecord,
  readHmacKey,
  renderApiKeyFile,
} from '../../runtime/identity/index.ts'

export const TEST_HMAC_SECRET = 'a secret of the tests, of more than 32 characters'

export const testHmacKey = readHmacKey(TEST_HMAC_SECRET) as HmacKey

export interface TestApiKey {
  readonly text: string
  readonly record: KeyRecord
}

/** A key as `iap key create` makes it. */
export function testApiKey(identity: string, changes: Partial<KeyRecord> = {}): TestApiKey {
  const { id, text } = createKey()
  const mac = testHmacKey.macOf(text).toString('base64url')
  const created = '2026-03-02T09:00:00.000Z'
  return { text, record: { id, identity, subject: 'acme', claims: {}, mac, created, expires: null, revoked: null, ...changes } }
}

/** The text of a file of such keys. */
export function apiKeyFile(keys: readonly (TestApiKey | KeyRecord)[], changes: Partial<ApiKeyFile> = {}): string {
  const records = keys.map((key) => (key !== null && 'record' in key ? key.record : key))
  return renderApiKeyFile({ hmacKey: testHmacKey.fingerprint, keys: records, ...changes })
}
