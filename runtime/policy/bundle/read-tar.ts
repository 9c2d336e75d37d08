import { isEntryName } from '../../abi/index.ts'
import { decodeUtf8 } from '../../base/values.ts'
import { quoted, Refused } from './refusal.ts'

const BLOCK = 512

/**
 * Reads a tar of regular files. Returns contents by name, as views of `tar`. Accepts only the form that all readers interpret
 * alike: POSIX ustar headers, no extensions, octal numbers, zero padding. General readers are lenient in different ways (GNU
 * long names, base 256, unknown types as files, text after the end of a name), and no signature covers the container. Ignores
 * owner, mode and time.
 *
 * @throws Refused for any other form
 */
export function readTar(tar: Uint8Array, maxEntries: number): ReadonlyMap<string, Uint8Array> {
  const entries = new Map<string, Uint8Array>()
  let at = 0
  for (;;) {
    const block = cut(tar, at, BLOCK)
    at += BLOCK
    if (isZero(block)) break
    const { name, size } = readHeader(block)
    if (entries.size === maxEntries)
      throw new Refused(
        'too-many-entries',
        `the bundle has more than ${maxEntries} entries: split the policy into several bundles`,
      )
    if (entries.has(name))
      throw new Refused('entry-twice', `the bundle has the entry ${quoted(name)} twice: rebuild it with \`iap build\``)
    entries.set(name, cut(tar, at, size))
    at += size
    const padding = -size & (BLOCK - 1)
    if (!isZero(cut(tar, at, padding))) throw damaged('an entry is not followed by zeros')
    at += padding
  }
  // POSIX ends an archive with at least two zero blocks; tools pad it to a record.
  cut(tar, at, BLOCK)
  if (tar.length % BLOCK !== 0 || !isZero(tar.subarray(at))) throw damaged('there is data after its end')
  return entries
}

function cut(tar: Uint8Array, at: number, size: number): Uint8Array {
  if (at + size > tar.length) throw new Refused('truncated', 'the bundle ends in the middle of an entry: copy or rebuild it')
  return tar.subarray(at, at + size)
}

/** Reads a ustar header (POSIX.1-2017, pax, "ustar Interchange Format"). */
function readHeader(block: Uint8Array): { readonly name: string; readonly size: number } {
  if (latin1(block, 148, 8) !== `${checksum(block).toString(8).padStart(6, '0')}\0 `)
    throw damaged('the checksum of a header is wrong')
  if (latin1(block, 257, 8) !== 'ustar\x0000') throw damaged('a header is not one of POSIX ustar')
  const prefix = text(block, 345, 155)
  const last = text(block, 0, 100)
  const name = prefix === '' ? last : `${prefix}/${last}`
  if (latin1(block, 156, 1) !== '0' || !isZero(block.subarray(157, 257))) {
    throw new Refused(
      'entry-type',
      `the entry ${quoted(name)} of the bundle is not a regular file: rebuild the bundle with \`iap build\``,
    )
  }
  if (!isEntryName(name)) {
    throw new Refused(
      'entry-name',
      `the bundle has an entry with an invalid name: ${quoted(name)}; rebuild the bundle with \`iap build\``,
    )
  }
  const size = /^([0-7]{11})[\0 ]$/.exec(latin1(block, 124, 12))?.[1]
  if (size === undefined) throw damaged('the size of an entry is not in octal digits')
  if (!isZero(block.subarray(500))) throw damaged('a header has data after its end')
  return { name, size: Number.parseInt(size, 8) }
}

/** Returns the checksum of a header: the sum of all bytes, with spaces in place of the checksum itself. */
function checksum(block: Uint8Array): number {
  let sum = 8 * 0x20
  for (let at = 0; at < BLOCK; at++) if (at < 148 || at >= 156) sum += block[at] as number
  return sum
}

/** Reads a zero-padded field. */
function text(block: Uint8Array, start: number, length: number): string {
  const field = block.subarray(start, start + length)
  const end = field.indexOf(0)
  if (end !== -1 && !isZero(field.subarray(end))) throw damaged('a name has data after its end')
  const name = decodeUtf8(end === -1 ? field : field.subarray(0, end))
  if (name === null)
    throw new Refused('entry-name', 'the bundle has an entry with a name that is not UTF-8: rebuild it with `iap build`')
  return name
}

function latin1(block: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...block.subarray(start, start + length))
}

function isZero(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== 0) return false
  return true
}

function damaged(how: string): Refused {
  return new Refused('corrupt', `the bundle's tar is damaged: ${how}; rebuild the bundle with \`iap build\``)
}
