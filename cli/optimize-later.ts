import { setFlagsFromString } from 'node:v8'

/** Commands that go through a policy once and end, and what V8 is told for them. */
const FLAGS: Readonly<Record<string, string>> = {
  check: '--interrupt-budget=800000',
  lint: '--interrupt-budget=800000',
  fmt: '--interrupt-budget=800000',
  // It runs longer: all of it is compiled plainly from the start, and what is hot is optimized sooner, as that is paid back.
  build: '--always-sparkplug --interrupt-budget=300000',
}
/** Later V8s have a compiler between the two and no such flag, and complain of it on standard error. */
const NODE = 'v20.'

/**
 * Lets V8 wait longer before it optimizes a function, where the process is over in a few seconds: by default Node 20 compiles
 * some five hundred functions while a large policy is checked, beside the main thread, of which half are never paid back. Of
 * 10,000 rules that takes a quarter off the processor time and nothing off the waiting (`bench/README.md`).
 */
export function optimizeLater(command: string | undefined): void {
  const flags = command === undefined || !Object.hasOwn(FLAGS, command) ? undefined : FLAGS[command]
  if (flags !== undefined && process.version.startsWith(NODE)) setFlagsFromString(flags)
}
