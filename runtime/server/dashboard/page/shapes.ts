/** The used parts of the admin API's responses; `/v1/openapi.json` describes all. */

/** A text of an audit record after redaction: `null` if it was omitted, an object if only its hash was recorded. */
export type RedactedText = string | null | { readonly hash: string }

export interface Decision {
  readonly time: string
  readonly requestId: string
  readonly effect: RecordedEffect
  readonly method: string | null
  readonly host: RedactedText
  readonly path: RedactedText
  readonly rawPath: RedactedText
  readonly route: string | null
  readonly caller: { readonly identity: string; readonly subject: RedactedText; readonly name?: string } | null
  readonly rules: readonly string[]
  readonly reason: string | null
  readonly code: string | null
  readonly status: number | null
  readonly durations: { readonly total: number }
}

export type RecordedEffect = 'permit' | 'deny' | 'challenge' | 'unauthenticated' | 'reject'

export interface Decisions {
  readonly decisions: readonly Decision[]
  readonly missed: number
  readonly cursor: string
}

export type EffectCounts = Readonly<Record<RecordedEffect, number>>

/** Numbers of requests by effect between two times. */
export interface EffectInterval extends EffectCounts {
  readonly from: string
  readonly until: string
}

export interface SessionStore {
  readonly kind: 'memory' | 'redis'
  readonly available: boolean
  readonly latency: number | null
  readonly sessions: number | null
  readonly isMinimum: boolean
  readonly memory: { readonly used: number; readonly most: number | null } | null
}

export interface RouteRow {
  readonly route: string
  readonly path: string
  readonly methods: readonly string[] | null
  readonly labels: readonly string[]
  readonly covered: boolean
  readonly requests: EffectCounts
}

export interface Routes {
  readonly routes: readonly RouteRow[]
  readonly unrouted: EffectCounts
}

export interface RolloutStep {
  readonly percent: number
  readonly services: readonly string[] | null
  readonly time: number
}

export interface RolloutCandidate {
  readonly revision: string
  readonly stage: 'shadow' | 'canary'
  readonly step: number | null
  readonly plan: readonly RolloutStep[]
  readonly share: { readonly percent: number; readonly services: readonly string[] | null }
  readonly next: string | null
  readonly waits: string | null
  readonly problem: { readonly message: string } | null
  readonly counts: Readonly<Record<'compared' | 'newlyPermitted' | 'newlyDenied' | 'failed' | 'decided', number>>
  readonly rules: { readonly rollback: Readonly<Record<'newlyPermitted' | 'newlyDenied', number | null>> }
}

export interface Rollout {
  readonly candidate: RolloutCandidate | null
  readonly last: {
    readonly revision: string
    readonly outcome: string
    readonly why: { readonly message: string } | null
    readonly at: string
  } | null
  readonly active: { readonly revision: string; readonly sequence: number; readonly since: string } | null
  readonly quarantined: string | null
  readonly lastError: { readonly code: string } | null
  readonly stale: boolean
}

export interface Datum {
  readonly name: string
  readonly source: string
  readonly version: string | null
  readonly since: string | null
  readonly bytes: number | null
  readonly lastError: string | null
}

/** The response of `/readyz?verbose`. A proxy with a single process omits some members. */
export interface Health {
  readonly ready: boolean
  readonly reasons: readonly string[]
  readonly workers?: readonly Worker[]
  readonly services?: readonly Service[]
  readonly identityProviders?: readonly {
    readonly issuer: string
    readonly available: boolean
    readonly age: number | null
  }[]
}

interface Worker {
  readonly worker: number
  readonly pid: number
  readonly state: string
  readonly connections: number
  readonly requests: number
  readonly policy: { readonly revision: string } | null
}

interface Service {
  readonly service: string
  readonly addresses: readonly { readonly address: string; readonly up: boolean; readonly requests: number }[]
}

export interface ReportedFleet {
  readonly configured: boolean
  readonly available: boolean
  readonly self: string | null
  readonly proxies: readonly ReportedProxy[]
  readonly unreadable: number
}

export interface ReportedProxy {
  readonly id: string
  readonly state: 'current' | 'lagging' | 'unready'
  readonly policy: { readonly revision: string; readonly sequence: number; readonly since: string } | null
  readonly config: string
  readonly reasons: readonly string[]
  readonly lastError: { readonly code: string } | null
  readonly isShared: boolean
}
