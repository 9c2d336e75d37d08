/** Where a service is, and how requests come to it. Durations in milliseconds. */
export interface UpstreamConfig {
  /** Origins: `http://10.0.0.1:8080`. */
  readonly upstreams: readonly string[]
  /** What is spoken to it. */
  readonly protocol: UpstreamProtocol
  readonly balance: BalanceName
  readonly timeouts: Timeouts
  /** Null: nobody asks addresses how they are. */
  readonly health: HealthConfig | null
  readonly eject: EjectConfig
  /** When no address is up: true: all are tried, false: requests are refused. */
  readonly panic: boolean
  readonly retries: RetryConfig
  readonly limits: ServiceLimits
}

/** `http2`: over TLS by ALPN, else by prior knowledge (RFC 9113 §3.2, §3.3). */
export type UpstreamProtocol = 'http1' | 'http2'

export type BalanceName = 'round-robin' | 'least-requests' | 'subject'

export interface Timeouts {
  /** Until a connection is made, that of TLS included. */
  readonly connect: number
  /** From the request's last byte to the head of the answer. */
  readonly firstByte: number
  /** Between two pieces of the answer's body. */
  readonly idle: number
  /** From forwarding to the answer's end, retries included. */
  readonly total: number | null
}

export interface HealthConfig {
  /** Asked with GET; well is what answers with 2xx. */
  readonly path: string
  /** From the end of one probe to the next. */
  readonly interval: number
  readonly timeout: number
  /** Good probes in a row after which an address is up again. */
  readonly healthy: number
  /** Bad ones in a row after which it is down. */
  readonly unhealthy: number
}

export interface EjectConfig {
  /** Failures in a row; 0: never. */
  readonly failures: number
  /** Of the first ejection; those that follow it are longer. */
  readonly time: number
}

export interface RetryConfig {
  /** All in all, the first included. */
  readonly attempts: number
  /** What retries may be of the requests of ten seconds: more than 0, at most 1. */
  readonly budget: number
}

export interface ServiceLimits {
  /** Requests under way at one address; over HTTP/1.1 each has a connection of its own. Null: no limit. */
  readonly connections: number | null
  /** Requests under way at all addresses. Null: no limit. */
  readonly requests: number | null
}
