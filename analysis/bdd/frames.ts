/** The high result of a question whose high side is not answered yet. */
export const UNKNOWN = -1

/**
 * The open questions of a recursion over two functions, the innermost on top: both functions, their first variable and the high
 * result.
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
