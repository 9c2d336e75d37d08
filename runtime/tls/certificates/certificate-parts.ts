import { contentOf, type Element, elementsOf, NotDer, Tag, take, takeOptional } from './der.ts'

/** The parts of a certificate that Node does not expose, or only as ambiguous text (RFC 5280, section 4). */
export interface CertificateParts {
  /** Name of the issuer: DER in hexadecimal. */
  readonly issuer: string
  readonly serial: string
  /** URIs of the subjectAltName, in order. */
  readonly uris: readonly string[]
  readonly dnsNames: readonly string[]
  /** Whether the certificate is of an authority (`cA` of the basic constraints). */
  readonly isAuthority: boolean
  /** Maximum number of authorities between the certificate and a leaf, or `null` for no limit. */
  readonly pathLength: number | null
  readonly keyUsage: KeyUsage | null
  /** OIDs of the extended key usage, such as `1.3.6.…`, or `null` if the extension is absent. */
  readonly extendedKeyUsage: readonly string[] | null
  /** OIDs of critical extensions that this interface does not represent. */
  readonly otherCritical: readonly string[]
  readonly hasNameConstraints: boolean
}

export interface KeyUsage {
  readonly digitalSignature: boolean
  readonly keyCertSign: boolean
  readonly cRLSign: boolean
}

export const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'

const Extension = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  extendedKeyUsage: '2.5.29.37',
} as const

/** Context-specific tags of names (RFC 5280, section 4.2.1.6); their values are of type IA5String. */
const GeneralName = { dns: 0x82, uri: 0x86 } as const

/** Parses a certificate. Returns `null` if it is malformed or repeats an extension, which would be ambiguous. */
export function readCertificateParts(der: Buffer): CertificateParts | null {
  try {
    return partsOf(der)
  } catch (error) {
    if (error instanceof NotDer) return null
    throw error
  }
}

function partsOf(der: Buffer): CertificateParts {
  const fields = [...elementsOf(take([...elementsOf(contentOf(der, Tag.sequence))], Tag.sequence).content)]
  takeOptional(fields, 0xa0)
  const serial = take(fields, Tag.integer).content.toString('hex')
  take(fields, Tag.sequence)
  const issuer = take(fields, Tag.sequence).whole.toString('hex')
  // Validity, subject and key, which Node exposes.
  for (let each = 0; each < 3; each += 1) take(fields, Tag.sequence)
  takeOptional(fields, 0x81, 0xa1)
  takeOptional(fields, 0x82, 0xa2)
  const extensions = extensionsIn(takeOptional(fields, 0xa3))
  if (fields.length > 0) throw new NotDer()
  const of = (oid: string): Buffer | null => extensions.get(oid)?.value ?? null
  const others = [...extensions].filter(([oid, { critical }]) => critical && !KNOWN.has(oid))
  return {
    issuer,
    serial,
    ...namesIn(of(Extension.subjectAltName)),
    ...constraintsIn(of(Extension.basicConstraints)),
    keyUsage: usageIn(of(Extension.keyUsage)),
    extendedKeyUsage: purposesIn(of(Extension.extendedKeyUsage)),
    otherCritical: others.map(([oid]) => oid),
    hasNameConstraints: extensions.has(Extension.nameConstraints),
  }
}

const KNOWN: ReadonlySet<string> = new Set(Object.values(Extension))

type Extensions = ReadonlyMap<string, { readonly critical: boolean; readonly value: Buffer }>

function extensionsIn(field: Element | null): Extensions {
  const found = new Map<string, { readonly critical: boolean; readonly value: Buffer }>()
  if (field === null) return found
  for (const extension of elementsOf(contentOf(field.content, Tag.sequence))) {
    const parts = [...elementsOf(sequence(extension))]
    const oid = oidOf(take(parts, Tag.oid))
    const critical = booleanOf(takeOptional(parts, Tag.boolean))
    const value = take(parts, Tag.octetString).content
    if (parts.length > 0 || found.has(oid)) throw new NotDer()
    found.set(oid, { critical, value })
  }
  return found
}

function namesIn(value: Buffer | null): Pick<CertificateParts, 'uris' | 'dnsNames'> {
  const names = value === null ? [] : elementsOf(contentOf(value, Tag.sequence))
  const of = (kind: number) => names.filter(({ tag }) => tag === kind).map(asciiOf)
  return { uris: of(GeneralName.uri), dnsNames: of(GeneralName.dns) }
}

/** Returns the text of an element. Refuses bytes that some readers skip or take for the end. */
function asciiOf({ content }: Element): string {
  const text = content.toString('latin1')
  if (!/^[!-~]*$/.test(text)) throw new NotDer()
  return text
}

function constraintsIn(value: Buffer | null): Pick<CertificateParts, 'isAuthority' | 'pathLength'> {
  if (value === null) return { isAuthority: false, pathLength: null }
  const parts = [...elementsOf(contentOf(value, Tag.sequence))]
  const isAuthority = booleanOf(takeOptional(parts, Tag.boolean))
  const length = takeOptional(parts, Tag.integer)?.content ?? null
  if (parts.length > 0 || (length !== null && (length.length !== 1 || (length[0] as number) > 0x7f))) throw new NotDer()
  return { isAuthority, pathLength: length?.[0] ?? null }
}

/** Parses a key usage, in which the first bit is the highest. */
function usageIn(value: Buffer | null): KeyUsage | null {
  if (value === null) return null
  const bits = contentOf(value, Tag.bitString)
  const [unused = 8, first = 0] = bits
  if (unused > 7) throw new NotDer()
  return { digitalSignature: (first & 0x80) !== 0, keyCertSign: (first & 0x04) !== 0, cRLSign: (first & 0x02) !== 0 }
}

function purposesIn(value: Buffer | null): readonly string[] | null {
  return value === null ? null : elementsOf(contentOf(value, Tag.sequence)).map(oidOf)
}

function sequence({ tag, content }: Element): Buffer {
  if (tag !== Tag.sequence) throw new NotDer()
  return content
}

/** Returns the value of an optional boolean, by default false. */
function booleanOf(element: Element | null): boolean {
  if (element !== null && element.content.length !== 1) throw new NotDer()
  return element !== null && element.content[0] !== 0
}

function oidOf({ tag, content }: Element): string {
  if (tag !== Tag.oid || content.length === 0 || ((content.at(-1) as number) & 0x80) !== 0) throw new NotDer()
  const numbers: number[] = []
  let number = 0
  for (const byte of content) {
    number = number * 128 + (byte & 0x7f)
    if ((byte & 0x80) !== 0) continue
    numbers.push(number)
    number = 0
  }
  const [first = 0, ...rest] = numbers
  const root = Math.min(2, Math.floor(first / 40))
  return [root, first - root * 40, ...rest].join('.')
}
