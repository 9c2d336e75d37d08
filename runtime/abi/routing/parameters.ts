/** Reads parameters of a matched request. */
import { scratch } from '../values/scratch-registers.ts'

/** Parses a path segment that is an integer within ±(2⁵³−1). The route must have matched, so the text is known to be valid. */
export function segmentInteger(text: string): number {
  readInteger(text)
  return scratch.result
}

function readInteger(text: string): void {
  const negative = text.charCodeAt(0) === MINUS
  let value = 0
  for (let at = negative ? 1 : 0; at < text.length; at += 1) value = value * 10 + (text.charCodeAt(at) - ZERO)
  scratch.result = negative ? -value : value
}

const MINUS = 45
const ZERO = 48

/** Returns the value of a parameter with affixes: the segment without its first `prefix` and last `suffix` characters. */
export function between(segment: string, prefix: number, suffix: number): string {
  return segment.slice(prefix, segment.length - suffix)
}

/** Returns the value of a parameter `{rest...}`: the segments from index `at` on, joined by `/`. */
export function rest(segments: readonly string[], at: number): string {
  return segments.slice(at).join('/')
}

export function firstLabel(host: string): string {
  return host.slice(0, host.indexOf('.'))
}

export const parameterHelpers = { segmentInteger, between, rest, firstLabel }
