/** Path templates: parsing, and the relations between the sets of paths that two templates match. */
import type { Segment } from '../model.ts'

export type TemplateResult =
  | { readonly ok: true; readonly segments: readonly Segment[] }
  | { readonly ok: false; readonly why: string }

const INT = /^-?(0|[1-9][0-9]*)$/
const PARAM_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Parses `"/orders/{id: int}/{rest...}"` into segments. Literals are decoded text, as templates have no percent-encoding. */
export function parseTemplate(text: string): TemplateResult {
  if (!text.startsWith('/')) return fail('it must begin with `/`')
  const names = new Set<string>()
  const segments: Segment[] = []
  const parts = text.slice(1).split('/')
  for (const [at, part] of parts.entries()) {
    const last = at === parts.length - 1
    if (part === '' && !last) return fail('a segment between two `/` is empty')
    const segment = parseSegment(part)
    if (typeof segment === 'string') return fail(segment)
    if (segment.kind === 'rest' && !last) return fail(`\`{${segment.name}...}\` must be the last segment`)
    if (segment.kind !== 'literal') {
      if (names.has(segment.name)) return fail(`the parameter \`${segment.name}\` appears twice`)
      names.add(segment.name)
    }
    segments.push(segment)
  }
  return { ok: true, segments }
}

function fail(why: string): TemplateResult {
  return { ok: false, why }
}

function parseSegment(part: string): Segment | string {
  const open = part.indexOf('{')
  const close = part.indexOf('}')
  if (open === -1 && close === -1) return literalProblem(part) ?? { kind: 'literal', text: part }
  if (close === -1) return 'a `{` is not closed'
  if (open === -1 || close < open) return 'a `}` has no `{` before it'
  const prefix = part.slice(0, open)
  const suffix = part.slice(close + 1)
  if (/[{}]/.test(suffix)) return 'a segment can have at most one parameter'
  return parseParam(part.slice(open + 1, close).trim(), prefix, suffix)
}

function parseParam(inner: string, prefix: string, suffix: string): Segment | string {
  const rest = inner.endsWith('...')
  const [name = '', type, more] = (rest ? inner.slice(0, -3) : inner).split(':').map((piece) => piece.trim())
  if (!PARAM_NAME.test(name)) return `\`${name}\` is not a parameter name`
  if (name.startsWith('__')) return 'names that begin with `__` are reserved'
  if (more !== undefined) return `\`{${inner}}\` has two types`
  if (rest) {
    if (type !== undefined) return `\`{${inner}}\` has a type, but the rest of a path is always a string`
    return prefix === '' && suffix === '' ? { kind: 'rest', name } : `\`{${inner}}\` must be a whole segment`
  }
  if (type !== undefined && type !== 'string' && type !== 'int')
    return `\`${type}\` is not a type of path parameters (\`string\`, \`int\`)`
  const problem = (prefix === '' ? null : affixProblem(prefix)) ?? (suffix === '' ? null : affixProblem(suffix))
  return problem ?? { kind: 'param', name, type: type ?? 'string', prefix, suffix }
}

