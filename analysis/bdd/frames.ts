/** Stands for the result of the high branches of a pending conjunction until it is computed. */
export const UNKNOWN = -1

/**
 * The stack of an iterative conjunction. Each frame is a pending conjunction: its two operands, the first variable of both, and
 * the result of their high branches. The innermost frame is on top, and the accessors read it.
 */
export class Frames {
  size = 0
  #numbers = new Int32Array(FIELDS << 8)
  #at = -FIELDS

  push(f: number, g: number, top: number): void {
    this.size++
    this.#at += FIELDS
    const at = this.#at
    if (at === this.#numbers.length) this.#widen()
    this.#numbers[at] = f
    this.#numbers[at + 1] = g
    this.#numbers[at + 2] = top
    this.#numbers[at + 3] = UNKNOWN
  }

  pop(): void {
    this.size--
    this.#at -= FIELDS
  }

  get f(): number {
    return this.#numbers[this.#at] as number
  }

  get g(): number {
    return this.#numbers[this.#at + 1] as number
  }

  get top(): number {
    return this.#numbers[this.#at + 2] as number
  }

  get high(): number {
    return this.#numbers[this.#at + 3] as number
  }

  set high(result: number) {
    this.#numbers[this.#at + 3] = result
  }

  #widen(): void {
    const wider = new Int32Array(2 * this.#numbers.length)
    wider.set(this.#numbers)
    this.#numbers = wider
  }
}

const FIELDS = 4
