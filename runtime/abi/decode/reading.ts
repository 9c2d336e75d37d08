import type { Convert } from './convert.ts'

/**
 * How data and bodies are read: undefined where a value does not fit. Whatever else goes wrong (a collection that is too large
 * for JavaScript) is a value that does not fit, too.
 */
export function reading<T>(convert: Convert<T>): (json: unknown) => T | undefined {
  return (json) => {
    try {
      return convert(json)
    } catch {
      return undefined
    }
  }
}
