import type { CandidateNote, LastNote, RolloutDirectory, RolloutNote } from './rollout-directory.ts'

/** Changes that `keep` must write. If `bytes` is null, the stored bundle remains. */
type Unkept =
  | { readonly candidate: CandidateNote; readonly bytes: Uint8Array | null }
  | { readonly candidate: null; readonly over: CandidateNote }

export class RolloutNotes {
  last: LastNote | null = null
  readonly #directory: RolloutDirectory | null
  #keeps: boolean
  #unkept: Unkept | null = null
  #known = ''

  /**
   * Creates an object that reads and writes the notes about candidates.
   *
   * @param directory persistent store, or `null` to keep notes in memory only
   * @param keeps false to write nothing before `keep` is called
   */
  constructor(directory: RolloutDirectory | null, keeps: boolean) {
    this.#directory = directory
    this.#keeps = keeps
  }

  /**
   * Reads the note about the candidate from disk. Returns it if another process has changed it since the last call, otherwise
   * `null`.
   */
  async news(): Promise<RolloutNote | null> {
    const note = (await this.#directory?.note()) ?? null
    if (note === null || JSON.stringify(note) === this.#known) return null
    this.#known = JSON.stringify(note)
    this.last = note.last
    return note
  }

  /** Returns the candidate's bundle as stored on disk, or `null` if none is stored. */
  async bundle(): Promise<Uint8Array | null> {
    return (await this.#directory?.bundle()) ?? null
  }

  /**
   * Writes the bundle and note of a candidate.
   *
   * @param last note of the last end of a candidate, or `null` to leave it unchanged
   */
  async begin(bytes: Uint8Array, candidate: CandidateNote, last: LastNote | null): Promise<void> {
    await this.#write({ candidate, bytes }, last ?? this.last)
    this.last = last ?? this.last
  }

  go(candidate: CandidateNote): Promise<void> {
    const unkept = this.#unkept
    const bytes =
      unkept !== null && unkept.candidate !== null && unkept.candidate.revision === candidate.revision ? unkept.bytes : null
    return this.#write({ candidate, bytes })
  }

  end(over: CandidateNote): Promise<void> {
    return this.#write({ candidate: null, over })
  }

  /**
   * Writes the held-back note, and from now on writes notes at once. Returns false if another process has written a note in the
   * meantime, which then applies instead.
   *
   * @throws errors of the file system
   */
  async keep(): Promise<boolean> {
    const [unkept, known] = [this.#unkept, this.#known]
    this.#keeps = true
    this.#unkept = null
    if (unkept === null || this.#directory === null) return true
    // What this process knew is obsolete.
    this.#known = ''
    if (JSON.stringify(await this.#directory.note()) !== known) return false
    await this.#write(unkept)
    return true
  }

  async #write(what: Unkept, last = this.last): Promise<void> {
    if (!this.#keeps) {
      this.#unkept = what
      return
    }
    const directory = this.#directory
    if (directory === null) return
    const note = { candidate: what.candidate, last }
    if (what.candidate === null) {
      // A configuration that took over has another candidate.
      if (await this.#isOther(what.over)) return
      await directory.end(note)
    } else if (what.bytes !== null) await directory.begin(what.bytes, note)
    else {
      if (await this.#isOther(what.candidate))
        throw new Error('another configuration has a different candidate in the same `bundle.state`: give each its own folder')
      await directory.write(note)
    }
    this.#known = JSON.stringify(note)
  }

  async #isOther({ revision }: CandidateNote): Promise<boolean> {
    const noted = (await this.#directory?.note())?.candidate ?? null
    return noted !== null && noted.revision !== revision
  }
}
