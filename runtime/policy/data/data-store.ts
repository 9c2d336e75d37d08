import { createHash } from 'node:crypto'
import { messageOf } from '../../base/errors.ts'
import { type FileWatch, watchFile } from '../../base/files/watch-file.ts'
import type { Operator } from '../../base/operator.ts'
import { decodeUtf8 } from '../../base/values.ts'
import type { DataValue, PolicyRefusal, PolicyTarget } from '../store/policy-target.ts'
import type { PushedData } from './pushed-data.ts'

export type DatumSource = { readonly kind: 'file'; readonly file: string } | { readonly kind: 'push' }

export interface DataStoreOptions {
  readonly sources: Readonly<Record<string, DatumSource>>
  readonly enforcers: PolicyTarget
  /** Persistent store of values that operators write by the admin API, or `null` to lose them when the process ends. */
  readonly pushed: PushedData | null
  readonly clock: () => number
  readonly onEvent: (event: DataEvent) => void
  /** Milliseconds between two checks of a file for changes. */
  readonly interval?: number
}

/**
 * A change of a named value that policies read, or the refusal of one. `before` is the previous version; after a refusal, it is
 * the current one. `asking` is the operator who requested the change, or `null` if a file changed.
 */
export type DataEvent = { readonly name: string; readonly before: string | null; readonly asking: Operator | null } & (
  | { readonly kind: 'taken'; readonly version: string }
  | { readonly kind: 'refused'; readonly message: string }
)

export interface DatumStatus {
  readonly source: 'file' | 'push'
  /** Version of the value, or `null` if no value was received. */
  readonly version: string | null
  /** Time of the last change in milliseconds since 1970, or `null` if no value was received. */
  readonly since: number | null
  /** Size of the value's text in UTF-8 bytes. */
  readonly bytes: number | null
  /** Reason why the latest value was refused, or `null` if it is in force. */
  readonly lastError: string | null
}

/** Text of a value, or the refusal to make one. */
type Made = string | PolicyRefusal

export type Put =
  | { readonly kind: 'taken' | 'unchanged'; readonly version: string }
  /** The current version is not the expected one. */
  | { readonly kind: 'conflict'; readonly version: string | null }
  | PolicyRefusal

/** Precondition of a write: the current value has this version, no value exists, or any value exists. */
export type Condition = { readonly version: string } | 'none' | 'any'

/** Maximum size of the value of a datum, as JSON text, in bytes. */
export const MOST_DATA = 16 << 20

interface Held extends DataValue {
  readonly since: number
}

/**
 * A store of the data that policies read: named JSON values from files or operators. A value takes effect in all processes or in
 * none. If a value is refused, the previous one remains.
 */
export class DataStore {
  readonly #options: DataStoreOptions
  readonly #stored = new Map<string, Held>()
  readonly #errors = new Map<string, string>()
  #watches: readonly FileWatch[] = []

  constructor(options: DataStoreOptions) {
    this.#options = options
  }

