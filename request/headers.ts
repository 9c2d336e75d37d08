import type { CanonicalHeaders } from './canonical-request.ts'
import { connectionOptions, isConnectionField, isKept } from './hop-by-hop.ts'
import { foldHeaderName } from './own-header.ts'
import type { RefusalCode } from './refusals.ts'

/**
 * Maximum number of bytes of all header lines together, including `: ` and line ends. A request with more is refused with status
 * 431.
 */
export const MAX_HEADER_BYTES = 16384
export const MAX_HEADER_LINES = 100

/**
 * Returns the reason for which there are too many header lines or bytes, else null. Checks this before any line (name, value,
 * name, value …) is parsed.
 */
export function oversizedHeaders(raw: readonly string[]): RefusalCode | null {
  if (raw.length > 2 * MAX_HEADER_LINES) return 'headers-too-many'
  let bytes = 0
  for (let i = 0; i < raw.length; i++) bytes += (raw[i] as string).length + 2
  return bytes > MAX_HEADER_BYTES ? 'headers-too-large' : null
}

/**
 * Parses header lines (name, value, …) into lower-case names and trimmed values. Refuses names that are not tokens, and values
 * with other characters than visible ASCII, spaces and tabs.
 */
export function readHeaders(raw: readonly string[]): HeaderLines | RefusalCode {
  const names: string[] = []
  const values: string[] = []
  let spelledOddly = false
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string
    const value = raw[i + 1] ?? ''
    if (isOdd(name)) {
      if (!token.test(name)) return 'header-name'
      spelledOddly = true
    }
    if (!fieldValue.test(value)) return 'header-value'
    names.push(name.toLowerCase())
    values.push(trimmed(value))
  }
  return new HeaderLines(names, values, spelledOddly ? names.map(foldHeaderName) : names)
}

/**
 * Removes the lines that `Connection` names, which are meant for this hop alone (RFC 9110 §7.6.1): neither conditions nor the
 * service see them. Host, framing and the proxy's own headers cannot be removed this way. Fields of the connection stay: the
 * server reads them, and removes them with `hopByHop`.
 */
export function endToEnd(lines: HeaderLines): HeaderLines {
  const options = connectionOptions(lines)
  if (options.every(isConnectionField)) return lines
  const named = new Set(options)
  return lines.filter((name) => !named.has(name) || isConnectionField(name) || isKept(name))
}

export class HeaderLines implements CanonicalHeaders {
  readonly #names: readonly string[]
  readonly #values: readonly string[]
  readonly #folded: readonly string[]

  /**
   * Creates a list of header lines.
   *
   * @param names lower-case names
   * @param values the value of each name
   * @param folded each name as `foldHeaderName` returns it, or the same list as `names` if no name differs
   */
  constructor(names: readonly string[], values: readonly string[], folded: readonly string[]) {
    this.#names = names
    this.#values = values
    this.#folded = folded
  }

  get(name: string): string | undefined {
    const at = this.#names.indexOf(name)
    return at !== -1 && this.count(name) === 1 ? this.#values[at] : undefined
  }

  count(name: string): number {
    const names = this.#names
    let count = 0
    for (let i = 0; i < names.length; i++) if (names[i] === name) count++
    // Names that policies read are rarely odd, and decisions call this, so folding is lazy.
    if (this.#folded === names && !isOdd(name)) return count
    const folded = foldHeaderName(name)
    for (let i = 0; i < names.length; i++) if (this.#folded[i] === folded && names[i] !== name) count += 2
    return count
  }

  *entries(): Iterable<readonly [name: string, value: string]> {
    const names = this.#names
    for (let i = 0; i < names.length; i++) yield [names[i] as string, this.#values[i] as string]
  }

  filter(keep: (name: string) => boolean): HeaderLines {
    const kept = [...this.#names.keys()].filter((i) => keep(this.#names[i] as string))
    const pick = (lines: readonly string[]) => kept.map((i) => lines[i] as string)
    return new HeaderLines(pick(this.#names), pick(this.#values), pick(this.#folded))
  }
}

/** Whether a service may read it under another name; letters and digits with single hyphens are unambiguous. */
function isOdd(name: string): boolean {
  // A loop, as decisions call this: a regular expression would allocate for each match.
  let hyphen = true
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i)
    const lower = code | 0x20
    if ((lower >= 0x61 && lower <= 0x7a) || (code >= 0x30 && code <= 0x39)) hyphen = false
    else if (code === 0x2d && !hyphen) hyphen = true
    else return true
  }
  return hyphen
}

/** RFC 9110 §5.6.2 */
const token = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/

/**
 * field-value of RFC 9110 §5.5 without obs-text, which some read as Latin-1 and others as UTF-8. Tokens of a kilobyte are
 * common here, and a regular expression runs twice as fast over them as a loop (Node 20).
 */
const fieldValue = /^[\t -~]*$/

/** Without optional white space around (RFC 9110 §5.5); a value that Node parsed has none. */
function trimmed(value: string): string {
  return isWhiteSpace(value.charCodeAt(0)) || isWhiteSpace(value.charCodeAt(value.length - 1)) ? value.trim() : value
}

function isWhiteSpace(c: number): boolean {
  return c === 0x20 || c === 0x09
}
