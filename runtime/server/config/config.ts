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

/**
 * What a deployment binds the policy's names to. Defaults are filled in, paths are absolute, durations are milliseconds,
 * and records have no prototype: a name that is not there is undefined, whatever it is.
 */
export interface Config {
  readonly source: ConfigSource
  readonly listeners: readonly ListenerConfig[]
  /** Null only under `--dev`. */
  readonly bundle: BundleConfig | null
  readonly rollout: RolloutConfig
  /** By the name of the datum. */
  readonly data: Readonly<Record<string, DatumSource>>
  readonly identities: Readonly<Record<string, IdentityConfig>>
  /** By identity, of those whose issuer sends security events. */
  readonly events: Readonly<Record<string, EventsConfig>>
  readonly services: Readonly<Record<string, ServiceConfig>>
  readonly audit: readonly AuditConfig[]
  /** Null: nothing is traced. */
  readonly traces: TracesConfig | null
  readonly admin: AdminConfig | null
  /** A listener for `/livez` and `/readyz` alone; null: they are served at `admin` alone. */
  readonly probes: { readonly address: Address } | null
  readonly drain: DrainConfig
  readonly watchdog: WatchdogConfig
  /** A file for what a policy would need, by what is asked; null: nobody wants to know. */
  readonly learn: string | null
  /** Processes that serve requests; null: one for each core. */
  readonly workers: number | null
  readonly limits: LimitsConfig
  /** Of the limits of the policy; they stand under `limits` as well. */
  readonly limiting: LimitingConfig
  readonly assertion: AssertionConfig
  readonly pages: PagesConfig
  readonly sessions: SessionsConfig
  /** Read only under `--dev`. */
  readonly dev: DevConfig | null
}

export interface ListenerConfig {
  readonly address: Address
  /** The name of a socket that the proxy was started with; null: one that is opened, unless there is one of this address. */
  readonly fd: string | null
  /** HTTP/2 beside HTTP/1.1. */
  readonly http2: boolean
  /** Null: no header is believed about where a request comes from. */
  readonly trust: Trust | null
  /** Proxies that say by the PROXY protocol whose connection it is; null: nobody does. */
  readonly proxyProtocol: readonly AddressRange[] | null
  /** Null: plain HTTP. */
  readonly tls: ListenerTlsConfig | null
}

/** Where bundles come from. Times in milliseconds. */
export type BundleSourceConfig =
  | { readonly kind: 'file'; readonly file: string }
  | {
      readonly kind: 'https'
      readonly url: string
      /** Between two questions. */
      readonly interval: number
      /** For which the server may wait until it has another one; 0: it is not asked to. */
      readonly wait: number
      readonly token: SecretRef | null
    }
  | {
      readonly kind: 'oci'
      /** As it was written. */
      readonly url: string
      readonly origin: string
      readonly repository: string
      /** A tag or a digest. */
      readonly reference: string
      readonly interval: number
      readonly username: string | null
      readonly password: SecretRef | null
    }

export interface BundleConfig {
  readonly source: BundleSourceConfig
  /** By which Redis, and on which channel, the proxy hears that there is another one; null: by none. */
  readonly notice: { readonly redis: string; readonly channel: string } | null
  /** Milliseconds for which a policy counts after its source was there last; null: without end. */
  readonly maxStaleness: number | null
  /** What becomes of one that does not: it is said, or nothing is let through. */
  readonly whenStale: 'warn' | 'close'
  /** The same of one whose bundle says until when it counts, from then on. */
  readonly whenExpired: 'warn' | 'close'
  /** Files; empty only under `--dev`. */
  readonly keys: readonly string[]
  /** How many of them must have signed. */
  readonly signatures: number
  /** A folder; null only under `--dev`. */
  readonly state: string | null
}

export interface ServiceConfig extends UpstreamConfig {
  /** Of pages, beside the service's own, that may open WebSockets: `https://app.example`, in lower case. */
  readonly origins: readonly string[]
  /** What pages of other origins may do; null: what the service says itself. */
  readonly cors: CorsConfig | null
  /** Identity headers of other proxies that clients may send to it, as `bareHeaderName` has them. */
  readonly identityHeaders: readonly string[]
  /** In place of the hosts of the policy; null: those of the policy. */
  readonly hosts: readonly string[] | null
  /** Null: what Node trusts, and no certificate of the proxy's own. */
  readonly tls: ServiceTlsConfig | null
  /** How the service gets a token of its own in place of the caller's; null: it gets none. */
  readonly exchange: ExchangeConfig | null
}

export interface AdminConfig {
  readonly address: Address
  /** Names under which it answers, in lower case, beside those of this machine and of the address. */
  readonly hosts: readonly string[]
  /** Each lets whoever knows it use the API. */
  readonly tokens: readonly SecretRef[]
  /** Null: plain HTTP. Who shows a certificate of its authorities may use the API. */
  readonly tls: ListenerTlsConfig | null
}

export interface DrainConfig {
  /** Milliseconds from SIGTERM until the listeners close. */
  readonly delay: number
}

/** Milliseconds for which a worker may not respond to its supervisor. */
export interface WatchdogConfig {
  /** Until it gets no more connections, and the proxy is not ready. */
  readonly missTimeout: number
  /** Until it is killed. */
  readonly killTimeout: number
  /** Whether a policy under which workers hang is rolled back. */
  readonly rollback: boolean
}

export interface LimitsConfig {
  /** Bytes of a body that the policy reads. */
  readonly body: number
  /** Open connections of clients to one worker; null: what its file descriptors are enough for. */
  readonly connections: number | null
  /** Milliseconds for which a client may take nothing of an answer that waits for it. */
  readonly stalled: number
  /** Milliseconds for which a stream may go on once its caller counts no longer. */
  readonly streamGrace: number
  /** Milliseconds by which a worker may be late. */
  readonly lag: number
  /** Bytes of one worker; null: its share of the machine. */
  readonly memory: number | null
}

export interface DevConfig {
  /** Files and folders of policy sources. */
  readonly sources: readonly string[]
  /** A JSON file: name → identity and claims. */
  readonly callers: string | null
  /** The services in whose place the proxy answers; true: all. */
  readonly echo: boolean | readonly string[]
  /** Where the development issuer listens; null: on any free port. */
  readonly issuer: Address | null
}
