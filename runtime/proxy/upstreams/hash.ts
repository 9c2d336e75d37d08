/** FNV-1a over UTF-16 units: 32 bits of a text, or of one after another. Spreads load, protects nothing. */
export function hash(text: string, seed = 0x811c9dc5): number {
  let bits = seed
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193)
  return bits >>> 0
}

/** Every bit of the result depends on every bit of the number (the last step of MurmurHash3). */
export function mix(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
