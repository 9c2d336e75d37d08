import type { Log } from '../base/log.ts'
import type { AssertionSigner, Authenticator, SecurityEvents, SignIn, TokenExchange } from '../identity/index.ts'
import type { Revoke } from '../identity/revocation/index.ts'
import type { Policy, RolloutCandidate } from '../policy/index.ts'
import type { AuditLog } from '../telemetry/audit/index.ts'
import type { Metrics } from '../telemetry/metrics/index.ts'
import type { Tracer } from '../telemetry/traces/index.ts'
import type { Cors } from './cors/cors.ts'
import type { Learner } from './discovery/index.ts'
import type { OverloadReason } from './overload/index.ts'
import type { Pages } from './pages/index.ts'
import type { Buckets, LimitingConfig } from './rate-limits/index.ts'
import type { Upstreams } from './upstreams/index.ts'
import type { Tunnel } from './websocket/tunnel.ts'

/** What decides, at any time, and who callers are to it. */
export type Deciding = Pick<ProxyContext, 'policies' | 'candidates' | 'authenticator'>

/** The requests under way, as one of them sees them; `LiveRequests` has all of it. */
export interface LiveRegistry {
  add(exchange: { isLive: boolean }): void
  remove(exchange: { isLive: boolean }): void
  /** Decides requests that last once more, a while later. */
  decideAgain(by: Deciding): void
}

/** The issuers whose security events are accepted, and what their events do. */
export interface EventSources {
  /** By identity: the digest of the token that its issuer sends; null: it sends none. */
  readonly tokens: ReadonlyMap<string, Buffer | null>
  readonly received: SecurityEvents
  readonly revoke: Revoke
}

/** What every request uses. One per process. */
export interface ProxyContext {
  /** A request takes the current policy once and keeps it to its end. */
  readonly policies: { readonly current: Policy | null }
  /** The same of the candidate beside it; null: nothing is. */
  readonly candidates: { readonly current: RolloutCandidate | null }
  readonly authenticator: Omit<Authenticator, 'open' | 'close'>
  readonly signer: AssertionSigner
  /** Null: nobody signs in with a browser. */
  readonly signIn: SignIn | null
  /** Null: no issuer sends security events. */
  readonly events: EventSources | null
  /** By service, of those that get tokens of their own; null: none does. */
  readonly exchanges: ReadonlyMap<string, TokenExchange> | null
  readonly upstreams: Upstreams
  /** Open ones. */
  readonly tunnels: Set<Tunnel>
  /** What is under way for callers. */
  readonly live: LiveRegistry
  /** Origins of pages, beside its own, that may open WebSockets to a service and send unsafe methods with a session. */
  origins(service: string): readonly string[]
  /** Identity headers of other proxies that clients may send to a service, as `bareHeaderName` has them. */
  identityHeaders(service: string): ReadonlySet<string>
  /** Of each service what pages of other origins may do; null: what it says itself. */
  cors(service: string): Cors | null
  /** Of a service, in place of the policy's; null: those of the policy. */
  hosts(service: string): readonly string[] | null
  /** Of an identity the values of `acr` that say that it took several factors to sign in. */
  mfaAcr(identity: string): readonly string[]
  /** Of rules that say how often. */
  readonly limiting: { readonly buckets: Buckets } & Pick<LimitingConfig, 'whenUnavailable'>
  readonly pages: Pages
  readonly audit: Pick<AuditLog, 'write' | 'note' | 'hasCapacity' | 'redacted'>
  readonly metrics: Metrics
  /** Null: nobody wants to know what a policy would need. */
  readonly learner: Learner | null
  /** Null: nothing is traced. */
  readonly tracer: Tracer | null
  readonly log: Log
  /** Milliseconds since 1970. */
  clock(): number
  readonly limits: Limits
  /** Why requests are refused that could be decided; null: they are not. */
  readonly overload: { readonly reason: OverloadReason | null }
  /** True once the proxy is closing: connections end with the answer that they are at. */
  draining: boolean
  readonly counts: ConnectionCounts
}

export interface ConnectionCounts {
  /** Open connections of clients. */
  connections: number
  /** Of them those that were cut because their clients took nothing of what waited for them. */
  stalled: number
}

/** Milliseconds, but for `body`, `memory` and `connections`. */
export interface Limits {
  /** Until the header lines of a request are there: 408 beyond. */
  readonly headers: number
  /** Until a request is there with its body. */
  readonly request: number
  /** For which a connection without a request stays open. */
  readonly idle: number
  /** For which what a client still sends is read and thrown away, once it has its answer. */
  readonly linger: number
  /** Bytes of a body that the policy reads: it is held in memory. Others stream, of whatever size. */
  readonly body: number
  /** For which a client may take nothing of an answer that waits for it. */
  readonly stalled: number
  /** For which what is under way may go on once its caller counts no longer. */
  readonly streamGrace: number
  /** Connections of clients that are open at a time. */
  readonly connections: number
  /** By which the process may be late. */
  readonly lag: number
  /** Bytes that it may hold. */
  readonly memory: number
}

export const defaultLimits: Limits = {
  headers: 10_000,
  request: 300_000,
  idle: 60_000,
  linger: 2_000,
  body: 1_048_576,
  stalled: 60_000,
  streamGrace: 30_000,
  connections: 20_000,
  lag: 1000,
  memory: 2 ** 31,
}
