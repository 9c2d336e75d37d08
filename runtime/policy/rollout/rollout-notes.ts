import type { LastNote, RolloutDirectory, RolloutNote, TrialNote } from './rollout-directory.ts'

/** What is noted of a roll-out, and what this process knows of that. Without a directory, as long as it lives. */
export class RolloutNotes {
  /** What has become of the trial before. */
  last: LastNote | null = null
  readonly #directory: RolloutDirectory | null
  #known = ''

  constructor(directory: RolloutDirectory | null) {
    this.#directory = directory
  }

  /** Null: nothing is noted that this one does not know. */
  async news(): Promise<RolloutNote | null> {
    const note = (await this.#directory?.note()) ?? null
    if (note === null || JSON.stringify(note) === this.#known) return null
    this.#known = JSON.stringify(note)
    this.last = note.last
    return note
  }

  /** Null: none was kept. */
  async bundle(): Promise<Uint8Array | null> {
    return (await this.#directory?.bundle()) ?? null
  }

  async begin(bytes: Uint8Array, trial: TrialNote): Promise<void> {
    await this.#write(trial, async (note) => await this.#directory?.begin(bytes, note))
  }

  async go(trial: TrialNote): Promise<void> {
    await this.#write(trial, async (note) => await this.#directory?.write(note))
  }

  async end(): Promise<void> {
    await this.#write(null, async (note) => await this.#directory?.end(note))
  }

  async #write(trial: TrialNote | null, how: (note: RolloutNote) => Promise<void>): Promise<void> {
    const note = { trial, last: this.last }
    await how(note)
    this.#known = JSON.stringify(note)
  }
}
