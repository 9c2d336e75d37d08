/** What the admin API answers, as far as the page looks at it: `/v1/openapi.json` has all of it. */

/** A value that records leave out is null; of one that they hash, only that is told. */
export type Told = string | null | { readonly hash: string }

export interface Decision {
  readonly time: string
  readonly requestId: string
  readonly effect: Effect
  readonly method: string | null
  readonly host: Told
  readonly path: Told
  readonly rawPath: Told
  readonly route: string | null
  readonly caller: { readonly identity: string; readonly subject: Told } | null
  readonly rules: readonly string[]
  readonly reason: string | null
  readonly code: string | null
  readonly status: number | null
  readonly durations: { readonly total: number }
}

export type Effect = 'permit' | 'deny' | 'challenge' | 'unauthenticated' | 'reject'

export interface Decisions {
  readonly decisions: readonly Decision[]
  readonly missed: number
  readonly cursor: string
}

export type Counts = Readonly<Record<Effect, number>>

export interface Route {
  readonly route: string
  readonly path: string
  readonly methods: readonly string[] | null
  readonly labels: readonly string[]
  readonly covered: boolean
  readonly requests: Counts
}

export interface Routes {
  readonly routes: readonly Route[]
  readonly unrouted: Counts
}

export interface Rollout {
  readonly active: { readonly revision: string; readonly sequence: number; readonly since: string } | null
  readonly held: string | null
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

/** Of `/readyz?verbose`. Members are left out where one process does all. */
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
