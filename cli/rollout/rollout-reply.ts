/** The reply of the proxy's admin API to `GET /v1/rollout`: the active policy, the candidate and the last rollout. */
export interface RolloutReply {
  readonly active: {
    readonly revision: string
    readonly sequence: number
    readonly since: string
    readonly origin: string
  } | null
  readonly quarantined: string | null
  readonly lastError: Why | null
  readonly confirmed: string | null
  readonly stale: boolean
  readonly expires: string | null
  readonly expired: boolean
  readonly activations: number
  readonly candidate: CandidateReply | null
  readonly last: LastReply | null
}

interface Why {
  readonly code: string
  readonly message: string
  readonly at: string
}

export interface LastReply {
  readonly revision: string
  readonly sequence: number
  readonly outcome: 'promoted' | 'rolled-back' | 'ended'
  readonly why: { readonly code: string; readonly message: string } | null
  readonly by: string | null
  readonly at: string
}

export interface CandidateReply {
  readonly revision: string
  readonly sequence: number
  readonly origin: 'source' | 'operator'
  readonly by: string | null
  readonly begun: string
  readonly stage: 'shadow' | 'canary'
  readonly step: number | null
  readonly steps: number
  readonly share: {
    readonly percent: number
    readonly services: readonly string[] | null
    readonly whole: readonly string[]
  }
  readonly since: string
  readonly next: string | null
  readonly waits: 'time' | 'requests' | 'decided' | 'asked' | 'refused' | null
  readonly problem: Why | null
  readonly counts: Counted
  readonly tally:
    | (Counted & {
        readonly candidate: Decisions
        readonly active: Decisions
        readonly differences: readonly DifferenceReply[]
        readonly unlisted: number
      })
    | null
  readonly rules: { readonly requests: number }
}

interface Counted {
  readonly compared: number
  readonly newlyPermitted: number
  readonly newlyDenied: number
  readonly other: number
  readonly failed: number
  readonly unknown: number
  readonly skipped: number
}

interface Decisions {
  readonly decided: number
  readonly refused: number
}

export interface DifferenceReply {
  readonly route: string | null
  readonly kind: string
  readonly active: DecidedReply
  readonly candidate: DecidedReply
  readonly count: number
  readonly samples: readonly {
    readonly requestId: string
    readonly time: string
    readonly identity: string | null
    readonly subject: string | null
    readonly method: string
    readonly path: string
  }[]
}

interface DecidedReply {
  readonly effect: string
  readonly rule: string | null
  readonly reason: string | null
}
