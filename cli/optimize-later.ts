import { setFlagsFromString } from 'node:v8'

/** Commands that go through a policy once and end. */
const BRIEF: ReadonlySet<string | undefined> = new Set(['check', 'lint', 'fmt'])
/** Later V8s have a compiler between the two and no such flag, and complain of it on standard error. */
const NODE = 'v20.'

/**
 * Lets V8 wait longer before it optimizes a function, where the process is over in a second or two: by default Node 20 compiles some five
 * hundred functions while a large policy is checked, beside the main thread, of which half are never paid back. Of 10,000 rules that
 * takes a quarter off the processor time and nothing off the waiting (`bench/README.md`).
 */
export function optimizeLater(command: string | undefined): void {
  if (BRIEF.has(command) && process.version.startsWith(NODE)) setFlagsFromString('--interrupt-budget=800000')
}
