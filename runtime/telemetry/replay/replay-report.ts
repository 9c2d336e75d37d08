import type { ChangeKind, Decided } from './compare.ts'
import type { Replayed } from './replayer.ts'

export interface Report {
  readonly decisions: number
  readonly same: number
  readonly changed: number
  readonly undetermined: number
  /** Number of requests that were refused before a decision, or answered by the proxy itself. */
  readonly undecided: number
  /** Number of records that were skipped because they describe no request, such as logins and checkpoints. */
  readonly passedOver: number
  readonly unreadable: number
  /** Changed decisions in groups, the most frequent first. */
  readonly changes: readonly ChangeGroup[]
  /** Requests that could not be decided again, grouped by the missing value, the most frequent group first. */
  readonly needs: readonly NeedsGroup[]
}

export interface ChangeGroup {
  readonly change: ChangeKind
  readonly before: DecisionSummary
  readonly after: DecisionSummary
  readonly count: number
  readonly samples: readonly ReplaySample[]
}

export interface DecisionSummary {
  readonly effect: Decided['effect']
  readonly route: string | null
  readonly rules: readonly string[]
  readonly reason: string | null
}

export interface NeedsGroup {
  readonly needs: string
  readonly count: number
  readonly samples: readonly ReplaySample[]
}

export interface ReplaySample {
  readonly requestId: string | null
  readonly file: string
  readonly line: number
}

/** Maximum number of groups, because callers may influence it. */
const MOST = 10_000

interface Group<T> {
  readonly of: T
  count: number
  readonly samples: ReplaySample[]
}

export class ReplayReport {
  readonly #most: number
  readonly #changes = new Map<string, Group<Pick<ChangeGroup, 'change' | 'before' | 'after'>>>()
  readonly #needs = new Map<string, Group<string>>()
  #same = 0
  #changed = 0
  #undetermined = 0
  #undecided = 0
  #passedOver = 0
  #unreadable = 0

  /**
   * Creates an empty report.
   *
   * @param samples maximum number of sample requests for each group
   */
  constructor(samples: number) {
    this.#most = samples
  }

  add(replayed: Replayed, sample: ReplaySample): void {
    switch (replayed.kind) {
      case 'same':
        this.#same++
        return
      case 'undecided':
        this.#undecided++
        return
      case 'undetermined':
        this.#undetermined++
        this.#note(this.#needs, replayed.needs, replayed.needs, sample)
        return
      case 'changed': {
        this.#changed++
        const { change } = replayed
        const of = { change, before: summaryOf(replayed.before), after: summaryOf(replayed.after) }
        this.#note(this.#changes, JSON.stringify(of), of, sample)
      }
    }
  }

  passOver(): void {
    this.#passedOver++
  }

  unreadable(): void {
    this.#unreadable++
  }

  report(): Report {
    const [same, changed, undetermined] = [this.#same, this.#changed, this.#undetermined]
    return {
      decisions: same + changed + undetermined,
      ...{ same, changed, undetermined },
      ...{ undecided: this.#undecided, passedOver: this.#passedOver, unreadable: this.#unreadable },
      changes: mostFirst(this.#changes).map(({ of, count, samples }) => ({ ...of, count, samples })),
      needs: mostFirst(this.#needs).map(({ of, count, samples }) => ({ needs: of, count, samples })),
    }
  }

  #note<T>(groups: Map<string, Group<T>>, key: string, of: T, sample: ReplaySample): void {
    const known = groups.get(key)
    if (known === undefined && groups.size >= MOST) return
    const group = known ?? { of, count: 0, samples: [] }
    if (known === undefined) groups.set(key, group)
    group.count++
    if (group.samples.length < this.#most) group.samples.push(sample)
  }
}

function summaryOf({ effect, route, rules, reason }: Decided): DecisionSummary {
  return { effect, route, rules, reason }
}

/** Sorts groups by count, then text. */
function mostFirst<T>(groups: ReadonlyMap<string, Group<T>>): readonly Group<T>[] {
  return [...groups].sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1)).map(([, group]) => group)
}
