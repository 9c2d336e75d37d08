/** Returns whether a value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isString(value: unknown): value is string {
  return typeof value === 'string'
}

/** Returns whether a value is a nonnegative integer. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

export type ValueCheck = (value: unknown) => boolean

/** Returns a function that tells whether a value is an array whose elements all pass a check. */
export function listOf(check: ValueCheck): ValueCheck {
  return (value) => Array.isArray(value) && value.every(check)
}

export function orNull(check: ValueCheck): ValueCheck {
  return (value) => value === null || check(value)
}

/**
 * Returns a function that tells whether a value is an object whose members pass the given checks. Further members are allowed.
 */
export function shapeOf(members: Readonly<Record<string, ValueCheck>>): ValueCheck {
  const checks = Object.entries(members)
  return (value) => isObject(value) && checks.every(([name, check]) => check(value[name]))
}

/** Decodes UTF-8, and keeps a byte order mark. Returns `null` if the bytes are invalid. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
