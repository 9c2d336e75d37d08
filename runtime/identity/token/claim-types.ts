export type Claims = Readonly<Record<string, unknown>>

/** Returns `aud` as a list (RFC 7519, section 4.1.3), or `null` if it is invalid. */
export function audiencesOf({ aud }: Claims): readonly string[] | null {
  if (typeof aud === 'string') return [aud]
  return Array.isArray(aud) && aud.every((item) => typeof item === 'string') ? aud : null
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

export function isDate(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0
}
