import type { AddressRange, Trust } from '../../../request/index.ts'
import type { Address, UnixAddress } from '../../base/address.ts'
import type { ConfigSource } from '../../base/config-error.ts'
import type { RedisEndpoint, RedisServer } from '../../base/redis/redis-server.ts'
import type { SecretRef } from '../../base/secret.ts'
import type { AssertionConfig } from '../../identity/assertion/create-assertion-signer.ts'
import type { EventsConfig } from '../../identity/events/security-events.ts'
import type { IdentityConfig } from '../../identity/identity-config.ts'
import type { SessionsConfig } from '../../identity/sessions/session-store.ts'
import type { ExchangeConfig } from '../../identity/token-exchange/ask-exchange.ts'
import type { DatumSource } from '../../policy/data/data-store.ts'
import type { RolloutConfig } from '../../policy/rollout/rollout-config.ts'
import type { CheckConfig } from '../../proxy/checks/index.ts'
import type { CorsConfig } from '../../proxy/cors/cors.ts'
import type { DisplayConfig, PagesConfig } from '../../proxy/pages/page-files.ts'
import type { LimitingConfig } from '../../proxy/rate-limits/buckets.ts'
import type { UpstreamConfig } from '../../proxy/upstreams/upstream-config.ts'
import type { AuditConfig } from '../../telemetry/audit/audit-config.ts'
import type { TracesConfig } from '../../telemetry/traces/tracer.ts'
import type { ListenerTlsConfig, ServiceTlsConfig } from '../../tls/tls-config.ts'

/**
 * The configuration of a deployment. Defaults are filled in, paths are absolute, durations are in milliseconds. Records have no
 * prototype.
 */
export interface Config {
  readonly source: ConfigSource
  /** Absolute paths of the files that are read at the start and not watched: keys, secrets, plug-ins, styles. */
  readonly startFiles: readonly string[]
  readonly listeners: readonly ListenerConfig[]
  /** The policy bundle; `null` only with `--dev`. */
  readonly bundle: BundleConfig | null
  readonly rollout: RolloutConfig
  readonly data: Readonly<Record<string, DatumSource>>
  readonly identities: Readonly<Record<string, IdentityConfig>>
  /** How people see identities and their callers; only identities for which the configuration says so. */
  readonly displays: Readonly<Record<string, DisplayConfig>>
  /** Security event settings by identity, for identities whose issuer sends security events. */
  readonly events: Readonly<Record<string, EventsConfig>>
  readonly services: Readonly<Record<string, ServiceConfig>>
  readonly audit: readonly AuditConfig[]
  readonly traces: TracesConfig | null
  readonly admin: AdminConfig | null
  /** The listener for `/livez` and `/readyz` only; `null` if only `admin` serves them. */
  readonly probes: { readonly address: Address } | null
  /** The Redis to which other sections refer as `shared`; `null` if there is none. */
  readonly redis: RedisServer | null
  /** The fleet to which the proxy reports its state; `null` if it reports to none. */
  readonly fleet: FleetConfig | null
  readonly drain: DrainConfig
  readonly watchdog: WatchdogConfig
  /** The file for learned routes; `null` if learning is off. */
  readonly learn: string | null
  /** Number of worker processes; `null` for one per processor core. */
  readonly workers: number | null
  readonly limits: LimitsConfig
  /** Store of the policy's rate limits, configured under `limits`. */
  readonly limiting: LimitingConfig
  readonly assertion: AssertionConfig
  readonly pages: PagesConfig
  readonly sessions: SessionsConfig
  /** Settings of `--dev`; `null` without it. */
  readonly dev: DevConfig | null
}

export interface ListenerConfig {
  /** A Unix socket only if `check` is set. */
  readonly address: Address | UnixAddress
  /** Settings of a listener that decides about requests that other proxies forward; `null` if it forwards requests itself. */
  readonly check: CheckConfig | null
  /** Name of an inherited socket; `null` if a socket is inherited by address, or opened. */
  readonly fd: string | null
  /** Whether HTTP/2 is served besides HTTP/1.1. */
  readonly http2: boolean
  /** Trusted proxies and their forwarding header; `null` if no such header is trusted. */
  readonly trust: Trust | null
  /** Address ranges of proxies that send PROXY protocol headers; `null` if there are none. */
  readonly proxyProtocol: readonly AddressRange[] | null
  readonly tls: ListenerTlsConfig | null
}

/** The source of policy bundles. Times are in milliseconds. */
export type BundleSourceConfig =
  | { readonly kind: 'file'; readonly file: string }
  | {
      readonly kind: 'https'
      readonly url: string
      /** Milliseconds between two polls. */
      readonly interval: number
      /**
       * Maximum milliseconds for which the server may delay its response until there is a new bundle; 0 disables long polling.
       */
      readonly wait: number
      readonly token: SecretRef | null
    }
  | {
      readonly kind: 'oci'
      /** URL of the artifact as written in the configuration. */
      readonly url: string
      readonly origin: string
      readonly repository: string
      readonly reference: string
      readonly interval: number
      readonly username: string | null
      readonly password: SecretRef | null
    }

