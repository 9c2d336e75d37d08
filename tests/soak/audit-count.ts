import { createReadStream, existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Counts the records of the audit file by the kind of traffic, and keeps the file small. */
export class AuditCount {
  /** By the beginning of the path, as kinds have it. */
  readonly byPath = new Map<string, number>()
  /** A file that was moved away may still be written to until the next one is: it is read then. */
  readonly #moved: string[] = []
  readonly #file: string
  #number = 0
  #reading: Promise<void> = Promise.resolve()

  constructor(folder: string) {
    this.#file = join(folder, 'audit.jsonl')
  }

  get total(): number {
    return [...this.byPath.values()].reduce((sum, count) => sum + count, 0)
  }

  /** The proxy has to be told. */
  rotate(): void {
    const moved = `${this.#file}.${++this.#number}`
    renameSync(this.#file, moved)
    this.#moved.push(moved)
    if (this.#moved.length > 1) this.#read(this.#moved.shift() as string)
  }

  /** All that is left, once nobody writes any more. */
  async finish(): Promise<void> {
    for (const file of [...this.#moved.splice(0), this.#file]) if (existsSync(file)) this.#read(file)
    await this.#reading
  }

  #read(file: string): void {
    this.#reading = this.#reading.then(async () => {
      for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
        // What the log says about itself.
        if (line.startsWith('{"version":3,"kind":')) continue
        const [, path = line] = /"rawPath":"(\/[^/"]+\/[^/"]+)/.exec(line) ?? []
        this.byPath.set(path, (this.byPath.get(path) ?? 0) + 1)
      }
      rmSync(file)
    })
  }
}
