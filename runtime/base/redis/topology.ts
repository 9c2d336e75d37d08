/** Number of hash slots of a Redis Cluster. */
export const SLOTS = 16_384

/**
 * Returns the hash slot of a key: the CRC-16 of its hash tag, which is the text within its first braces, or of the whole key
 * (Redis Cluster Specification, "Hash tags").
 */
export function hashSlot(key: string): number {
  const open = key.indexOf('{')
  const close = open === -1 ? -1 : key.indexOf('}', open + 1)
  const hashed = close > open + 1 ? key.slice(open + 1, close) : key
  let crc = 0
  for (const byte of Buffer.from(hashed)) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff
  }
  return crc % SLOTS
}

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
export function isServerAddress(host: unknown, port: number): host is string {
  return typeof host === 'string' && /^[A-Za-z0-9._:-]{1,253}$/.test(host) && Number.isInteger(port) && port > 0 && port < 65_536
}
