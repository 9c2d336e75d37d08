/** A bundle's expiry: `expires` in its manifest. */
import type { Manifest } from './manifest.ts'

/** Entry of `needs` in the manifest of a bundle that expires. Hosts that do not know this capability refuse the bundle. */
export const EXPIRY_NEED = 'expiry'

/** Returns whether a value is an RFC 3339 time as manifests have it: UTC, whole seconds, a valid day, a year up to 9999. */
export function isExpiry(value: unknown): value is string {
  return typeof value === 'string' && SPELLING.test(value) && expiryText(Date.parse(value)) === value
}

/**
 * Returns whether a bundle with this manifest has expired at `now`, in milliseconds since 1970. Without `expires`, it never
 * expires.
 */
export function hasExpired({ expires }: Pick<Manifest, 'expires'>, now: number): boolean {
  return expires !== undefined && now >= Date.parse(expires)
}

/**
 * Formats milliseconds since 1970 as `expires` of a manifest, in whole seconds, such as `2026-03-02T09:00:00Z`. Returns `null`
 * outside of the years 0 to 9999.
 */
export function expiryText(ms: number): string | null {
  const date = new Date(Math.floor(ms / 1000) * 1000)
  const text = Number.isNaN(date.getTime()) ? '' : date.toISOString().replace('.000Z', 'Z')
  return SPELLING.test(text) ? text : null
}

const SPELLING = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
