import { createHash } from 'node:crypto'
import { messageOf } from '../../base/errors.ts'
import type { Operator } from '../../base/operator.ts'
import { decodeUtf8 } from '../../base/values.ts'
import { type FileWatch, watchFile } from '../../base/watch-file.ts'
import type { DataValue, PolicyRefusal, PolicyTarget } from '../store/policy-target.ts'
import type { PushedData } from './pushed-data.ts'

export type DatumSource = { readonly kind: 'file'; readonly file: string } | { readonly kind: 'push' }

export interface DataStoreOptions {
  readonly sources: Readonly<Record<string, DatumSource>>
  readonly enforcers: PolicyTarget
  /** Stored pushes; null: lost with the process. */
  readonly pushed: PushedData | null
  readonly clock: () => number
  readonly onEvent: (event: DataEvent) => void
  /** Milliseconds between two checks of a file. */
  readonly interval?: number
}

/** `before`: the previous version, or the current one after a refusal. `asking`: who requested it; null: a file change. */
export type DataEvent = { readonly name: string; readonly before: string | null; readonly asking: Operator | null } & (
  | { readonly kind: 'taken'; readonly version: string }
  | { readonly kind: 'refused'; readonly message: string }
)

export interface DatumStatus {
  readonly source: 'file' | 'push'
  /** Null: none received. */
  readonly version: string | null
  /** Milliseconds since 1970. */
  readonly since: number | null
  /** UTF-8 bytes of the text. */
  readonly bytes: number | null
  /** Why the latest value is not in force; null: it is. */
  readonly lastError: string | null
}

/** A value's text, or the refusal. */
type Made = string | PolicyRefusal

export type Put =
  | { readonly kind: 'taken' | 'unchanged'; readonly version: string }
  /** The current version is not the expected one. */
  | { readonly kind: 'conflict'; readonly version: string | null }
  | PolicyRefusal

/** Precondition of a write: the current version, none, or any. */
export type Condition = { readonly version: string } | 'none' | 'any'

/** Maximum bytes of a value. */
export const MOST_DATA = 16 << 20

interface Held extends DataValue {
  readonly since: number
}

/** The data of policies. A value takes effect everywhere or nowhere; a refused one leaves the previous value. */
export class DataStore {
  readonly #options: DataStoreOptions
  readonly #stored = new Map<string, Held>()
  readonly #errors = new Map<string, string>()
  #watches: readonly FileWatch[] = []

  constructor(options: DataStoreOptions) {
    this.#options = options
  }

  /** Reads all initial values; the first policy checks them. Returns problems. */
  async open(): Promise<readonly string[]> {
    const { sources, pushed, interval } = this.#options
    const problems: string[] = []
    for (const [name, source] of Object.entries(sources)) {
      if (source.kind !== 'push') continue
      try {
        const text = (await pushed?.read(name)) ?? null
        if (text !== null) await this.#refusedFirst(name, text, problems)
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
          const put = first ? await this.#refusedFirst(name, text, problems) : await this.put(name, text)
          return put?.kind === 'refused' && put.code !== 'data' ? 'again' : null
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

  /** Null: unknown name. */
  status(name: string): DatumStatus | null {
    const { sources } = this.#options
    const source = Object.hasOwn(sources, name) ? sources[name] : undefined
    if (source === undefined) return null
    const { version = null, since = null, text = null } = this.#stored.get(name) ?? {}
    const lastError = this.#errors.get(name) ?? null
    return { source: source.kind, version, since, bytes: text === null ? null : Buffer.byteLength(text), lastError }
  }

  /** Null: none received. */
  get(name: string): DataValue | null {
    return this.#stored.get(name) ?? null
  }

  /**
   * Replaces a value. Never throws.
   *
   * @param condition null: unconditional
   */
  async put(name: string, text: string, condition: Condition | null = null): Promise<Put> {
    return await this.change(name, condition, () => text)
  }

  /** The same with a value made from the current one (null: none received). `make` may refuse. */
  async change(
    name: string,
    condition: Condition | null,
    make: (text: string | null) => Made | Promise<Made>,
    asking: Operator | null = null,
  ): Promise<Put> {
    const { enforcers } = this.#options
    try {
      return await enforcers.turns.take(() => this.#inTurn(name, condition, make, asking))
    } catch (error) {
      enforcers.drop()
      this.#fail(name, `data \`${name}\` cannot be applied: ${messageOf(error)}`, asking)
      return { kind: 'refused', code: 'state', message: messageOf(error) }
    }
  }

  /** Offers files again, including refused ones, to another policy. */
  look(): void {
    for (const watch of this.#watches) watch.look()
  }

  /** Loads pushes that another store of the same state took meanwhile. Rejects with file system errors. */
  async reread(): Promise<void> {
    const { sources, pushed } = this.#options
    for (const [name, { kind }] of Object.entries(sources)) {
      if (kind !== 'push' || pushed === null || (await pushed.read(name)) === null) continue
      // In order, so that earlier pushes to this store are in the file.
      await this.change(name, null, async () => (await pushed.read(name)) ?? '')
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#watches.map((watch) => watch.close()))
  }

  async #refusedFirst(name: string, text: string, problems: string[]): Promise<Put> {
    const put = await this.put(name, text)
    if (put.kind === 'refused') problems.push(put.message)
    return put
  }

  async #inTurn(
    name: string,
    condition: Condition | null,
    make: (text: string | null) => Made | Promise<Made>,
    asking: Operator | null,
  ): Promise<Put> {
    const { enforcers, pushed, clock, onEvent, sources } = this.#options
    const stored = this.#stored.get(name) ?? null
    if (!meets(condition, stored)) return { kind: 'conflict', version: stored?.version ?? null }
    const text = await make(stored?.text ?? null)
    if (typeof text !== 'string') return this.#refuse(name, text, asking)
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
    // Written first: unsaved values would revert after a restart.
    if (sources[name]?.kind === 'push') await pushed?.write(name, text)
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

/** 132 bits of the text's digest: equal in all proxies. */
export function dataVersionOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}
