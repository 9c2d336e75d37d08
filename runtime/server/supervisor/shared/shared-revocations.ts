import type { Log } from '../../../base/log.ts'
import { environment, StartupError } from '../../../base/startup-error.ts'
import { inSlices } from '../../../base/waiting.ts'
import type { Change, Revocation, RevocationKeeper } from '../../../identity/revocation/index.ts'
import { openRevocations, placeOfRevocations } from '../../bootstrap/open-revocations.ts'
import type { Config } from '../../config/index.ts'
import type { ToWorker } from '../messages.ts'

export type RevocationNews = Extract<ToWorker, { kind: 'revocations' | 'hears-revocations' | 'all-revocations' }>

/** The revocation store of a configuration. All changes are sent to the workers of the configuration. */
export interface OpenRevocations {
  readonly place: string
  readonly keeper: RevocationKeeper
}

/** Maximum passes over changes while another configuration takes over; the rest follows right after. */
const MOST_PASSES = 100

/** A successor and the changes that it does not have yet. */
interface Move {
  readonly to: RevocationKeeper
  changes: Change[]
}

/** The store of revocations that all workers share, and its replacement when a reload configures another store. */
export class SharedRevocations {
  readonly #log: Log
  readonly #notify: (news: RevocationNews, of: RevocationKeeper) => void
  #current: OpenRevocations | null = null
  /** By previous keeper. */
  readonly #moves = new Map<RevocationKeeper, Move>()

  constructor(log: Log, notify: (news: RevocationNews, of: RevocationKeeper) => void) {
    this.#log = log
    this.#notify = notify
  }

  /**
   * Opens the store of revocations of a configuration. Returns the current one if both use the same store.
   *
   * @throws StartupError if the store cannot be opened
   */
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
   * Copies the current revocations to the store of a new configuration. Later changes are collected for `catchUp`.
   *
   * @throws StartupError if the new store does not accept them
   */
  async takeOver({ place, keeper }: OpenRevocations): Promise<void> {
    if (this.#current === null || this.#current.place === place) return
    const from = this.#current.keeper
    this.#moves.set(from, { to: keeper, changes: [] })
    for await (const list of inSlices(from.live())) await addTo(keeper, list)
  }

  /**
   * Copies the changes since `takeOver` to the new store. Must be called immediately before `use`.
   *
   * @throws StartupError if the new store does not accept them
   */
  async catchUp(): Promise<void> {
    const move = this.#current && this.#moves.get(this.#current.keeper)
    for (let passes = 0; move && move.changes.length > 0 && passes < MOST_PASSES; passes++) await applyChanges(move)
  }

  use(opened: OpenRevocations): void {
    const before = this.#current
    this.#current = opened
    if (before !== null && before !== opened) void this.#retire(before.keeper)
  }

  /** Applies changes that were under way during the switch to the successor too. */
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

  discard(opened: OpenRevocations): void {
    if (opened === this.#current) return
    if (this.#current !== null) this.#moves.delete(this.#current.keeper)
    void opened.keeper.close()
  }

  get keeper(): RevocationKeeper {
    if (this.#current === null) throw new Error('no configuration is active yet: try again')
    return this.#current.keeper
  }

  close(): void {
    void this.#current?.keeper.close()
  }
}

async function applyChanges(move: Move): Promise<void> {
  const changes = move.changes
  move.changes = []
  for (const { added, removed } of changes) {
    if (added.length > 0) await addTo(move.to, added)
    const again = new Set(added.map(({ id }) => id))
    for (const id of removed) if (!again.has(id)) await move.to.remove(id)
  }
}

async function addTo(keeper: RevocationKeeper, list: readonly Revocation[]): Promise<void> {
  const outcome = await keeper.add(list, null, 'operator').catch((error: Error) => error.message)
  if (outcome !== 'added') throw new StartupError([environment(`revocations cannot be stored as configured: ${outcome}`)])
}
