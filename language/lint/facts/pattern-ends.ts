/** The anchors of a regular expression. */

interface Ends {
  readonly start: boolean
  readonly end: boolean
}

/**
 * Returns how a regular expression lacks anchors. `anywhere`: an alternative has neither anchors nor `.*`. `uneven`: alternatives
 * differ in their anchors, as in `^a|b$`. Null for all others, including RE2 syntax that is not parsed here.
 */
export function opennessOf(pattern: string): 'anywhere' | 'uneven' | null {
  const parts = alternativesOf(withoutFlags(pattern)).map(endsOf)
  if (parts.some(({ start, end }) => !start && !end)) return 'anywhere'
  const [first] = parts
  return parts.some(({ start, end }) => start !== first?.start || end !== first?.end) ? 'uneven' : null
}

/** Leading flags such as `(?i)` change no anchor. */
function withoutFlags(pattern: string): string {
  return pattern.replace(/^(?:\(\?[a-zA-Z-]+\))+/, '')
}

function endsOf(alternative: string): Ends {
  const group = firstGroup(alternative)
  if (group === null) return { start: /^(?:\^|\\A|\.\*)/.test(alternative), end: isHeldToEnd(alternative) }
  const parts = alternativesOf(group.inner).map(endsOf)
  const start = parts.every((part) => part.start) || group.inner.startsWith('^|')
  return { start, end: group.whole ? parts.every(({ end }) => end) : isHeldToEnd(alternative) }
}

/** Whether it ends with `$`, `\z`, `.*` or a group that may be the end, such as `(/|$)`. */
function isHeldToEnd(alternative: string): boolean {
  const tail = /(\\*)(?:\$|\.\*|\|\$\))$/.exec(alternative)
  if (tail !== null) return (tail[1] as string).length % 2 === 0
  return /(?:^|[^\\])(?:\\\\)*\\z$/.test(alternative)
}

/** Returns the group that begins a pattern, and whether it is the whole; null if there is none. */
function firstGroup(pattern: string): { readonly inner: string; readonly whole: boolean } | null {
  const opening = /^\((?:\?(?:P?<\w+>|[a-zA-Z-]*:))?/.exec(pattern)
  if (opening === null) return null
  let depth = 0
  for (const { at, character } of outside(pattern)) {
    if (character === '(') depth += 1
    if (character === ')') depth -= 1
    if (depth === 0) return { inner: pattern.slice(opening[0].length, at), whole: at === pattern.length - 1 }
  }
  return null
}

/** Splits at bars outside of groups. */
function alternativesOf(pattern: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (const { at, character } of outside(pattern)) {
    if (character === '(') depth += 1
    if (character === ')') depth -= 1
    if (character !== '|' || depth > 0) continue
    parts.push(pattern.slice(start, at))
    start = at + 1
  }
  return [...parts, pattern.slice(start)]
}

/** Yields the characters that are not escaped, quoted by `\Q…\E`, or in a class. */
function* outside(pattern: string): Iterable<{ readonly at: number; readonly character: string }> {
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] as string
    if (character === '\\') {
      const quoted = pattern[at + 1] === 'Q' ? pattern.indexOf('\\E', at) : -1
      at = pattern[at + 1] !== 'Q' ? at + 1 : quoted === -1 ? pattern.length : quoted + 1
    } else if (character === '[') at = endOfClass(pattern, at)
    else yield { at, character }
  }
}

function endOfClass(pattern: string, open: number): number {
  let at = open + 1
  if (pattern[at] === '^') at += 1
  // A leading bracket belongs to the class.
  if (pattern[at] === ']') at += 1
  for (; at < pattern.length && pattern[at] !== ']'; at += 1) {
    if (pattern[at] === '\\') at += 1
    else if (pattern.startsWith('[:', at)) at = Math.max(at, pattern.indexOf(':]', at) + 1)
  }
  return at
}
