import { NO_TALLY } from '../../runtime/policy/candidate/sum-tallies.ts'
import type {
  Activation,
  Bundle,
  Candidates,
  PolicyRefusal,
  PolicyStatus,
  RolloutDirectory,
  RolloutOptions,
  Share,
  Tally,
} from '../../runtime/policy/index.ts'
import type { RolloutNote } from '../../runtime/policy/rollout/rollout-directory.ts'
import type { Vetted } from '../../runtime/policy/store/policy-status.ts'

/** What stands in a bundle of these tests. */
export interface Written {
  readonly revision: string
  readonly sequence: number
  readonly services?: readonly { readonly name: string; readonly labels?: readonly string[] }[]
  readonly expires?: string
}

export const bytesOf = (written: Written): Uint8Array => Buffer.from(JSON.stringify(written))

function bundleOf(bytes: Uint8Array): Bundle {
  const written = JSON.parse(Buffer.from(bytes).toString()) as Written
  return { manifest: { services: [{ name: 'app', hosts: [] }], ...written } } as unknown as Bundle
}

/** Workers that have one policy a candidate, and find what a test says that they do. */
export class FakeTrials implements Candidates {
  on: { readonly revision: string; share: Share } | null = null
  tallied: Tally = NO_TALLY
  refuses: PolicyRefusal | null = null

  async begin({ manifest }: Pick<Bundle, 'manifest'>): Promise<PolicyRefusal | null> {
    this.on = null
    if (this.refuses !== null) return this.refuses
    this.on = { revision: manifest.revision, share: { parts: 0, services: null } }
    this.tallied = NO_TALLY
    return null
  }

  async share(share: Share): Promise<void> {
    if (this.on !== null) this.on.share = share
  }

  async end(): Promise<void> {
    this.on = null
  }

  async tally(): Promise<Tally | null> {
    return this.on && this.tallied
  }

  count(some: Partial<Tally>): void {
    const sum = { ...this.tallied, ...this.tallied }
    for (const [key, value] of Object.entries(some))
      Object.assign(sum, { [key]: typeof value === 'number' ? (sum[key as 'compared'] ?? 0) + value : value })
    this.tallied = sum
  }

  decide(count: number): void {
    const { decided, refused } = this.tallied.candidate
    this.tallied = { ...this.tallied, candidate: { decided: decided + count, refused }, ofStep: this.tallied.ofStep + count }
  }
}

/** A store that takes whatever is written in bundles, by the rules of sequences. */
export class FakeStore implements Pick<RolloutOptions['store'], keyof RolloutOptions['store']> {
  active: Written | null = null
  quarantined: string | null = null
  suspended: PolicyStatus['suspended'] = null
  refuses: PolicyRefusal | null = null
  readonly turnedDown: PolicyRefusal[] = []
  isFull = false
  /** Of what is quarantined. */
  isWritten = true
  /** Why what the source has is not what serves. */
  differs: string | null = null
  readonly onServe: (revision: string, isPromoted: boolean) => void

  constructor(onServe: (revision: string, isPromoted: boolean) => void = () => {}) {
    this.onServe = onServe
  }

  get status(): PolicyStatus {
    const active = this.active && {
      revision: this.active.revision,
      sequence: this.active.sequence,
      since: 0,
      origin: 'source' as const,
    }
    return { active, quarantined: this.quarantined, suspended: this.suspended } as unknown as PolicyStatus
  }

  async vet(bytes: Uint8Array, least = -1): Promise<Vetted> {
    const bundle = bundleOf(bytes)
    const { revision, sequence } = bundle.manifest
    if (revision === this.active?.revision) return { kind: 'serves', revision, sequence }
    if (revision === this.quarantined) return { kind: 'refused', code: 'quarantined', message: 'quarantined' }
    if (sequence < Math.max(least, this.active?.sequence ?? -1)) return { kind: 'refused', code: 'sequence', message: 'lower' }
    return { kind: 'fit', bundle }
  }

  async activate(bytes: Uint8Array): Promise<Activation> {
    return await this.#take(bytes, false)
  }

  async promote(bytes: Uint8Array): Promise<Activation> {
    return await this.#take(bytes, true)
  }

  async #take(bytes: Uint8Array, isPromoted: boolean): Promise<Activation> {
    if (this.refuses !== null) return this.refuses
    const vetted = await this.vet(bytes)
    if (vetted.kind === 'refused') return vetted
    const { revision, sequence } = bundleOf(bytes).manifest
    if (vetted.kind === 'serves') return { kind: 'unchanged', revision, sequence }
    this.onServe(revision, isPromoted)
    this.active = { revision, sequence }
    this.quarantined = null
    this.suspended = null
    return { kind: 'activated', revision, sequence, origin: isPromoted ? 'rollout' : 'source' }
  }

  async hold(revision: string): Promise<null | PolicyRefusal> {
    this.quarantined = revision
    this.isWritten = !this.isFull
    return this.isFull ? { kind: 'refused', code: 'state', message: 'ENOSPC: no space left on device' } : null
  }

  async holdAgain(): Promise<boolean> {
    this.isWritten ||= !this.isFull
    return this.isWritten
  }

  agree(): void {
    this.differs = null
  }

  differ({ code }: { readonly code: string }): void {
    this.differs = code
  }

  turnDown(refusal: PolicyRefusal): void {
    this.turnedDown.push(refusal)
  }
}

/** A folder that can be full. */
export class FakeDirectory implements RolloutDirectory {
  noted: RolloutNote = { candidate: null, last: null }
  kept: Uint8Array | null = null
  isFull = false

  async note(): Promise<RolloutNote> {
    return this.noted
  }

  async bundle(): Promise<Uint8Array | null> {
    return this.kept
  }

  async begin(bytes: Uint8Array, note: RolloutNote): Promise<void> {
    await this.write(note)
    this.kept = bytes
  }

  async write(note: RolloutNote): Promise<void> {
    if (this.isFull) throw new Error('ENOSPC: no space left on device')
    this.noted = JSON.parse(JSON.stringify(note)) as RolloutNote
  }

  async end(note: RolloutNote): Promise<void> {
    this.kept = null
    await this.write(note)
  }
}
