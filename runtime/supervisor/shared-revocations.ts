import type { Config } from '../config/index.ts'
import type { Log } from '../log.ts'
import { openRevocations, placeOfRevocations } from '../open/open-revocations.ts'
import { inSlices, type RevocationKeeper } from '../revocation/index.ts'
import { environment, StartupError } from '../startup-error.ts'
import type { ToWorker } from './messages.ts'

export type RevocationNews = Extract<ToWorker, { kind: 'revocations' | 'hears-revocations' | 'all-revocations' }>

/** The list of a configuration. Its workers are told what changes. */
export interface OpenRevocations {
  readonly place: string
  readonly keeper: RevocationKeeper
}

/** What is revoked, for all workers of this and of later configurations. */
export class SharedRevocations {
  readonly #log: Log
  readonly #tell: (news: RevocationNews, of: RevocationKeeper) => void
  #current: OpenRevocations | null = null

  constructor(log: Log, tell: (news: RevocationNews, of: RevocationKeeper) => void) {
    this.#log = log
    this.#tell = tell
  }

  /** The one that is there, where it is kept in the same place. Rejects with `StartupError`. */
  async open(config: Config): Promise<OpenRevocations> {
    const place = placeOfRevocations(config)
    if (this.#current?.place === place) return this.#current
    const keeper = await openRevocations(config, { log: this.#log })
    keeper.listen({
      changed: (change) => this.#tell({ kind: 'revocations', ...change }, keeper),
      hears: (hears) => this.#tell({ kind: 'hears-revocations', hears }, keeper),
    })
    return { place, keeper }
  }

  /** What the one before has revoked stays so. Rejects with `StartupError`. */
  async takeOver({ place, keeper }: OpenRevocations): Promise<void> {
    if (this.#current === null || this.#current.place === place) return
    for await (const list of inSlices(this.#current.keeper.live())) {
      const outcome = await keeper.add(list, null, 'operator').catch((error: Error) => error.message)
      if (outcome !== 'added')
        throw new StartupError([environment(`what is revoked cannot be kept where the configuration says: ${outcome}`)])
    }
  }

  /** It counts from now on. */
  use(opened: OpenRevocations): void {
    const before = this.#current
    this.#current = opened
    if (before !== null && before !== opened) void before.keeper.close()
  }

  /** It was not taken. */
  discard(opened: OpenRevocations): void {
    if (opened !== this.#current) void opened.keeper.close()
  }

  get keeper(): RevocationKeeper {
    if (this.#current === null) throw new Error('no configuration is in force')
    return this.#current.keeper
  }

  close(): void {
    void this.#current?.keeper.close()
  }
}