export interface BundleConfig {
  readonly source: BundleSourceConfig
  /** Redis channel that announces new bundles; `null` if there is none. */
  readonly notice: { readonly redis: RedisEndpoint; readonly channel: string } | null
  /** Milliseconds without contact to the bundle source after which the policy is stale; `null` for no limit. */
  readonly maxStaleness: number | null
  /** Effect of a stale policy: `warn` logs a warning, `close` also refuses all requests. */
  readonly whenStale: 'warn' | 'close'
  /** Effect of an expired policy: `warn` logs a warning, `close` also refuses all requests. */
  readonly whenExpired: 'warn' | 'close'
  /** Files with the public keys that may sign bundles. Empty only with `--dev`. */
  readonly keys: readonly string[]
  /** Number of required signatures. */
  readonly signatures: number
  /** Folder for state that outlives the process, such as the last active bundle and revocations; `null` only with `--dev`. */
  readonly state: string | null
}

export interface ServiceConfig extends UpstreamConfig {
  /**
   * Other origins whose pages may open WebSockets and send unsafe methods with the browser's credentials, in lower case, such as
   * `https://app.example`.
   */
  readonly origins: readonly string[]
  /** The CORS settings of the service; `null` if the service's own CORS headers are forwarded unchanged. */
  readonly cors: CorsConfig | null
  /**
   * Names of headers in which other proxies state the caller's identity, and which clients may send nevertheless. They are
   * normalized by `bareHeaderName`.
   */
  readonly identityHeaders: readonly string[]
  /** Hosts that replace the hosts in the policy; `null` if those of the policy apply. */
  readonly hosts: readonly string[] | null
  /** TLS settings for connections to the service; `null` for Node's certificate authorities and no client certificate. */
  readonly tls: ServiceTlsConfig | null
  /** Settings for exchanging the caller's token for a token for the service; `null` if the service gets no token. */
  readonly exchange: ExchangeConfig | null
}

export interface AdminConfig {
  readonly address: Address
  /** Lower-case host names of the admin server, besides those of its address and this machine. */
  readonly hosts: readonly string[]
  /** Bearer tokens of callers of the API. */
  readonly tokens: readonly SecretRef[]
  /**
   * TLS settings of the admin server; `null` for plain HTTP. Client certificates issued by the authorities in these settings
   * authenticate callers of the API.
   */
  readonly tls: ListenerTlsConfig | null
}

export interface FleetConfig {
  /** The Redis that the proxies of the fleet share. */
  readonly redis: RedisEndpoint
  /** Beginning of the names of its keys. */
  readonly prefix: string
  /** Source of the ID of this proxy; `null` for a random ID. */
  readonly id: SecretRef | null
}

export interface DrainConfig {
  /** Milliseconds from SIGTERM until the listeners close. */
  readonly delay: number
  /** Milliseconds that requests under way then have to complete. */
  readonly timeout: number
}

/** Timeouts for a worker that does not respond to its supervisor, in milliseconds. */
export interface WatchdogConfig {
  /**
   * Milliseconds without a response after which a worker gets no more connections, and the proxy reports that it is not ready.
   */
  readonly missTimeout: number
  readonly killTimeout: number
  /** Whether to roll back a policy under which workers hang. */
  readonly rollback: boolean
}

export interface LimitsConfig {
  /** Maximum bytes of a request body that the policy reads. */
  readonly body: number
  /** Maximum number of open client connections per worker; `null` if file descriptors determine it. */
  readonly connections: number | null
  /** Maximum milliseconds for which a client may leave a pending response unread, until its connection is reset. */
  readonly stalled: number
  /** Milliseconds for which a stream may continue after its caller's credential has become invalid. */
  readonly streamGrace: number
  /** Maximum event loop delay in milliseconds, beyond which requests are refused. */
  readonly lag: number
  /**
   * Maximum resident memory of a worker in bytes, beyond which it refuses requests; `null` for an equal share of three quarters
   * of the machine's memory.
   */
  readonly memory: number | null
}

export interface DevConfig {
  /** Files and folders with sources of the policy. */
  readonly sources: readonly string[]
  /** JSON file that maps names of test callers to identities and claims; `null` if there is none. */
  readonly callers: string | null
  /**
   * Names of the services that a built-in echo service replaces, which answers with the request it received; true for all
   * services.
   */
  readonly echo: boolean | readonly string[]
  /** Address of the built-in issuer; `null` for any free port. */
  readonly issuer: Address | null
}