/** Returns why a literal part is invalid: no canonical path has such a decoded segment, or it is probably a typo. */
function affixProblem(text: string): string | null {
  if (text.includes('%')) return 'a template is written in decoded form, without `%`'
  if (/[?#]/.test(text)) return 'it must be a path without `?` and `#`'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control bytes are just what is looked for
  if (/[\\;\x00-\x1f\x7f-\x9f]/.test(text)) return `\`${text}\` holds a character that no path can have there`
  // A path can have these percent-encoded, but in a template they are nearly always typos.
  if (/[ "<>^`|]/.test(text)) return `\`${text}\` holds a character that only a parameter such as \`{name}\` matches`
  return text.isWellFormed() ? null : 'it is not well-formed Unicode'
}

function literalProblem(text: string): string | null {
  return hidesDots(text) ? `the segment \`${text}\` is refused in every request` : affixProblem(text)
}

/** As the canonical request asks it (`request/target.ts`): dots, or what a service may read as such. */
function hidesDots(text: string): boolean {
  const parts = text.normalize('NFKC').split(/[/\\\u2044\u2215\u2216\u29f5\u29f8\u29f9]/)
  return parts.some((part) => /^\.\.?$/.test(part.trim()))
}

/** Returns whether template `b` matches every path that template `a` matches. */
export function isWithin(a: readonly Segment[], b: readonly Segment[]): boolean {
  const restA = endsInRest(a)
  if (!endsInRest(b)) return !restA && a.length === b.length && a.every((segment, at) => segmentWithin(segment, at, b))
  const fixed = b.length - 1
  return a.length >= b.length && a.slice(0, fixed).every((segment, at) => segmentWithin(segment, at, b))
}

/** Returns whether some path matches both templates. */
export function overlaps(a: readonly Segment[], b: readonly Segment[]): boolean {
  const [restA, restB] = [endsInRest(a), endsInRest(b)]
  if (!restA && !restB && a.length !== b.length) return false
  if (restA && !restB && b.length < a.length) return false
  if (restB && !restA && a.length < b.length) return false
  const shared = Math.min(restA ? a.length - 1 : a.length, restB ? b.length - 1 : b.length)
  for (let at = 0; at < shared; at += 1) if (!segmentsOverlap(a[at] as Segment, b[at] as Segment)) return false
  return true
}

function endsInRest(segments: readonly Segment[]): boolean {
  return segments.at(-1)?.kind === 'rest'
}

function segmentWithin(a: Segment, at: number, all: readonly Segment[]): boolean {
  const b = all[at]
  if (b === undefined || a.kind === 'rest' || b.kind === 'rest') return false
  if (a.kind === 'literal') return matchesText(b, a.text)
  if (b.kind === 'literal') return false
  if (b.type === 'int') return a.type === 'int' && a.prefix === b.prefix && a.suffix === b.suffix
  return a.prefix.startsWith(b.prefix) && a.suffix.endsWith(b.suffix)
}

function segmentsOverlap(a: Segment, b: Segment): boolean {
  if (a.kind === 'rest' || b.kind === 'rest') return true
  if (a.kind === 'literal') return matchesText(b, a.text)
  if (b.kind === 'literal') return matchesText(a, b.text)
  return paramsOverlap(a, b)
}

type ParamSegment = Extract<Segment, { kind: 'param' }>

function paramsOverlap(a: ParamSegment, b: ParamSegment): boolean {
  const [prefix, shorter] = a.prefix.length >= b.prefix.length ? [a.prefix, b.prefix] : [b.prefix, a.prefix]
  const [suffix, short] = a.suffix.length >= b.suffix.length ? [a.suffix, b.suffix] : [b.suffix, a.suffix]
  if (!prefix.startsWith(shorter) || !suffix.endsWith(short)) return false
  if (a.type === 'string' && b.type === 'string') return true
  // A text of both begins and ends as both ask. What is free between is a digit: `1` fits wherever any digit or text does. More
  // of them change nothing, and fewer than none let the end of the one lie over the beginning of the other.
  const least = Math.max(a.prefix.length + a.suffix.length, b.prefix.length + b.suffix.length) + 1
  for (let length = least; length <= prefix.length + suffix.length + 1; length += 1) {
    const free = length - prefix.length - suffix.length
    const text = prefix + (free > 0 ? '1'.repeat(free) : '') + suffix.slice(Math.max(0, -free))
    if (matchesText(a, text) && matchesText(b, text)) return true
  }
  return false
}

/** Returns whether a template's segment matches a decoded segment of a path. */
export function matchesText(segment: Segment, text: string): boolean {
  switch (segment.kind) {
    case 'literal':
      return segment.text === text
    case 'rest':
      return true
    case 'param': {
      if (text.length <= segment.prefix.length + segment.suffix.length) return false
      if (!text.startsWith(segment.prefix) || !text.endsWith(segment.suffix)) return false
      if (segment.type === 'string') return true
      const inner = text.slice(segment.prefix.length, text.length - segment.suffix.length)
      return INT.test(inner) && inner !== '-0' && Number.isSafeInteger(Number(inner))
    }
  }
}
