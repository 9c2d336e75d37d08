import { createSecureContext } from 'node:tls'
import type { FilesRead } from '../live-files.ts'
import { contentOf, derTime, type Element, elementsOf, NotDer, Tag, take, takeOptional } from './der.ts'
import { pemBlocks } from './pem.ts'

/** The certificate revocation lists of one file (RFC 5280, section 5). */
export interface RevocationLists {
  /** Lists in PEM, each as a text of its own: Node silently ignores all but the first list of a text. */
  readonly pem: readonly string[]
  /** Time at which the first of the lists expires, in milliseconds since 1970. */
  readonly until: number
  /** Serial numbers of revoked certificates by issuer, both in hexadecimal DER. */
  readonly revoked: ReadonlyMap<string, ReadonlySet<string>>
}

interface RevocationList {
  readonly issuer: string
  readonly from: number
  readonly until: number
  readonly serials: readonly string[]
}

/**
 * Parses revocation lists. Refuses expired and future lists, which may lack revocations. `now` is in milliseconds since 1970.
 */
export function readRevocationLists(bytes: Buffer, now: number): FilesRead<RevocationLists> {
  const refused = (message: string) => ({ ok: false, file: 0, message }) as const
  const blocks = pemBlocks(bytes, 'X509 CRL', 'revocation list')
  if (typeof blocks === 'string') return refused(blocks)
  const revoked = new Map<string, Set<string>>()
  let until = Number.POSITIVE_INFINITY
  for (const [index, pem] of blocks.entries()) {
    const list = readList(Buffer.from(pem.replace(/-----[^-]*-----/g, ''), 'base64'))
    const which = blocks.length === 1 ? '' : ` in place ${index + 1}`
    if (typeof list === 'string') return refused(`holds something${which} that ${list}`)
    if (now >= list.until) return refused(`holds a list${which} that expired on ${new Date(list.until).toISOString()}`)
    if (now < list.from) return refused(`holds a list${which} that is valid only from ${new Date(list.from).toISOString()} on`)
    const serials = revoked.get(list.issuer) ?? new Set()
    for (const serial of list.serials) serials.add(serial)
    revoked.set(list.issuer, serials)
    until = Math.min(until, list.until)
  }
  const unusable = refusedByTls(blocks)
  if (unusable !== null) return refused(`cannot be used for TLS: ${unusable}`)
  return { ok: true, value: { pem: blocks, until, revoked } }
}

/** Parses a revocation list, or returns a problem. OpenSSL verifies the signature of the list on use. */
function readList(der: Buffer): RevocationList | string {
  try {
    return listOf(der)
  } catch (error) {
    if (error instanceof NotDer) return 'is not a revocation list'
    throw error
  }
}

function listOf(der: Buffer): RevocationList | string {
  const fields = [...elementsOf(take([...elementsOf(contentOf(der, Tag.sequence))], Tag.sequence).content)]
  takeOptional(fields, Tag.integer)
  take(fields, Tag.sequence)
  const issuer = take(fields, Tag.sequence).whole.toString('hex')
  const from = derTime(take(fields, Tag.utcTime, Tag.generalizedTime))
  const next = takeOptional(fields, Tag.utcTime, Tag.generalizedTime)
  const revoked = takeOptional(fields, Tag.sequence)
  const extensions = takeOptional(fields, 0xa0)
  if (fields.length > 0) throw new NotDer()
  // Required by RFC 5280, section 5.1.2.5: without it, a missing successor would go unnoticed.
  if (next === null) return 'does not say when the next list comes (`nextUpdate`)'
  if (extensions !== null && holdsDelta(extensions)) return 'is a delta, and only complete lists are supported'
  const serials = revoked === null ? [] : elementsOf(revoked.content).map(serialOf)
  return { issuer, from, until: derTime(next), serials }
}

function serialOf({ tag, content }: Element): string {
  if (tag !== Tag.sequence) throw new NotDer()
  return take([...elementsOf(content)], Tag.integer).content.toString('hex')
}

function refusedByTls(crl: string[]): string | null {
  try {
    createSecureContext({ crl })
    return null
  } catch (error) {
    return (error as Error).message
  }
}

/** Returns whether an extension is deltaCRLIndicator (OID 2.5.29.27). */
function holdsDelta({ content }: Element): boolean {
  return elementsOf(contentOf(content, Tag.sequence)).some((extension) =>
    take([...elementsOf(extension.content)], Tag.oid).content.equals(DELTA),
  )
}

const DELTA = Buffer.from([0x55, 0x1d, 0x1b])
