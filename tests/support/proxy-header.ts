/** Headers of the PROXY protocol, as a test wants them (haproxy's `proxy-protocol.txt`, §2.2). */
export const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex')

export interface HeaderParts {
  /** Version and command: 0x21 where it is left out. */
  readonly command?: number
  /** Family and transport: 0x11 where it is left out. */
  readonly family?: number
  /** Addresses and ports; of the client 203.0.113.9 where they are left out. */
  readonly addresses?: Buffer
  /** What stands behind them. */
  readonly more?: Buffer
  /** What it says of its length, where that is not true. */
  readonly length?: number
}

/** One of IPv4 from 203.0.113.9, but for what is said. */
export function proxyHeader(parts: HeaderParts = {}): Buffer {
  const { command = 0x21, family = 0x11, addresses = ipv4('203.0.113.9'), more = Buffer.alloc(0) } = parts
  const { length = addresses.length + more.length } = parts
  return Buffer.concat([SIGNATURE, Buffer.from([command, family, length >> 8, length & 255]), addresses, more])
}

/** From that client to 198.51.100.1. */
export function ipv4(client: string): Buffer {
  return Buffer.from([...client.split('.').map(Number), 198, 51, 100, 1, 0x12, 0x34, 0x01, 0xbb])
}

/** From a client of which these are all the hexadecimal digits, to ::1. */
export function ipv6(digits: string): Buffer {
  return Buffer.concat([Buffer.from(digits, 'hex'), Buffer.alloc(15), Buffer.from([1]), Buffer.from([0x12, 0x34, 0x01, 0xbb])])
}

export function tlv(type: number, value: Buffer | string, length = value.length): Buffer {
  return Buffer.concat([Buffer.from([type, length >> 8, length & 255]), Buffer.from(value)])
}
