import { isList } from '../merged-lines.ts'
import type { HttpRequestMessage } from './service/index.ts'

/** The header lines of a checked request. */
export interface CheckedLines {
  /** Names that begin with `:`, and their values: what HTTP/2 says in place of a request line. */
  readonly pseudo: readonly (readonly [name: string, value: string])[]
  /** Flat list of names and values. */
  readonly lines: readonly string[]
  /** Whether values are merged, and bytes in them that are not UTF-8 are replaced. */
  readonly isMerged: boolean
  /** Whether the asking proxy says that it sends only a part of the body. */
  readonly isPartial: boolean
}

/** Header by which Envoy says whether it sends a part of the body. It removes what clients send under this name. */
const PARTIAL = 'x-envoy-auth-partial-body'

/**
 * Returns the header lines of a checked request; `null` if there are none, or both raw and merged ones.
 *
 * Merged values hide how many lines there were: `a,b` may be one line or two, of which services may read the first, the last or
 * both. A value with a comma is therefore passed on as two lines, which is what the request would have if they had been two; so
 * whoever needs the only line of a name refuses. Lists are left as they are, because their lines mean the same joined
 * (RFC 9110 §5.3).
 *
 * Envoy replaces bytes that are not UTF-8 by `!` in merged values. A value with `!` may be another one for the service, so it is
 * passed on as two lines as well.
 */
export function headerLinesOf({ headers = [], headerMap, protocol = '' }: HttpRequestMessage): CheckedLines | null {
  const raw = headerMap?.headers ?? []
  if (headers.length > 0 === raw.length > 0) return null
  const isMultiplexed = !protocol.startsWith('HTTP/1')
  const reading = new Reading(isMultiplexed)
  for (const { key = '', value = '', rawValue } of raw) {
    if (value !== '' && rawValue !== undefined && rawValue.length > 0) return null
    reading.add(key, rawValue === undefined || rawValue.length === 0 ? value : latin1(rawValue))
  }
  for (const { key = '', value = '' } of headers) reading.addMerged(key, value)
  return { ...reading.result(), isMerged: raw.length === 0 }
}

class Reading {
  readonly #pseudo: (readonly [string, string])[] = []
  readonly #lines: string[] = []
  readonly #isMultiplexed: boolean
  #cookie: string | null = null
  #partial: string | null = null

  constructor(isMultiplexed: boolean) {
    this.#isMultiplexed = isMultiplexed
  }

  add(name: string, value: string): void {
    const lower = name.toLowerCase()
    if (name.startsWith(':')) this.#pseudo.push([name, value])
    else if (lower === PARTIAL) this.#partial = this.#partial === null ? value : 'repeated'
    // HTTP/2 and HTTP/3 split cookies, which the proxy joins (RFC 9113 §8.2.3).
    else if (lower === 'cookie' && this.#isMultiplexed) this.#cookie = this.#cookie === null ? value : `${this.#cookie}; ${value}`
    else this.#lines.push(name, value)
  }

  addMerged(name: string, value: string): void {
    const lower = name.toLowerCase()
    const comma = value.indexOf(',')
    if (value.includes('!') && !name.startsWith(':') && lower !== PARTIAL) this.#lines.push(name, value, name, value)
    else if (comma === -1 || this.#mayHaveComma(lower)) this.add(name, value)
    else this.#lines.push(name, value.slice(0, comma), name, value.slice(comma + 1))
  }

  result(): Omit<CheckedLines, 'isMerged'> {
    const lines = this.#cookie === null ? this.#lines : [...this.#lines, 'cookie', this.#cookie]
    return { pseudo: this.#pseudo, lines, isPartial: this.#partial !== null && this.#partial !== 'false' }
  }

  /**
   * Envoy joins split cookies by `; `, so that a comma in one of HTTP/2 or HTTP/3 is the browser's.
   *
   * @param name in lower case
   */
  #mayHaveComma(name: string): boolean {
    return name.startsWith(':') || name === PARTIAL || isList(name) || (name === 'cookie' && this.#isMultiplexed)
  }
}

/** Bytes beyond ASCII stay visible, so that the canonical form refuses them. */
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
