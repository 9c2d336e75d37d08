/** A chain of names that share a slot; longer ones say that these names do not differ where we look. */
const LONGEST_CHAIN = 4

/**
 * Index of a name, or −1. For data, whose names are known when they are pushed, and which are asked for by texts that were never seen before: a `Map`
 * makes a hash of all characters of these first, and this one looks at the last four. Where the names do not differ there, it is a `Map`.
 */
export function nameTable(names: readonly string[]): (name: string) => number {
  const size = 2 ** Math.ceil(Math.log2(names.length * 4 + 1))
  const mask = size - 1
  const first = new Int32Array(size).fill(-1)
  const next = new Int32Array(names.length).fill(-1)
  const lengths = new Uint8Array(size)
  for (const [index, name] of names.entries()) {
    const slot = slotOf(name) & mask
    next[index] = first[slot] as number
    first[slot] = index
    lengths[slot] = Math.min((lengths[slot] as number) + 1, LONGEST_CHAIN + 1)
  }
  if (lengths.includes(LONGEST_CHAIN + 1)) {
    const all = new Map(names.map((name, index) => [name, index]))
    return (name) => all.get(name) ?? -1
  }
  return (name) => {
    let index = first[slotOf(name) & mask] as number
    while (index >= 0 && names[index] !== name) index = next[index] as number
    return index
  }
}

function slotOf(name: string): number {
  const { length } = name
  if (length < 4) return length
  const last = length - 1
  const ends = (name.charCodeAt(last) * 31 + name.charCodeAt(last - 1)) * 31 + name.charCodeAt(last - 2)
  return (ends * 31 + name.charCodeAt(last - 3)) * 31 + length
}
