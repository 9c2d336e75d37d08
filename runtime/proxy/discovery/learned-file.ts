import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { replaceFile } from '../../base/files/replace-file.ts'
import { content, environment, StartupError } from '../../base/startup-error.ts'
import { type Learned, learnedText, MOST_LEARNED, readLearned } from './learned.ts'
import { Learner } from './learner.ts'

/** Milliseconds between two writes of the file of learned routes. */
export const LEARNED_EACH = 30_000

/** The file of learned routes: its content at opening, merged with later reports. */
export class LearnedFile {
  readonly #file: string
  readonly #before: Learned | null
  #written: string | null = null
  /** Identity of the file when last read or written; `null`: none. */
  #there: string | null

  /**
   * Opens the file of learned routes and reads its content, if it exists.
   *
   * @throws StartupError if the file is not writable or has another format
   */
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
   * Writes the file atomically; does nothing if no route was learned.
   *
   * @throws StartupError if the file has another format; also errors of the file system
   */
  write(since: readonly Learned[], now: number): void {
    if (since.every(isNothing)) return
    const all = new Learner()
    for (const learned of this.#before === null ? since : [this.#before, ...since]) all.add(learned)
    const learned = all.learned()
    const print = JSON.stringify(learned)
    if (print === this.#written) return
    // Something else, such as a log, may be there by now.
    if (printOf(this.#file) !== this.#there) readThere(this.#file)
    replaceFile(this.#file, learnedText(learned, now))
    this.#there = printOf(this.#file)
    this.#written = print
  }
}

function isNothing({ routes, unrouted, beyond }: Learned): boolean {
  return routes.length === 0 && unrouted.length === 0 && beyond === 0
}

/** Returns the file's identity and state; `null` if it is missing or unreadable. */
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
    // A pipe or device may never end.
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
