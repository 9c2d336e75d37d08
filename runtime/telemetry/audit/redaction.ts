import { createHmac } from 'node:crypto'
import type { Mismatch } from '../../identity/mismatch.ts'
import type { ActionRecord } from './action-record.ts'
import type { AuditConfig, Redactable, RedactConfig } from './audit-config.ts'
import type { AuditRecord } from './audit-record.ts'
import type { ChangeRecord } from './change-record.ts'
import type { LoginRecord } from './login-record.ts'

/** HMAC-SHA-256 of a value with the configured key, in base64url. */
export interface Hashed {
  readonly hash: string
}

type Text = string | null | Hashed

export interface Sampled {
  readonly subject: Text
  readonly path: Text
}

export interface WrittenRecord
  extends Omit<AuditRecord, 'traceId' | 'source' | 'caller' | 'host' | 'path' | 'rawPath' | 'detail' | 'mismatch'> {
  readonly traceId: Text
  readonly source: Text
  readonly caller: { readonly identity: string; readonly subject: Text; readonly credential: Text } | null
  readonly host: Text
  readonly path: Text
  readonly rawPath: Text
  readonly detail: Text
  readonly mismatch?: Omit<Mismatch, 'seen' | 'expected'> & { readonly seen: Text; readonly expected: Text }
}

/** Members of records that the values of a mismatch may repeat. */
const PARTS: ReadonlyMap<string, readonly Redactable[]> = new Map([
  ['htu', ['host', 'path']],
  ['ath', ['caller.credential']],
  ['jwk', ['caller.credential']],
  ['cnf.x5t#S256', ['caller.credential']],
])

const REDACTED = '[redacted]'

/** Returns a function that redacts mismatches for the log. A value is redacted if any sink redacts it. */
export function mismatchForLog(sinks: readonly AuditConfig[]): (mismatch: Mismatch) => Pick<Mismatch, 'seen' | 'expected'> {
  const omit = sinks.flatMap(({ redact }) => (redact === null ? [] : [...redact.omit, ...redact.hash]))
  const redaction = new Redaction({ omit, hash: [] }, '')
  return (mismatch) => {
    const { seen, expected } = redaction.ofMismatch(mismatch)
    return {
      seen: mismatch.seen !== null && seen === null ? REDACTED : mismatch.seen,
      expected: expected === null ? REDACTED : mismatch.expected,
    }
  }
}

/** Maximum number of cached hashes, as callers repeat. */
const MOST = 10_000

/** A redaction of records: omits values, or replaces them by hashes that show only whether two values are equal. */
export class Redaction {
  readonly #ways: ReadonlyMap<string, 'omit' | 'hash'>
  readonly #key: string
  readonly #hashes = new Map<string, Hashed>()

  /** Creates a redaction. Whoever has `key` can test guesses of hashed values. */
  constructor({ omit, hash }: Pick<RedactConfig, 'omit' | 'hash'>, key: string) {
    this.#ways = new Map([...hash.map((name) => [name, 'hash'] as const), ...omit.map((name) => [name, 'omit'] as const)])
    this.#key = key
  }

  /**
   * Redacts the record of a request, which may have been redacted before. Omitted values remain omitted; hashed values are
   * omitted or remain.
   */
  of(record: AuditRecord | WrittenRecord): WrittenRecord {
    const { caller, mismatch } = record
    return {
      ...record,
      traceId: this.#text('traceId', record.traceId),
      source: this.#text('source', record.source),
      caller: caller && {
        identity: caller.identity,
        subject: this.#text('caller.subject', caller.subject),
        credential: this.#text('caller.credential', caller.credential),
      },
      host: this.#text('host', record.host),
      path: this.#text('path', record.path),
      rawPath: this.#text('path', record.rawPath),
      detail: this.#text('detail', record.detail),
      ...(mismatch && { mismatch: this.ofMismatch(mismatch) }),
    }
  }

  /**
   * Redacts the actual and the expected value of a refused credential. If `audit.redact` covers `detail`, the actual value is
   * redacted. If both values are parts of the request or IDs of credentials, they are redacted like those.
   */
  ofMismatch(mismatch: NonNullable<WrittenRecord['mismatch']>): NonNullable<WrittenRecord['mismatch']> {
    const parts = PARTS.get(mismatch.field) ?? []
    const redacted = (names: readonly Redactable[], value: Text): Text =>
      names.reduce((text: Text, name) => this.#text(name, text), value)
    return {
      ...mismatch,
      seen: redacted(['detail', ...parts], mismatch.seen),
      expected: redacted(parts, mismatch.expected),
    }
  }

  /** Redacts the subject and path of a request that is shown outside of the audit log, such as a sample of a changed decision. */
  ofSample<One extends Sampled>(sample: One): One {
    return {
      ...sample,
      subject: this.#text('caller.subject', sample.subject),
      path: this.#text('path', sample.path),
    }
  }

  /** Redacts the record of a change, action or login. */
  ofNoted(record: ActionRecord | ChangeRecord | LoginRecord): object {
    switch (record.kind) {
      case 'action':
        return this.ofAction(record)
      case 'login':
        return this.#ofLogin(record)
      default:
        return { ...record, source: this.#text('source', record.source) }
    }
  }

  #ofLogin(record: LoginRecord): object {
    return {
      ...record,
      source: this.#text('source', record.source),
      host: this.#text('host', record.host),
      subject: this.#text('caller.subject', record.subject),
      session: this.#text('caller.credential', record.session),
      detail: this.#text('detail', record.detail),
    }
  }

  /** Redacts the record of an action, including the caller that it concerns. */
  ofAction(record: ActionRecord): object {
    const { what } = record.revocation
    const redacted = {
      ...what,
      ...('subject' in what && { subject: this.#text('caller.subject', what.subject) }),
      ...('sid' in what && { sid: this.#text('caller.credential', what.sid) }),
      ...('id' in what && { id: this.#text('caller.credential', what.id) }),
    }
    return {
      ...record,
      source: this.#text('source', record.source),
      revocation: { ...record.revocation, what: redacted },
    }
  }

  /**
   * Returns how to redact a value, by its path or by the path of a parent. If the value identifies the subject, the stricter of
   * this and the redaction of the subject applies.
   */
  wayOf(path: string, namesSubject: boolean): 'omit' | 'hash' | undefined {
    const way = this.#byPath(path)
    return namesSubject && way !== 'omit' ? (this.#ways.get('caller.subject') ?? way) : way
  }

  #byPath(path: string): 'omit' | 'hash' | undefined {
    const own = this.#ways.get(path)
    if (own !== undefined) return own
    for (let end = path.length - 1; end > 0; end--) {
      if (path[end] !== '.' && path[end] !== '[') continue
      const way = this.#ways.get(path.slice(0, end))
      if (way !== undefined) return way
    }
    return undefined
  }

  hashOf(text: string): string {
    return this.#hashed(text).hash
  }

  #text(name: Redactable, value: Text): Text {
    const way = this.#ways.get(name)
    if (way === undefined || value === null) return value
    if (way === 'omit') return null
    return typeof value === 'string' ? this.#hashed(value) : value
  }

  #hashed(value: string): Hashed {
    const known = this.#hashes.get(value)
    if (known !== undefined) return known
    const made = { hash: createHmac('sha256', this.#key).update(value).digest('base64url') }
    if (this.#hashes.size >= MOST) this.#hashes.clear()
    this.#hashes.set(value, made)
    return made
  }
}
