/** From when on a bundle is not taken any more: `expires` of its manifest. */
import type { Manifest } from './manifest.ts'

/** Stands in `needs` of a bundle that has an end. */
export const EXPIRY_NEED = 'expiry'

/** RFC 3339 in the one spelling that a manifest has: UTC, whole seconds, a day that there is, of the years to 9999. */
export function isExpiry(value: unknown): value is string {
  return typeof value === 'string' && SPELLING.test(value) && expiryText(Date.parse(value)) === value
}

/** Whether it is not to be taken any more at that time, in milliseconds since 1970. */
export function hasExpired({ expires }: Pick<Manifest, 'expires'>, now: number): boolean {
  return expires !== undefined && now >= Date.parse(expires)
}

/** Milliseconds since 1970 → as a manifest has it; null where that is no time of the years 0 to 9999. */
export function expiryText(ms: number): string | null {
  const date = new Date(Math.floor(ms / 1000) * 1000)
  const text = Number.isNaN(date.getTime()) ? '' : date.toISOString().replace('.000Z', 'Z')
  return SPELLING.test(text) ? text : null
}

const SPELLING = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
