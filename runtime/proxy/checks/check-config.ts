import type { AddressRange } from '../../../request/index.ts'

/** Settings of a listener that decides about requests that other proxies forward. */
export type CheckConfig = ExtAuthzConfig | ForwardAuthConfig

export interface ExtAuthzConfig extends SentHeaders {
  readonly protocol: 'ext-authz'
  /** The proxies that may ask; `null` on a Unix socket, whose permissions say who may. */
  readonly clients: CheckClients | null
}

export interface ForwardAuthConfig extends SentHeaders {
  readonly protocol: 'forward-auth'
  readonly clients: CheckClients | null
  readonly original: OriginalRequest
  /** Path that the asking proxy puts before the original path, without a slash at its end; empty if there is none. */
  readonly prefix: string
}

/** Which headers of the client a check has. */
export interface SentHeaders {
  /** Whether it has all. Default: the asking proxy may be configured to withhold some. */
  readonly allHeaders?: boolean | undefined
}

/** Where a check says which request it is about: a family of headers, or the request line and `Host` of the check itself. */
export type OriginalRequest = 'x-forwarded' | 'x-original' | 'request-line'

/** Proxies that may ask: those at one of the addresses, and those whose verified certificate has one of the names. */
export interface CheckClients {
  readonly addresses: readonly AddressRange[]
  /** SPIFFE IDs and DNS names, the latter in lower case. */
  readonly certificates: readonly string[]
}

/** The check listener that handled a request, for audit records. */
export interface CheckSource {
  readonly protocol: CheckConfig['protocol']
  /** Configured address of the listener, such as `0.0.0.0:9001` or `unix:/run/iap/check.sock`. */
  readonly listener: string
}
