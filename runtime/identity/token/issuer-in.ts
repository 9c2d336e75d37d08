import { readCompactJws } from './compact-jws.ts'

/** Who has made a token, as it says itself, unverified; null where it says nothing that can be read. */
export function issuerIn(token: string): string | null {
  const { iss } = readCompactJws(token)?.payload ?? {}
  return typeof iss === 'string' ? iss : null
}
