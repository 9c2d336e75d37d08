import type { ParamValue, SegmentProgram } from './module.ts'

type Param = Extract<SegmentProgram, { kind: 'param' }>

/** What a segment of a path says for a parameter; undefined where it does not match. */
export function paramValue(param: Param, segment: string): ParamValue | undefined {
  const { prefix, suffix } = param
  // The common one first: nothing fixed round it, and any text.
  if (prefix === '' && suffix === '' && param.type === 'string') return segment === '' ? undefined : segment
  if (segment.length <= prefix.length + suffix.length) return undefined
  if (!segment.startsWith(prefix) || !segment.endsWith(suffix)) return undefined
  const text = segment.slice(prefix.length, segment.length - suffix.length)
  return param.type === 'string' ? text : parseInteger(text)
}

/** `-?(0|[1-9][0-9]*)` within ±(2⁵³−1), and not `-0`. */
export function parseInteger(text: string): number | undefined {
  if (text.length > 17 || text === '-0' || !/^-?(0|[1-9][0-9]*)$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}

/**
 * The order in which parameters are tried: int, affixed by how much text they fix, plain. Of two that can match
 * the same segment the checker lets one be more specific than the other, and that one comes first here.
 */
export function compareParams(left: Param, right: Param): number {
  return (
    rank(left) - rank(right) ||
    fixedLength(right) - fixedLength(left) ||
    (left.type === right.type ? 0 : left.type === 'int' ? -1 : 1)
  )
}

function rank(param: Param): number {
  if (fixedLength(param) > 0) return 1
  return param.type === 'int' ? 0 : 2
}

function fixedLength(param: Param): number {
  return param.prefix.length + param.suffix.length
}
