/** The values of parameters, of a request that the router has found to fit. */
import { scratch } from '../values/scratch-registers.ts'

/** A decimal integer within ±(2⁵³−1); a text that is none never gets here. */
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

/** What stands between so many characters at the start of a segment and so many at its end. */
export function between(segment: string, prefix: number, suffix: number): string {
  return segment.slice(prefix, segment.length - suffix)
}

/** The segments from one on, as they stand in the path. */
export function rest(segments: readonly string[], at: number): string {
  return segments.slice(at).join('/')
}

export function firstLabel(host: string): string {
  return host.slice(0, host.indexOf('.'))
}

export const parameterHelpers = { segmentInteger, between, rest, firstLabel }
