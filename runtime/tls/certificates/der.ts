/** Error for bytes that are not the expected DER (X.690, section 10). Functions that read whole structures catch it. */
export class NotDer extends Error {}

export interface Element {
  readonly tag: number
  readonly content: Buffer
  /** Bytes of the whole DER element, including its tag and length. */
  readonly whole: Buffer
}

/** DER tags that occur in certificates (X.690, section 8). */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
} as const

/** Parses bytes that consist of consecutive DER elements. Lengths must be definite and minimal, and no bytes may remain. */
export function elementsOf(bytes: Buffer): readonly Element[] {
  const elements: Element[] = []
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] as number
    const { length, start } = lengthAt(bytes, at + 1)
    const end = start + length
    // Multi-byte tags do not occur in certificates.
    if ((tag & 0x1f) === 0x1f || end > bytes.length) throw new NotDer()
    elements.push({ tag, content: bytes.subarray(start, end), whole: bytes.subarray(at, end) })
    at = end
  }
  return elements
}

/** Parses bytes that consist of a single DER element with a given tag, and returns the content of the element. */
export function contentOf(bytes: Buffer, tag: number): Buffer {
  const [element, ...more] = elementsOf(bytes)
  if (element === undefined || more.length > 0 || element.tag !== tag) throw new NotDer()
  return element.content
}

function lengthAt(bytes: Buffer, at: number): { readonly length: number; readonly start: number } {
  const first = bytes[at]
  if (first === undefined) throw new NotDer()
  if (first < 0x80) return { length: first, start: at + 1 }
  const count = first & 0x7f
  // Longer than any file.
  if (count === 0 || count > 4 || at + 1 + count > bytes.length) throw new NotDer()
  const length = bytes.readUIntBE(at + 1, count)
  if (length < 0x80 || length < 2 ** (8 * (count - 1))) throw new NotDer()
  return { length, start: at + 1 + count }
}

/** Removes an optional DER element from the start of a list and returns it, or `null` if the first element has another tag. */
export function takeOptional(elements: Element[], ...tags: readonly number[]): Element | null {
  return tags.includes(elements[0]?.tag ?? -1) ? (elements.shift() ?? null) : null
}

export function take(elements: Element[], ...tags: readonly number[]): Element {
  const element = takeOptional(elements, ...tags)
  if (element === null) throw new NotDer()
  return element
}

/** Parses a time into milliseconds since 1970. It must be in UTC and have seconds (RFC 5280, section 4.1.2.5). */
export function derTime({ tag, content }: Element): number {
  const pattern = tag === Tag.utcTime ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
  const [, year = '', month, day, hour, minute, second] = pattern.exec(content.toString('latin1')) ?? []
  const century = tag === Tag.utcTime ? (Number(year) < 50 ? '20' : '19') : ''
  const time = Date.parse(`${century}${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  if (Number.isNaN(time)) throw new NotDer()
  return time
}
