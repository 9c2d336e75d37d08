import type { PolicyRefusal } from '../store/policy-target.ts'
import type { Decided, DecisionDifference, DifferenceKind, RedactedText, RequestSample, Tally } from './candidate.ts'
import type { Judgement } from './judgement.ts'
import { keyOf, MOST_DIFFERENCES, MOST_SAMPLES, NO_TALLY } from './sum-tallies.ts'

type Counts = {
  -readonly [K in
    | 'compared'
    | 'newlyPermitted'
    | 'newlyDenied'
    | 'other'
    | 'failed'
    | 'unknown'
    | 'skipped'
    | 'unlisted'
    | 'ofStep']: number
}
type Listed = Omit<DecisionDifference, 'count' | 'samples'> & { count: number; readonly samples: RequestSample[] }

/** Maximum length of a sample's texts in characters, because clients choose them. */
const MOST_CHARACTERS = 256

const MOST_TOLD = 10

/** Counts a candidate's results in this process and keeps a bounded list of differences with sample requests. */
export class TallyBook {
  ended: PolicyRefusal | null = null
  readonly #counts: Counts = {
    ...{ compared: 0, newlyPermitted: 0, newlyDenied: 0, other: 0, failed: 0, unknown: 0, skipped: 0, unlisted: 0, ofStep: 0 },
  }
  readonly #active = { decided: 0, refused: 0 }
  readonly #candidate = { decided: 0, refused: 0 }
  #told = 0
  readonly #differences = new Map<string, Listed>()

  /** Counts a request that one of the two policies decides. `isOfStep`: its service did not complete the rollout earlier. */
  decided(by: 'active' | 'candidate', isRefused: boolean, isOfStep = false): void {
    const counts = by === 'active' ? this.#active : this.#candidate
    counts.decided++
    if (by === 'candidate' && isOfStep) this.#counts.ofStep++
    if (isRefused) counts.refused++
  }

  same(): void {
    this.#counts.compared++
  }

  differs(kind: DifferenceKind, active: Judgement, candidate: Judgement, sample: () => RequestSample): void {
    this.#counts.compared++
    this.#counts[kind]++
    const one = { route: active.route, kind, active: decidedOf(active), candidate: decidedOf(candidate) }
    const key = keyOf(one)
    let listed = this.#differences.get(key)
    if (listed === undefined) {
      if (this.#differences.size >= MOST_DIFFERENCES) return void this.#counts.unlisted++
      listed = { ...one, count: 0, samples: [] }
      this.#differences.set(key, listed)
    }
    listed.count++
    if (listed.samples.length < MOST_SAMPLES) listed.samples.push(cut(sample()))
  }

  count(what: 'failed' | 'unknown' | 'skipped'): void {
    this.#counts[what]++
  }

  /**
   * Counts a log message about a failed comparison. Returns whether to log it: only the first ten are logged, because most
   * failures repeat.
   */
  tells(): boolean {
    return ++this.#told <= MOST_TOLD
  }

  read(): Tally {
    const differences = [...this.#differences.values()].map((one) => ({ ...one, samples: [...one.samples] }))
    const { ended } = this
    return { ...NO_TALLY, ...this.#counts, active: { ...this.#active }, candidate: { ...this.#candidate }, differences, ended }
  }
}

function decidedOf({ effect, rules, reason }: Judgement): Decided {
  return { effect, rule: rules[0] ?? null, reason }
}

function cut(sample: RequestSample): RequestSample {
  const { identity, subject, method, path } = sample
  return { ...sample, identity, subject: short(subject), method: short(method), path: short(path) }
}

function short<Text extends RedactedText>(text: Text): Text | string {
  return typeof text === 'string' && text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text
}
