import { createHmac } from 'node:crypto'
import type { ReadType } from '../../abi/index.ts'
import type { LogRecord } from '../audit/query/index.ts'

/** The other values of a record, with which a hash is compared. */
interface Surroundings {
  readonly record: LogRecord
  readonly read: Readonly<Record<string, unknown>>
}

/**
 * The key of hashed values (`audit.redact.key`). It finds the value of a hash among the texts with which a policy compares.
 * Other hashes get unique placeholders.
 */
export class HashKey {
  readonly #key: string
  readonly #known = new Map<string, unknown>()
  readonly #hashes = new Map<string, string>()

  /**
   * Creates a table of the hashes of all constants, by which hashed values are recognized.
   *
   * @param key key of the hashes, as in `audit.redact.key`
   * @param constants constants of the policy and its data
   */
  constructor(key: string, constants: Iterable<string | number | boolean>) {
    this.#key = key
    for (const constant of [...constants, true, false]) this.#known.set(this.#hashOf(String(constant)), constant)
  }

  /**
   * Returns the JSON value whose hash was recorded, or the list of values for a list of hashes. Returns `undefined` if a value
   * cannot be found.
   */
  jsonOf(hashed: unknown, type: ReadType, opaque: boolean, recorded: Surroundings): unknown {
    if (typeof hashed === 'string') return this.#one(hashed, type, opaque, recorded)
    if (!Array.isArray(hashed) || typeof type === 'string' || !('list' in type || 'set' in type)) return undefined
    const of = 'list' in type ? type.list : type.set
    const values = hashed.map((hash) => this.#one(hash, of, opaque, recorded))
    return values.includes(undefined) ? undefined : values
  }

  #one(hash: unknown, type: ReadType, opaque: boolean, recorded: Surroundings): unknown {
    if (typeof hash !== 'string') return undefined
    const literal = typeof type === 'object' && 'literals' in type && type.literals.find((one) => this.#hashOf(one) === hash)
    if (typeof literal === 'string') return literal
    const known = this.#known.get(hash) ?? this.#inRecord(hash, recorded)
    if (known !== undefined) return asJson(known, type)
    return type === 'string' && opaque ? `hash:${hash}` : undefined
  }

  #inRecord(hash: string, { record, read }: Surroundings): unknown {
    const { method, host, path, source } = record
    const texts = new Set<unknown>([method, host, path, source])
    if (typeof host === 'string') texts.add(host.slice(0, host.indexOf('.')))
    if (typeof path === 'string') for (const part of partsOf(path)) texts.add(part)
    gather(read, texts)
    for (const text of texts) if (typeof text === 'string' && this.#hashOf(text) === hash) return text
    for (const value of texts) if (typeof value === 'number' && this.#hashOf(String(value)) === hash) return value
    return undefined
  }

  #hashOf(text: string): string {
    const known = this.#hashes.get(text)
    if (known !== undefined) return known
    const made = createHmac('sha256', this.#key).update(text).digest('base64url')
    if (this.#hashes.size >= MOST) this.#hashes.clear()
    this.#hashes.set(text, made)
    return made
  }
}

const MOST = 50_000
/** Returns the segments of a path and their suffixes, which may be values of parameters. */
function partsOf(path: string): readonly string[] {
  const segments = path.slice(1).split('/')
  return [...segments, ...segments.map((_, at) => segments.slice(at).join('/'))]
}

/** Converts the text that equals a hashed value to JSON of the type. */
function asJson(known: unknown, type: ReadType): unknown {
  if (type === 'int' || type === 'double') return Number(known)
  return type === 'bool' ? String(known) === 'true' : String(known)
}

function gather(value: unknown, into: Set<unknown>): void {
  if (Array.isArray(value)) for (const element of value) gather(element, into)
  else if (typeof value === 'object' && value !== null)
    for (const [key, member] of Object.entries(value)) gather(member, into.add(key))
  else into.add(value)
}
