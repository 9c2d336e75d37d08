import { accessSync, constants, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { replaceFile } from '../replace-file.ts'
import { content, environment, StartupError } from '../startup-error.ts'
import { type Learned, learnedText, readLearned } from './learned.ts'
import { Learner } from './learner.ts'

/** Milliseconds between two times that it is written. */
export const LEARNED_EACH = 30_000

/** What was learned, on disk: what it had when it was opened, and what has come since. */
export class LearnedFile {
  readonly #file: string
  readonly #before: Learned | null
  #written: string | null = null

  /** Throws `StartupError` where it cannot be written, or something else is there, which would be replaced. */
  constructor(file: string) {
    this.#file = file
    this.#before = readThere(file)
    try {
      accessSync(dirname(file), constants.W_OK)
    } catch (error) {
      throw new StartupError([environment(`\`learn\`: \`${file}\` cannot be written: ${(error as Error).message}`)])
    }
  }

  /** All of it, whole or not at all; nothing where nothing has come, as of a configuration that was not taken. Throws what the file system throws. */
  write(since: readonly Learned[], now: number): void {
    if (since.every(isNothing)) return
    const all = new Learner()
    for (const learned of this.#before === null ? since : [this.#before, ...since]) all.add(learned)
    const learned = all.learned()
    const print = JSON.stringify(learned)
    if (print === this.#written) return
    replaceFile(this.#file, learnedText(learned, now))
    this.#written = print
  }
}

function isNothing({ routes, unrouted, beyond }: Learned): boolean {
  return routes.length === 0 && unrouted.length === 0 && beyond === 0
}

function readThere(file: string): Learned | null {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new StartupError([environment(`\`learn\`: ${(error as Error).message}`)])
  }
  const learned = readLearned(text)
  if (learned === null)
    throw new StartupError([
      content(`\`learn\`: \`${file}\` holds something else than what a proxy has learned, and is left alone`),
    ])
  return learned
}
