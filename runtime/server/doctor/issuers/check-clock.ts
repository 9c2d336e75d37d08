import type { Reporter } from '../diagnosis.ts'

/** The `Date` header of a response, and when it came by the clock of this machine, in milliseconds since 1970. */
export interface Dated {
  readonly theirs: number
  readonly ours: number
}

/** Milliseconds of difference between clocks that is worth a warning. `Date` headers have whole seconds. */
const WORTH_A_WARNING = 5_000

/** Returns a `fetch` that also adds the date of each response to a list. */
export function dating(fetch: typeof globalThis.fetch, clock: () => number, dates: Dated[]): typeof globalThis.fetch {
  return async (url, options) => {
    const began = clock()
    const response = await fetch(url, options)
    const date = Date.parse(response.headers.get('date') ?? '')
    // A cache repeats the date of the original response (RFC 9111, section 5.1).
    const age = Number(response.headers.get('age') ?? 0) * 1000
    if (!Number.isNaN(date) && !Number.isNaN(age)) dates.push({ theirs: date + age + 500, ours: (began + clock()) / 2 })
    return response
  }
}

/**
 * Reports the difference between the clocks of this machine and an issuer.
 *
 * @param skew milliseconds of `clockSkew`, by which the clocks may differ
 */
export function reportClock(name: string, dates: readonly Dated[], skew: number, report: Reporter): void {
  const more = { check: 'clock', place: `identities.${name}.clockSkew` } as const
  const differences = dates.map(({ theirs, ours }) => ours - theirs).sort((a, b) => Math.abs(a) - Math.abs(b))
  const [least] = differences
  if (least === undefined) return void report('skipped', 'no response of the issuer has a date', more)
  const seconds = Math.round(Math.abs(least) / 1000)
  const text = `the clock of this machine is ${seconds} s ${least < 0 ? 'behind' : 'ahead of'} that of the issuer`
  const advice = 'synchronize the clocks of both machines by NTP'
  if (Math.abs(least) > Math.max(skew, WORTH_A_WARNING))
    report('problem', `${text}, more than the ${skew / 1000} s of \`clockSkew\`: valid tokens are refused`, { ...more, advice })
  else if (Math.abs(least) > WORTH_A_WARNING) report('warning', text, { ...more, advice })
  else report('ok', 'the clock of this machine agrees with that of the issuer', more)
}
