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

/** The parts of the proxy's context that decide requests: the current policies and the authenticator. */
export type Deciding = Pick<ProxyContext, 'policies' | 'candidates' | 'authenticator'>

/**
 * The methods of the registry of requests under way that the handling of a single request needs. `LiveRequests` implements it.
 */
export interface LiveRegistry {
  add(context: { isLive: boolean }): void
  remove(context: { isLive: boolean }): void
  /** Decides long-lived requests again by the current policies, after a short delay. */
  decideAgain(by: Deciding): void
}

export interface EventSources {
  /**
   * By identity, the digest of the bearer token that its issuer of security events must send; `null` if the issuer sends none.
   */
  readonly tokens: ReadonlyMap<string, Buffer | null>
  readonly received: SecurityEvents
  readonly revoke: Revoke
}

/** A service with its configuration, ready to receive requests. */
export interface ServiceEntry {
  readonly upstream: Service
  /** The CORS settings of the service; `null` if the service's own CORS headers are forwarded unchanged. */
  readonly cors: Cors | null
  /** Other origins whose pages may open WebSockets and send unsafe methods with the browser's credentials, in lower case. */
  readonly origins: readonly string[]
  /**
   * Names of headers in which other proxies state the caller's identity, and which clients may send nevertheless. They are
   * normalized by `bareHeaderName`.
   */
  readonly identityHeaders: ReadonlySet<string>
  /** Hosts that replace the hosts in the policy; `null` if those of the policy apply. */
  readonly hosts: readonly string[] | null
  /** Exchanges the caller's token for a token for the service; `null` if the service gets no token. */
  readonly tokenExchange: TokenExchange | null
}

export interface ProxyContext {
  /** The active policy as `current`; `null` until one is active. A request reads it once, and is decided by this policy. */
  readonly policies: { readonly current: Policy | null }
  /** The candidate of a policy roll-out as `current`; `null` if there is none. */
  readonly candidates: { readonly current: RolloutCandidate | null }
  readonly authenticator: Omit<Authenticator, 'open' | 'close'>
  readonly signer: AssertionSigner
  /** Browser sign-in; `null` if it is off. */
  readonly signIn: SignIn | null
  /** Settings and state for receiving security events; `null` if no issuer sends them. */
  readonly events: EventSources | null
  /** The configured services, by name. */
  readonly services: ReadonlyMap<string, ServiceEntry>
  readonly tunnels: Set<Tunnel>
  readonly live: LiveRegistry
  /** Returns the `acr` values of an identity that prove multi-factor authentication. */
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
  /** State of overload. `reason` says why requests are refused; `null` if they are accepted. */
  readonly overload: { readonly reason: OverloadReason | null }
  /** Whether the proxy is shutting down. If so, connections end with their current response. */
  draining: boolean
  readonly counts: ConnectionCounts
}

export interface ConnectionCounts {
  /** Number of connections of clients. */
  connections: number
  /** Number of connections of proxies that ask for decisions. Counted apart, so that neither can use up the other's. */
  checkConnections: number
  /** Bytes of checks in memory: see `CheckMemory`. */
  checkBytes: number
  /** Number of client connections that were reset because their client did not read. */
  stalled: number
}

/** Limits of a listener. Values are milliseconds, except for `body`, `memory` and `connections`. */
export interface Limits {
  /** Timeout in milliseconds for receiving the headers of a request. The response is then 408. */
  readonly headers: number
  /** Timeout in milliseconds for receiving a whole request with its body. */
  readonly request: number
  /** Milliseconds after which a connection without a request is closed. */
  readonly idle: number
  /** Maximum time in milliseconds for which the rest of a request is discarded after an early response. */
  readonly linger: number
  /** Maximum bytes of a body that the policy reads into memory. Other bodies are streamed without limit. */
  readonly body: number
  /** Maximum milliseconds for which a client may leave a pending response unread, until its connection is reset. */
  readonly stalled: number
  /** Maximum time in milliseconds for which a request may continue after its caller's credential has become invalid. */
  readonly streamGrace: number
  /** Maximum number of open client connections. */
  readonly connections: number
  /** Maximum event loop delay in milliseconds, beyond which requests are refused. */
  readonly lag: number
  /** Maximum resident memory in bytes, beyond which requests are refused. */
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
