import { createHash } from 'node:crypto'
import { messageOf } from '../../base/errors.ts'
import type { Operator } from '../../base/operator.ts'
import { decodeUtf8 } from '../../base/values.ts'
import { type FileWatch, watchFile } from '../../base/watch-file.ts'
import type { DataValue, PolicyRefusal, PolicyTarget } from '../store/policy-target.ts'
import type { PushedData } from './pushed-data.ts'

/** Where the values of a datum come from: a file that is watched, or somebody who pushes them. */
export type DatumSource = { readonly kind: 'file'; readonly file: string } | { readonly kind: 'push' }

export interface DataStoreOptions {
  /** By the name of the datum. */
  readonly sources: Readonly<Record<string, DatumSource>>
  readonly enforcers: PolicyTarget
  /** What was pushed, over a restart; null: it is gone with the process. */
  readonly pushed: PushedData | null
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly onEvent: (event: DataEvent) => void
  /** Milliseconds between two looks at each file. */
  readonly interval?: number
}

/** `before`: the version that counted before, or still does. `asking`: who has asked for it; null: nobody, a file has changed. */
export type DataEvent = { readonly name: string; readonly before: string | null; readonly asking: Operator | null } & (
  | { readonly kind: 'taken'; readonly version: string }
  | { readonly kind: 'refused'; readonly message: string }
)

export interface DatumStatus {
  readonly source: 'file' | 'push'
  /** Null: none has arrived. */
  readonly version: string | null
  /** Since when; milliseconds since 1970. */
  readonly since: number | null
  /** Of the text, in UTF-8. */
  readonly bytes: number | null
  /** Why what was given last is not what counts; null where it is. */
  readonly lastError: string | null
}

/** A value as text, or why there is none. */
type Made = string | PolicyRefusal

export type Put =
  | { readonly kind: 'taken' | 'unchanged'; readonly version: string }
  /** There is another one than whoever puts it thinks. */
  | { readonly kind: 'conflict'; readonly version: string | null }
  | PolicyRefusal

/**
 * What whoever puts a value says of the one that is there: that it is of this version, that there is none, or that there is one.
 */
export type Condition = { readonly version: string } | 'none' | 'any'

/** Bytes of a value. */
export const MOST_DATA = 16 << 20

interface Held extends DataValue {
  readonly since: number
}

/** The data that policies decide by. A value takes over everywhere or nowhere; one that is refused leaves the one before. */
export class DataStore {
  readonly #options: DataStoreOptions
  readonly #stored = new Map<string, Held>()
  readonly #errors = new Map<string, string>()
  #watches: readonly FileWatch[] = []

  constructor(options: DataStoreOptions) {
    this.#options = options
  }

  /** All that is there at the start, before a policy is: whether it fits, the first policy tells. Empty: all could be read. */
  async open(): Promise<readonly string[]> {
    const { sources, pushed, interval } = this.#options
    const problems: string[] = []
    for (const [name, source] of Object.entries(sources)) {
      if (source.kind !== 'push') continue
      try {
        const text = (await pushed?.read(name)) ?? null
        if (text !== null) await this.#refusedFirst(name, text, problems)
      } catch (error) {
        problems.push(`data \`${name}\` that were pushed cannot be read: ${messageOf(error)}`)
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
          if (text === null) return this.#fail(name, `data \`${name}\` are not UTF-8`)
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

  /** Null: there is no datum of that name. */
  status(name: string): DatumStatus | null {
    const { sources } = this.#options
    const source = Object.hasOwn(sources, name) ? sources[name] : undefined
    if (source === undefined) return null
    const { version = null, since = null, text = null } = this.#stored.get(name) ?? {}
    const lastError = this.#errors.get(name) ?? null
    return { source: source.kind, version, since, bytes: text === null ? null : Buffer.byteLength(text), lastError }
  }

  /** Null: none has arrived. */
  get(name: string): DataValue | null {
    return this.#stored.get(name) ?? null
  }

  /**
   * Another value of a datum that is there. Never throws.
   *
   * @param condition null: whatever is there now
   */
  async put(name: string, text: string, condition: Condition | null = null): Promise<Put> {
    return await this.change(name, condition, () => text)
  }

  /** The same, of a value that is made of the one that is there. `make` may refuse; it is given null where none has arrived. */
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
      this.#fail(name, `data \`${name}\` cannot be taken: ${messageOf(error)}`, asking)
      return { kind: 'refused', code: 'state', message: messageOf(error) }
    }
  }

  /** Files are offered again, also those that were refused: the policy is another. */
  look(): void {
    for (const watch of this.#watches) watch.look()
  }

  /**
   * Another store of the same state may have taken values that were pushed while this one was tried. Rejects with what the file
   * system says.
   */
  async reread(): Promise<void> {
    const { sources, pushed } = this.#options
    for (const [name, { kind }] of Object.entries(sources)) {
      if (kind !== 'push' || pushed === null || (await pushed.read(name)) === null) continue
      // In its turn: what was pushed to this one is in the file by then.
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
    // Before it counts: what could not be kept would be another after a restart.
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

/** 132 bits of the digest of the text: two proxies that have the same say the same. */
export function dataVersionOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}
