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
import type { Service } from './upstreams/index.ts'
import type { Tunnel } from './websocket/tunnel.ts'

/** The current policies and the authenticator. */
export type Deciding = Pick<ProxyContext, 'policies' | 'candidates' | 'authenticator'>

/** The requests under way, as one of them sees them; `LiveRequests` implements it. */
export interface LiveRegistry {
  add(context: { isLive: boolean }): void
  remove(context: { isLive: boolean }): void
  /** Decides long-lived requests again after a delay. */
  decideAgain(by: Deciding): void
}

export interface EventSources {
  /** By identity: digest of its issuer's bearer token; `null`: none. */
  readonly tokens: ReadonlyMap<string, Buffer | null>
  readonly received: SecurityEvents
  readonly revoke: Revoke
}

/** A service as it is configured. */
export interface ServiceEntry {
  readonly upstream: Service
  /** `null`: the service's own CORS headers apply. */
  readonly cors: Cors | null
  /** Foreign origins whose pages may open WebSockets and send unsafe methods with a session, in lower case. */
  readonly origins: readonly string[]
  /** Identity headers of other proxies that clients may send, normalized by `bareHeaderName`. */
  readonly identityHeaders: ReadonlySet<string>
  /** Hosts in place of the policy's; `null`: those of the policy. */
  readonly hosts: readonly string[] | null
  /** `null`: the caller's credential is not exchanged. */
  readonly tokenExchange: TokenExchange | null
}

export interface ProxyContext {
  /** A request reads the current policy once and keeps it. */
  readonly policies: { readonly current: Policy | null }
  /** The current candidate; `null`: none. */
  readonly candidates: { readonly current: RolloutCandidate | null }
  readonly authenticator: Omit<Authenticator, 'open' | 'close'>
  readonly signer: AssertionSigner
  /** `null`: browser sign-in is off. */
  readonly signIn: SignIn | null
  /** `null`: no issuer sends security events. */
  readonly events: EventSources | null
  /** The configured services by name. */
  readonly services: ReadonlyMap<string, ServiceEntry>
  readonly tunnels: Set<Tunnel>
  readonly live: LiveRegistry
  /** Returns an identity's `acr` values that prove multi-factor authentication. */
  mfaAcr(identity: string): readonly string[]
  readonly limiting: { readonly buckets: Buckets } & Pick<LimitingConfig, 'whenUnavailable'>
  readonly pages: Pages
  readonly audit: Pick<AuditLog, 'write' | 'note' | 'hasCapacity' | 'redacted'>
  readonly metrics: Metrics
  readonly learner: Learner | null
  readonly tracer: Tracer | null
  readonly log: Log
  clock(): number
  readonly limits: Limits
  /** Why requests are refused for overload; `null`: they are not. */
  readonly overload: { readonly reason: OverloadReason | null }
  /** True while the proxy closes: connections end with their current response. */
  draining: boolean
  readonly counts: ConnectionCounts
}

export interface ConnectionCounts {
  connections: number
  /** Of these, connections reset because their clients did not read. */
  stalled: number
}

/** Milliseconds, except for `body`, `memory` and `connections`. */
export interface Limits {
  /** Until the headers of a request are complete; then 408. */
  readonly headers: number
  /** Until a request is complete with its body. */
  readonly request: number
  /** For which an idle connection stays open. */
  readonly idle: number
  /** For which the rest of a request is discarded after its response. */
  readonly linger: number
  /** Maximum bytes of a body that the policy reads into memory. Others stream without limit. */
  readonly body: number
  /** For which a client may read nothing of a pending response. */
  readonly stalled: number
  /** For which requests may continue after their caller is no longer valid. */
  readonly streamGrace: number
  /** Maximum open client connections. */
  readonly connections: number
  /** Maximum event loop delay. */
  readonly lag: number
  /** Maximum bytes of memory. */
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
