/** The servers of a Redis, and which of them has a key. */
export interface Topology {
  /** Returns the URLs of all servers to connect to. */
  urls(): readonly string[]
  /**
   * Returns the URL of the server that has a key.
   *
   * @throws Error if no server is known to have it
   */
  urlFor(key: string): string
  close(): void
}

export interface TopologyEvents {
  /** The servers have changed, or which server has a key. */
  changed(): void
  failed(error: Error): void
}

/** Returns the host of a URL, an IPv6 address without brackets. */
export function hostnameOf(url: string): string {
  return new URL(url).hostname.replace(/^\[(.*)\]$/, '$1')
}

/** Returns the URL of a server, without credentials. */
export function urlOf(host: string, port: number, isTls: boolean): string {
  return `${isTls ? 'rediss' : 'redis'}://${host.includes(':') ? `[${host}]` : host.toLowerCase()}:${port}`
}

/** Returns whether a host and port that a server names have a valid form. */
export function isAddress(host: unknown, port: number): host is string {
  return typeof host === 'string' && /^[A-Za-z0-9._:-]{1,253}$/.test(host) && Number.isInteger(port) && port > 0 && port < 65_536
}
