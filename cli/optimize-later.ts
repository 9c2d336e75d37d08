import { setFlagsFromString } from 'node:v8'

/** V8 flags for commands that process a policy once and end. */
const FLAGS: Readonly<Record<string, string>> = {
  check: '--interrupt-budget=800000',
  lint: '--interrupt-budget=800000',
  fmt: '--interrupt-budget=800000',
  // It runs longer: baseline code from the start, and earlier optimization, pay off.
  build: '--always-sparkplug --interrupt-budget=300000',
}
/** Later V8s have a middle tier and lack the flag, and warn on standard error. */
const NODE = 'v20.'

/**
 * Delays V8's optimization for processes of a few seconds. By default Node 20 compiles some five hundred functions in the
 * background while it checks a large policy, half of which never pay off. For 10,000 rules the delay saves a quarter of the
 * processor time and no elapsed time (`bench/README.md`).
 */
export function optimizeLater(command: string | undefined): void {
  const flags = command === undefined || !Object.hasOwn(FLAGS, command) ? undefined : FLAGS[command]
  if (flags !== undefined && process.version.startsWith(NODE)) setFlagsFromString(flags)
}
