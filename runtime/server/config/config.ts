import type { AddressRange, Trust } from '../../../request/index.ts'
import type { Address } from '../../base/address.ts'
import type { ConfigSource } from '../../base/config-error.ts'
import type { SecretRef } from '../../base/secret.ts'
import type { AssertionConfig } from '../../identity/assertion/create-assertion-signer.ts'
import type { EventsConfig } from '../../identity/events/security-events.ts'
import type { IdentityConfig } from '../../identity/identity-config.ts'
import type { SessionsConfig } from '../../identity/sessions/session-store.ts'
import type { ExchangeConfig } from '../../identity/token-exchange/ask-exchange.ts'
import type { DatumSource } from '../../policy/data/data-store.ts'
import type { RolloutConfig } from '../../policy/rollout/rollout-config.ts'
import type { CorsConfig } from '../../proxy/cors/cors.ts'
import type { PagesConfig } from '../../proxy/pages/page-files.ts'
import type { LimitingConfig } from '../../proxy/rate-limits/buckets.ts'
import type { UpstreamConfig } from '../../proxy/upstreams/upstream-config.ts'
import type { AuditConfig } from '../../telemetry/audit/audit-config.ts'
import type { TracesConfig } from '../../telemetry/traces/tracer.ts'
import type { ListenerTlsConfig, ServiceTlsConfig } from '../../tls/tls-config.ts'

/** A deployment's bindings. Defaults are filled in, paths absolute, durations in milliseconds. Records have no prototype. */
export interface Config {
  readonly source: ConfigSource
  readonly listeners: readonly ListenerConfig[]
  /** `null` only under `--dev`. */
  readonly bundle: BundleConfig | null
  readonly rollout: RolloutConfig
  readonly data: Readonly<Record<string, DatumSource>>
  readonly identities: Readonly<Record<string, IdentityConfig>>
  /** By identity, if its issuer sends security events. */
  readonly events: Readonly<Record<string, EventsConfig>>
  readonly services: Readonly<Record<string, ServiceConfig>>
  readonly audit: readonly AuditConfig[]
  readonly traces: TracesConfig | null
  readonly admin: AdminConfig | null
  /** A listener for `/livez` and `/readyz` only; `null`: `admin` alone serves them. */
  readonly probes: { readonly address: Address } | null
  readonly drain: DrainConfig
  readonly watchdog: WatchdogConfig
  /** The file for learned routes; `null`: learning is off. */
  readonly learn: string | null
  /** Number of worker processes; `null`: one for each core. */
  readonly workers: number | null
  readonly limits: LimitsConfig
  /** Rate limits of the policy; also configured under `limits`. */
  readonly limiting: LimitingConfig
  readonly assertion: AssertionConfig
  readonly pages: PagesConfig
  readonly sessions: SessionsConfig
  /** Only under `--dev`. */
  readonly dev: DevConfig | null
}

export interface ListenerConfig {
  readonly address: Address
  /** Name of an inherited socket; `null`: inherited by address, or opened. */
  readonly fd: string | null
  /** Whether HTTP/2 is served besides HTTP/1.1. */
  readonly http2: boolean
  /** `null`: no forwarding header is trusted. */
  readonly trust: Trust | null
  /** Proxies that send PROXY protocol headers; `null`: none. */
  readonly proxyProtocol: readonly AddressRange[] | null
  readonly tls: ListenerTlsConfig | null
}

/** Where bundles come from. Times in milliseconds. */
export type BundleSourceConfig =
  | { readonly kind: 'file'; readonly file: string }
  | {
      readonly kind: 'https'
      readonly url: string
      /** Between two polls. */
      readonly interval: number
      /** For which the server may hold a request until there is a new bundle; 0: off. */
      readonly wait: number
      readonly token: SecretRef | null
    }
  | {
      readonly kind: 'oci'
      /** As written. */
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
  /** Redis channel that announces new bundles; `null`: none. */
  readonly notice: { readonly redis: string; readonly channel: string } | null
  /** Milliseconds without contact to its source until a policy is stale; `null`: never. */
  readonly maxStaleness: number | null
  /** What happens to a stale policy: a warning, or all requests are refused. */
  readonly whenStale: 'warn' | 'close'
  /** The same for a policy after its bundle's expiry. */
  readonly whenExpired: 'warn' | 'close'
  /** Files; empty only under `--dev`. */
  readonly keys: readonly string[]
  /** Number of required signatures. */
  readonly signatures: number
  /** A folder; `null` only under `--dev`. */
  readonly state: string | null
}

export interface ServiceConfig extends UpstreamConfig {
  /** Lower-case foreign origins whose pages may open WebSockets, such as `https://app.example`. */
  readonly origins: readonly string[]
  /** `null`: the service's own CORS headers apply. */
  readonly cors: CorsConfig | null
  /** Identity headers of other proxies that clients may send, normalized by `bareHeaderName`. */
  readonly identityHeaders: readonly string[]
  /** Hosts instead of the policy's; `null`: those of the policy. */
  readonly hosts: readonly string[] | null
  /** `null`: Node's authorities and no client certificate. */
  readonly tls: ServiceTlsConfig | null
  /** Exchanges the caller's token for one of the service; `null`: no exchange. */
  readonly exchange: ExchangeConfig | null
}

export interface AdminConfig {
  readonly address: Address
  /** Lower-case names besides those of this machine and the address. */
  readonly hosts: readonly string[]
  /** Bearer tokens for the API. */
  readonly tokens: readonly SecretRef[]
  /** Client certificates of its authorities authenticate API callers. */
  readonly tls: ListenerTlsConfig | null
}

export interface DrainConfig {
  /** Milliseconds from SIGTERM until the listeners close. */
  readonly delay: number
}

/** Milliseconds without a response of a worker to its supervisor. */
export interface WatchdogConfig {
  /** Until it gets no more connections and the proxy is not ready. */
  readonly missTimeout: number
  readonly killTimeout: number
  /** Whether a policy under which workers hang is rolled back. */
  readonly rollback: boolean
}

export interface LimitsConfig {
  /** Maximum bytes of a body that the policy reads. */
  readonly body: number
  /** Maximum open client connections of a worker; `null`: as file descriptors allow. */
  readonly connections: number | null
  /** Milliseconds for which a client may read nothing of a pending response. */
  readonly stalled: number
  /** Milliseconds for which a stream may continue after its caller is no longer valid. */
  readonly streamGrace: number
  /** Maximum event loop delay in milliseconds. */
  readonly lag: number
  /** Maximum bytes of a worker; `null`: its share of the machine. */
  readonly memory: number | null
}

export interface DevConfig {
  /** Files and folders of policy sources. */
  readonly sources: readonly string[]
  /** A JSON file: from names to identities and claims. */
  readonly callers: string | null
  /** Services that the proxy answers for; true: all. */
  readonly echo: boolean | readonly string[]
  /** `null`: any free port. */
  readonly issuer: Address | null
}
