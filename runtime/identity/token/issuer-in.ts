import { MAX_TOKEN } from './compact-jws.ts'

/**
 * Who has made a token, as it says itself; null where it says nothing. Nothing of it is verified, and it is read as loosely as anybody may read it: what looks
 * like somebody's token is shown to nobody else, even if it is not one.
 */
export function issuerIn(token: string): string | null {
  const [, payload, signature] = token.length > MAX_TOKEN ? [] : token.split('.', 3)
  if (payload === undefined || signature === undefined) return null
  try {
    const { iss } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { readonly iss?: unknown }
    return typeof iss === 'string' ? iss : null
  } catch {
    return null
  }
}
