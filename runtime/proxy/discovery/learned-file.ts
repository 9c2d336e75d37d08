import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { replaceFile } from '../../base/replace-file.ts'
import { content, environment, StartupError } from '../../base/startup-error.ts'
import { type Learned, learnedText, MOST_LEARNED, readLearned } from './learned.ts'
import { Learner } from './learner.ts'

/** Milliseconds between two times that it is written. */
export const LEARNED_EACH = 30_000

/** What was learned, on disk: what it had when it was opened, and what has come since. */
export class LearnedFile {
  readonly #file: string
  readonly #before: Learned | null
  #written: string | null = null
  /** What was at its path when it was read or written last; null: nothing. */
  #there: string | null

  /** Throws `StartupError` where it cannot be written, or something else is there, which would be replaced. */
  constructor(file: string) {
    this.#file = file
    this.#there = printOf(file)
    this.#before = readThere(file)
    try {
      accessSync(dirname(file), constants.W_OK)
    } catch (error) {
      throw new StartupError([environment(`\`learn\`: \`${file}\` cannot be written: ${(error as Error).message}`)])
    }
  }

  /**
   * All of it, whole or not at all; nothing where nothing has come, as of a configuration that was not taken. Throws what the
   * file system throws, and `StartupError` where something else is there by now.
   */
  write(since: readonly Learned[], now: number): void {
    if (since.every(isNothing)) return
    const all = new Learner()
    for (const learned of this.#before === null ? since : [this.#before, ...since]) all.add(learned)
    const learned = all.learned()
    const print = JSON.stringify(learned)
    if (print === this.#written) return
    // Somebody else may have put something there meanwhile, such as a log.
    if (printOf(this.#file) !== this.#there) readThere(this.#file)
    replaceFile(this.#file, learnedText(learned, now))
    this.#there = printOf(this.#file)
    this.#written = print
  }
}

function isNothing({ routes, unrouted, beyond }: Learned): boolean {
  return routes.length === 0 && unrouted.length === 0 && beyond === 0
}

/** Which file there is, as it is: null where there is none, or it cannot be told. */
function printOf(file: string): string | null {
  try {
    const { dev, ino, size, mtimeNs } = statSync(file, { bigint: true })
    return `${dev} ${ino} ${size} ${mtimeNs}`
  } catch {
    return null
  }
}

function readThere(file: string): Learned | null {
  let text: string | null
  try {
    const found = statSync(file, { throwIfNoEntry: false })
    if (found === undefined) return null
    // Of a pipe or a device nobody knows when it ends.
    text = found.isDirectory() || (found.isFile() && found.size <= MOST_LEARNED) ? readFileSync(file, 'utf8') : null
  } catch (error) {
    throw new StartupError([environment(`\`learn\`: ${(error as Error).message}`)])
  }
  const learned = text === null ? null : readLearned(text)
  if (learned === null)
    throw new StartupError([
      content(`\`learn\`: \`${file}\` holds something else than what a proxy has learned, and is left alone`),
    ])
  return learned
}
