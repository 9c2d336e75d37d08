/** The node of the constant true. */
export const TERMINAL = 0
/** The variable of the terminal, after all others. */
const LAST = 0x7fff_ffff

/** Stores each distinct node of a decision diagram once: its variable and its two edges, in typed arrays that grow. */
export class NodeTable {
  /** The maximum number of nodes. */
  budget: number
  #variables = new Int32Array(1024)
  #highs = new Int32Array(1024)
  #lows = new Int32Array(1024)
  #size = 1
  /** A hash table of node numbers; 0 is empty, as the terminal is never looked up. */
  #slots = new Int32Array(2048)

  constructor(budget: number) {
    this.budget = budget
    this.#variables[TERMINAL] = LAST
  }

  get size(): number {
    return this.#size
  }

  variable(node: number): number {
    return this.#variables[node] as number
  }

  high(node: number): number {
    return this.#highs[node] as number
  }

  low(node: number): number {
    return this.#lows[node] as number
  }

  /**
   * Returns the number of the node with this variable and these edges, and creates the node if necessary. Returns -1 if the table
   * is full.
   */
  find(variable: number, high: number, low: number): number {
    const mask = this.#slots.length - 1
    let slot = slotOf(variable, high, low) & mask
    for (let node = this.#slots[slot] as number; node !== 0; node = this.#slots[slot] as number) {
      if (this.#lows[node] === low && this.#highs[node] === high && this.#variables[node] === variable) return node
      slot = (slot + 1) & mask
    }
    if (this.#size >= this.budget) return -1
    const made = this.#size++
    if (made === this.#variables.length) this.#widen()
    this.#variables[made] = variable
    this.#highs[made] = high
    this.#lows[made] = low
    this.#slots[slot] = made
    if (2 * this.#size > this.#slots.length) this.#rehash()
    return made
  }

  #widen(): void {
    this.#variables = doubled(this.#variables)
    this.#highs = doubled(this.#highs)
    this.#lows = doubled(this.#lows)
  }

  #rehash(): void {
    const slots = new Int32Array(2 * this.#slots.length)
    const mask = slots.length - 1
    for (let node = 1; node < this.#size; node++) {
      let slot = slotOf(this.variable(node), this.high(node), this.low(node)) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = node
    }
    this.#slots = slots
  }
}

function doubled(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * numbers.length)
  larger.set(numbers)
  return larger
}

/**
 * Returns a 32-bit hash of three integers, which distributes small numbers well too. The low bits select a slot of a hash table.
 */
export function slotOf(a: number, b: number, c: number): number {
  let place = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35)
  place ^= place >>> 15
  place = Math.imul(place, 0x2c1b3c6d)
  return (place ^ (place >>> 13)) >>> 0
}
