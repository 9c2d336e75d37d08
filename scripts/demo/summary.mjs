import { dim, green, red, yellow } from './paint.mjs'

/** An audit record, for people: what was asked, by whom, and what was decided why. */
export function summary({ status, effect, method, host, path, caller, rules, reason, code, revision }) {
  const paintEffect = effect === 'permit' ? green : effect === 'reject' ? yellow : red
  const who = caller === null ? 'anonymous' : `${caller.subject} (${caller.identity})`
  const why = [...rules, ...(reason === null ? [] : [`“${reason}”`]), ...(code === null || reason !== null ? [] : [code])].join(
    ' ',
  )
  const of = revision === null ? '' : dim(`  ${revision.slice(7, 14)}`)
  return `${status} ${paintEffect(effect.padEnd(15))} ${who.padEnd(17)} ${method} ${host}${path ?? ''}  ${dim(why)}${of}`
}
