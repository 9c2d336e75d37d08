import type { ReadType } from '../../abi/index.ts'
import type { RecordedJson, RecordedPart } from '../../realm/program/recorded.ts'
import { type LogRecord, textAt } from '../audit/query/index.ts'
import type { HashKey } from './hash-key.ts'
import { missingValue } from './missing-value.ts'
import type { Planned } from './replay-plan.ts'
import { filled } from './typed-value.ts'

type Members = Readonly<Record<string, unknown>>

const NOTHING: Members = Object.freeze({})

export class Recorded {
  readonly record: LogRecord
  readonly read: Members
  readonly #hashed: Members
  readonly #omitted: Members
  readonly hasBody: boolean
  readonly #key: HashKey | null

  constructor(record: LogRecord, key: HashKey | null) {
    const values = membersOf(record.values)
    this.record = record
    this.read = membersOf(values.read)
    this.#hashed = membersOf(values.hashed)
    this.#omitted = membersOf(values.omitted)
    this.hasBody = values.body === true
    this.#key = key
  }

  /**
   * Returns the recorded value at a path as JSON, or undefined if the record lacks it. Opaque values may be unique
   * placeholders.
   */
  json({ path, type, opaque, presence }: Planned): unknown {
    if (Object.hasOwn(this.read, path)) return this.read[path]
    // Its value does not matter.
    if (presence && this.#isPresent(path)) return filled(undefined, type)
    if (this.#key === null || !Object.hasOwn(this.#hashed, path)) return undefined
    return this.#key.jsonOf(this.#hashed[path], type, opaque, this)
  }

  /** Returns a text that differs for different recorded values at a path. */
  keyOf(path: string): string {
    const json = this.read[path]
    if (json !== undefined) return keyPartOf(json)
    return this.#isPresent(path) ? '!' : `#${keyPartOf(this.#hashed[path])}`
  }

  #isPresent(path: string): boolean {
    return Object.hasOwn(this.#omitted, path) && this.#omitted[path] === 'present'
  }

  get subjectKey(): string {
    return keyPartOf(membersOf(this.record.caller).subject)
  }

  subject(type: ReadType, opaque: boolean): unknown {
    const { subject } = membersOf(this.record.caller)
    if (typeof subject === 'string') return subject
    const { hash } = membersOf(subject)
    return this.#key === null || hash === undefined ? undefined : this.#key.jsonOf(hash, type, opaque, this)
  }

  /**
   * Returns a member of the record that is a text.
   *
   * @throws MissingValueError if it was omitted or hashed
   */
  text(name: 'method' | 'host' | 'path' | 'source' | 'time'): string {
    const value = textAt(this.record, name)
    if (value === null) throw missingValue(name)
    return value
  }
}

function keyPartOf(json: unknown): string {
  if (typeof json === 'string') return `${json.length}:${json}`
  return typeof json === 'object' ? JSON.stringify(json) : `${json};`
}

export function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : NOTHING
}

export function partOf({ at, path, type, optional }: Planned): RecordedPart {
  return { at, path, type, optional }
}

export function jsonIn(json: unknown): RecordedJson {
  return json === undefined ? [] : [json]
}
