/** Where a service is and how to send requests to it. Durations in milliseconds. */
export interface UpstreamConfig {
  /** Origins such as `http://10.0.0.1:8080`. */
  readonly upstreams: readonly string[]
  readonly protocol: UpstreamProtocol
  readonly balance: BalanceName
  readonly timeouts: Timeouts
  /** `null`: no health checks. */
  readonly health: HealthConfig | null
  readonly eject: EjectConfig
  /** If no address is up: true tries all, false refuses requests. */
  readonly panic: boolean
  readonly retries: RetryConfig
  readonly limits: ServiceLimits
}

/** `http2`: by ALPN over TLS, else by prior knowledge (RFC 9113 §3.2, §3.3). */
export type UpstreamProtocol = 'http1' | 'http2'

export type BalanceName = 'round-robin' | 'least-requests' | 'subject'

export interface Timeouts {
  /** Until a connection is made, including TLS. */
  readonly connect: number
  /** From the last byte of the request to the head of the response. */
  readonly firstByte: number
  /** Between two pieces of the response body. */
  readonly idle: number
  /** From forwarding to the end of the response, including retries. */
  readonly total: number | null
}

export interface HealthConfig {
  /** Requested with GET; 2xx is healthy. */
  readonly path: string
  /** From the end of one probe to the next. */
  readonly interval: number
  readonly timeout: number
  /** Successes in a row that mark an address as up. */
  readonly healthy: number
  /** Failures in a row that mark it as down. */
  readonly unhealthy: number
}

export interface EjectConfig {
  /** Failures in a row; 0: never. */
  readonly failures: number
  /** Duration of the first ejection; later ones are longer. */
  readonly time: number
}

export interface RetryConfig {
  /** Including the first. */
  readonly attempts: number
  /** Retries as a share of the requests of ten seconds: above 0, at most 1. */
  readonly budget: number
}

export interface ServiceLimits {
  /** Concurrent requests to an address; over HTTP/1.1 also its connections. `null`: unlimited. */
  readonly connections: number | null
  /** Concurrent requests to all addresses. `null`: unlimited. */
  readonly requests: number | null
}