  /** Reads all initial values, which the first policy checks. Returns the problems found. */
  async open(): Promise<readonly string[]> {
    const { sources, interval } = this.#options
    const problems: string[] = []
    for (const [name, source] of Object.entries(sources)) {
      if (source.kind !== 'push') continue
      try {
        const put = await this.#reread(name)
        if (put?.kind === 'refused') problems.push(put.message)
      } catch (error) {
        problems.push(`data \`${name}\`, which was pushed, cannot be read: ${messageOf(error)}`)
      }
    }
    this.#watches = Object.entries(sources).flatMap(([name, source]) => {
      if (source.kind !== 'file') return []
      let first = true
      const watch = watchFile(source.file, {
        maxSize: MOST_DATA,
        ...(interval !== undefined && { interval }),
        onContent: async (bytes) => {
          const text = decodeUtf8(bytes)
          if (text === null) return this.#fail(name, `data \`${name}\` is not UTF-8`)
          const isFirst = first
          const put = await this.put(name, text)
          if (isFirst && put.kind === 'refused') problems.push(put.message)
          return put.kind === 'refused' && put.code !== 'data' ? 'again' : null
        },
        onProblem: (_, message) => {
          this.#fail(name, message)
          if (first) problems.push(`data \`${name}\`: ${message}`)
        },
      })
      void watch.ready.then(() => {
        first = false
      })
      return [watch]
    })
    await Promise.all(this.#watches.map(({ ready }) => ready))
    return problems
  }

  get names(): readonly string[] {
    return Object.keys(this.#options.sources)
  }

  /** Returns the status of a datum, or `null` if the name is not configured. */
  status(name: string): DatumStatus | null {
    const { sources } = this.#options
    const source = Object.hasOwn(sources, name) ? sources[name] : undefined
    if (source === undefined) return null
    const { version = null, since = null, text = null } = this.#stored.get(name) ?? {}
    const lastError = this.#errors.get(name) ?? null
    return { source: source.kind, version, since, bytes: text === null ? null : Buffer.byteLength(text), lastError }
  }

  /** Returns the value of a datum, or `null` if none was received. */
  get(name: string): DataValue | null {
    return this.#stored.get(name) ?? null
  }

  /**
   * Replaces a value. Never throws.
   *
   * @param condition precondition of the write, or `null` for none
   */
  async put(name: string, text: string, condition: Condition | null = null): Promise<Put> {
    return await this.change(name, condition, () => text)
  }

  /**
   * Replaces a value by one that `make` returns for the current text, or for `null` if no value was received. `make` may
   * refuse. Never throws.
   */
  async change(
    name: string,
    condition: Condition | null,
    make: (text: string | null) => Made,
    asking: Operator | null = null,
  ): Promise<Put> {
    return await this.#change(name, (stored) => this.#made(name, stored, condition, make, asking), asking)
  }

  async #change(name: string, inTurn: (stored: Held | null) => Promise<Put>, asking: Operator | null): Promise<Put> {
    const { enforcers } = this.#options
    try {
      return await enforcers.turns.take(() => inTurn(this.#stored.get(name) ?? null))
    } catch (error) {
      enforcers.drop()
      this.#fail(name, `data \`${name}\` cannot be applied: ${messageOf(error)}`, asking)
      return { kind: 'refused', code: 'state', message: messageOf(error) }
    }
  }

  /** Reads all files again and offers their values to the active policy, including values that were refused. */
  look(): void {
    for (const watch of this.#watches) watch.look()
  }

  /**
   * Loads values that another store with the same state folder received in the meantime. Returns the first refusal of one.
   *
   * @throws errors of the file system
   */
  async reread(): Promise<PolicyRefusal | null> {
    const refusals: PolicyRefusal[] = []
    for (const [name, { kind }] of Object.entries(this.#options.sources)) {
      const put = kind === 'push' ? await this.#reread(name) : null
      if (put?.kind === 'refused') refusals.push(put)
    }
    return refusals[0] ?? null
  }

  async close(): Promise<void> {
    await Promise.all(this.#watches.map((watch) => watch.close()))
  }

  /** Loads a pushed value from the state folder; returns `null` without one. In turn, so that earlier pushes are in the file. */
  async #reread(name: string): Promise<Put | null> {
    const { pushed } = this.#options
    if (pushed === null || (await pushed.read(name)) === null) return null
    return await this.#change(name, async (stored) => this.#apply(name, stored, (await pushed.read(name)) ?? '', null), null)
  }

  async #made(
    name: string,
    stored: Held | null,
    condition: Condition | null,
    make: (text: string | null) => Made,
    asking: Operator | null,
  ): Promise<Put> {
    const { pushed, sources } = this.#options
    if (!meets(condition, stored)) return { kind: 'conflict', version: stored?.version ?? null }
    const text = make(stored?.text ?? null)
    if (typeof text !== 'string') return this.#refuse(name, text, asking)
    // Saved before it takes effect: unsaved values would revert after a restart.
    const save = async () => {
      if (sources[name]?.kind === 'push') await pushed?.write(name, text)
    }
    return await this.#apply(name, stored, text, asking, save)
  }

  /** `save` is absent for a value from the state folder, where another store may have saved a later one meanwhile. */
  async #apply(
    name: string,
    stored: Held | null,
    text: string,
    asking: Operator | null,
    save?: () => Promise<void>,
  ): Promise<Put> {
    const { enforcers, clock, onEvent } = this.#options
    const version = dataVersionOf(text)
    if (stored?.version === version) {
      this.#errors.delete(name)
      return { kind: 'unchanged', version }
    }
    const refused = await enforcers.prepare({ data: { [name]: { version, text } } })
    if (refused !== null) {
      enforcers.drop()
      return this.#refuse(name, refused, asking)
    }
    await save?.()
    await enforcers.commit()
    this.#stored.set(name, { version, text, since: clock() })
    this.#errors.delete(name)
    onEvent({ kind: 'taken', name, version, before: stored?.version ?? null, asking })
    return { kind: 'taken', version }
  }

  #refuse(name: string, refusal: PolicyRefusal, asking: Operator | null): PolicyRefusal {
    this.#fail(name, refusal.message, asking)
    return refusal
  }

  #fail(name: string, message: string, asking: Operator | null = null): null {
    this.#errors.set(name, message)
    this.#options.onEvent({ kind: 'refused', name, message, before: this.#stored.get(name)?.version ?? null, asking })
    return null
  }
}

function meets(condition: Condition | null, stored: Held | null): boolean {
  if (condition === null) return true
  if (condition === 'none') return stored === null
  return stored !== null && (condition === 'any' || condition.version === stored.version)
}

/** Returns the version of a value: 132 bits of its text's digest, equal in all proxies. */
export function dataVersionOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}
