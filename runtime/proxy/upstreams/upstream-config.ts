/** Addresses of a service, and how to send requests to it. Durations are in milliseconds. */
export interface UpstreamConfig {
  /** Origins of the service's instances, such as `http://10.0.0.1:8080`. */
  readonly upstreams: readonly string[]
  readonly protocol: UpstreamProtocol
  readonly balance: BalanceName
  readonly timeouts: Timeouts
  /** Health check settings; `null` if addresses are not checked. */
  readonly health: HealthConfig | null
  readonly eject: EjectConfig
  /** Whether to use all addresses if none is up. If false, requests are refused while no address is up. */
  readonly panic: boolean
  readonly retries: RetryConfig
  readonly limits: ServiceLimits
}

/** Protocol of a service. `http2` is negotiated by ALPN over TLS, else by prior knowledge (RFC 9113 §3.2, §3.3). */
export type UpstreamProtocol = 'http1' | 'http2'

export type BalanceName = 'round-robin' | 'least-requests' | 'subject'

export interface Timeouts {
  /** Maximum milliseconds to open a connection, including the TLS handshake. */
  readonly connect: number
  /** Maximum milliseconds from the last byte of the request to the head of the response. */
  readonly firstByte: number
  /** Maximum milliseconds between two pieces of the response body. */
  readonly idle: number
  /** Maximum milliseconds for the whole request with its retries and response; `null` for no limit. */
  readonly total: number | null
}

export interface HealthConfig {
  /** Path that health checks request with GET. A 2xx status means healthy. */
  readonly path: string
  /** Milliseconds from the end of one check to the start of the next. */
  readonly interval: number
  readonly timeout: number
  /** Number of successful checks in a row that mark an address as up. */
  readonly healthy: number
  /** Number of failed checks in a row that mark an address as down. */
  readonly unhealthy: number
}

export interface EjectConfig {
  /** Number of failed requests in a row that eject an address; 0 disables ejection. */
  readonly failures: number
  /** Duration of the first ejection in milliseconds. Further ejections are longer. */
  readonly time: number
}

export interface RetryConfig {
  /** Maximum number of attempts, including the first. */
  readonly attempts: number
  /** Maximum ratio of retries to requests within ten seconds: greater than 0, at most 1. */
  readonly budget: number
}

export interface ServiceLimits {
  /** Maximum number of concurrent requests to one address, and over HTTP/1.1 of connections; `null` for no limit. */
  readonly connections: number | null
  /** Maximum number of concurrent requests to all addresses; `null` for no limit. */
  readonly requests: number | null
}
