import type { Log } from '../../../base/log.ts'
import { environment, StartupError } from '../../../base/startup-error.ts'
import { inSlices } from '../../../base/waiting.ts'
import type { Change, Revocation, RevocationKeeper } from '../../../identity/revocation/index.ts'
import { openRevocations, placeOfRevocations } from '../../bootstrap/open-revocations.ts'
import type { Config } from '../../config/index.ts'
import type { ToWorker } from '../messages.ts'

export type RevocationNews = Extract<ToWorker, { kind: 'revocations' | 'hears-revocations' | 'all-revocations' }>

/** The list of a configuration. Its workers are told what changes. */
export interface OpenRevocations {
  readonly place: string
  readonly keeper: RevocationKeeper
}

/**
 * Passes over the changes of the keeper before, at most, while another configuration takes over. The rest is written right after.
 */
const MOST_PASSES = 100

/** A keeper that takes over, and the changes of the one before that it does not have yet. */
interface Move {
  readonly to: RevocationKeeper
  changes: Change[]
}

/** What is revoked, for all workers of this and of later configurations. */
export class SharedRevocations {
  readonly #log: Log
  readonly #notify: (news: RevocationNews, of: RevocationKeeper) => void
  #current: OpenRevocations | null = null
  /** By the keeper before. */
  readonly #moves = new Map<RevocationKeeper, Move>()

  constructor(log: Log, notify: (news: RevocationNews, of: RevocationKeeper) => void) {
    this.#log = log
    this.#notify = notify
  }

  /** The one that is there, where it is kept in the same place. Rejects with `StartupError`. */
  async open(config: Config): Promise<OpenRevocations> {
    const place = placeOfRevocations(config)
    if (this.#current?.place === place) return this.#current
    const keeper = await openRevocations(config, { log: this.#log })
    keeper.listen({
      changed: (change) => {
        this.#moves.get(keeper)?.changes.push(change)
        this.#notify({ kind: 'revocations', ...change }, keeper)
      },
      hears: (hears) => this.#notify({ kind: 'hears-revocations', hears }, keeper),
    })
    return { place, keeper }
  }

  /**
   * Copies what the one before has revoked, and collects what changes there from now on for `catchUp`. Rejects with
   * `StartupError`.
   */
  async takeOver({ place, keeper }: OpenRevocations): Promise<void> {
    if (this.#current === null || this.#current.place === place) return
    const from = this.#current.keeper
    this.#moves.set(from, { to: keeper, changes: [] })
    for await (const list of inSlices(from.live())) await addTo(keeper, list)
  }

  /**
   * Makes the changes that the one before has had since `takeOver`. To be called immediately before `use`. Rejects with
   * `StartupError`.
   */
  async catchUp(): Promise<void> {
    const move = this.#current && this.#moves.get(this.#current.keeper)
    for (let passes = 0; move && move.changes.length > 0 && passes < MOST_PASSES; passes++) await applyChanges(move)
  }

  /** It counts from now on. */
  use(opened: OpenRevocations): void {
    const before = this.#current
    this.#current = opened
    if (before !== null && before !== opened) void this.#retire(before.keeper)
  }

  /** Changes that were under way when another one took over are made there, too. */
  async #retire(keeper: RevocationKeeper): Promise<void> {
    const move = this.#moves.get(keeper)
    try {
      if (move) await applyChanges(move)
      await keeper.close()
      if (move) await applyChanges(move)
    } catch (error) {
      await keeper.close()
      this.#log.error(`revocations made during a reload are lost: ${(error as Error).message}`)
    }
    this.#moves.delete(keeper)
  }

  /** It was not taken. */
  discard(opened: OpenRevocations): void {
    if (opened === this.#current) return
    if (this.#current !== null) this.#moves.delete(this.#current.keeper)
    void opened.keeper.close()
  }

  get keeper(): RevocationKeeper {
    if (this.#current === null) throw new Error('no configuration is in force')
    return this.#current.keeper
  }

  close(): void {
    void this.#current?.keeper.close()
  }
}

/** Rejects with `StartupError`. */
async function applyChanges(move: Move): Promise<void> {
  const changes = move.changes
  move.changes = []
  for (const { added, removed } of changes) {
    if (added.length > 0) await addTo(move.to, added)
    const again = new Set(added.map(({ id }) => id))
    for (const id of removed) if (!again.has(id)) await move.to.remove(id)
  }
}

/** Rejects with `StartupError`. */
async function addTo(keeper: RevocationKeeper, list: readonly Revocation[]): Promise<void> {
  const outcome = await keeper.add(list, null, 'operator').catch((error: Error) => error.message)
  if (outcome !== 'added')
    throw new StartupError([environment(`what is revoked cannot be kept where the configuration says: ${outcome}`)])
}
