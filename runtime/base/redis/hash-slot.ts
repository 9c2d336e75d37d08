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
