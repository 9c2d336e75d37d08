/**
 * Which of a few known texts another one is. A text that nobody has seen before has no hash yet, and a `Map` would make one of all its
 * characters first; here its length and a few of its characters leave a text or two that it can be, and one comparison settles it.
 * Many tables share one, so that what a request is led through lies together.
 */
export class TextTables {
  /** The texts of all tables, each once. */
  readonly #texts: readonly string[]
  readonly #mask: number
  /** Three numbers a slot: table, text, value. A table of −1: it is empty, and ends a run. */
  readonly #slots: Int32Array
  /** Where slots run on for long, as texts are alike where one looks, they are looked up otherwise. */
  readonly #maps: readonly (ReadonlyMap<string, number> | null)[]

  /** @param tables entries from texts to values of 0 and more */
  constructor(tables: readonly ReadonlyMap<string, number>[]) {
    const numbers = new Map<string, number>()
    for (const table of tables) for (const text of table.keys()) if (!numbers.has(text)) numbers.set(text, numbers.size)
    this.#texts = [...numbers.keys()]
    const count = tables.reduce((sum, { size }) => sum + size, 0)
    this.#mask = 2 ** Math.ceil(Math.log2(count * 4 + 4)) - 1
    this.#slots = new Int32Array((this.#mask + 1) * WIDTH).fill(-1)
    const maps: (ReadonlyMap<string, number> | null)[] = tables.map(() => null)
    // The small ones first: where slots get crowded, it is the large ones that have a map.
    const order = [...tables.entries()].sort(([, a], [, b]) => a.size - b.size)
    for (const [number, table] of order)
      for (const [text, value] of table)
        if (maps[number] === null && !this.#add(number, text, numbers.get(text) as number, value)) maps[number] = table
    this.#maps = maps
  }

  /** The value of the same text in a table; −1: it has none. */
  find(table: number, text: string): number {
    const slots = this.#slots
    const mask = this.#mask
    for (let slot = hashOf(table, text) & mask, run = 0; run < LONGEST_RUN; slot = (slot + 1) & mask, run += 1) {
      const at = slot * WIDTH
      const owner = slots[at] as number
      if (owner < 0) break
      if (owner === table && this.#texts[slots[at + 1] as number] === text) return slots[at + 2] as number
    }
    const map = this.#maps[table] as ReadonlyMap<string, number> | null
    return map === null ? -1 : (map.get(text) ?? -1)
  }

  #add(table: number, text: string, number: number, value: number): boolean {
    let slot = hashOf(table, text) & this.#mask
    for (let run = 0; run < LONGEST_RUN; run += 1) {
      const at = slot * WIDTH
      if ((this.#slots[at] as number) < 0) {
        this.#slots.set([table, number, value], at)
        return true
      }
      slot = (slot + 1) & this.#mask
    }
    return false
  }
}

const WIDTH = 3
const LONGEST_RUN = 6

/** Of its length, and of characters at either end and in the middle: those that differ among the names that people give. */
function hashOf(table: number, text: string): number {
  const { length } = text
  let hash = Math.imul(table + 1, 0x9e3779b1) ^ length
  if (length > 0) {
    hash = Math.imul(hash ^ text.charCodeAt(0), 0x85ebca6b)
    hash = Math.imul(hash ^ text.charCodeAt(length - 1), 0xc2b2ae35)
    hash = Math.imul(hash ^ text.charCodeAt(length >> 1), 0x27d4eb2f)
  }
  if (length > 4) {
    hash = Math.imul(hash ^ text.charCodeAt(length - 2), 0x165667b1)
    hash = Math.imul(hash ^ text.charCodeAt(length >> 2), 0x9e3779b1)
    hash = Math.imul(hash ^ text.charCodeAt(length - 3), 0x85ebca6b)
  }
  return hash ^ (hash >>> 15)
}
