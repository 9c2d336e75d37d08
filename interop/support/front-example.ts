import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { root } from './root.ts'

/** Returns the text of a file of `examples/fronts/`. */
export function exampleText(path: string): string {
  return readFileSync(`${root}examples/fronts/${path}`, 'utf8')
}

/**
 * Returns a text with other addresses, and everything else as it is.
 *
 * @param addresses the new text by the old one
 * @throws Error if the text lacks one of the old ones
 */
export function withAddresses(text: string, addresses: Readonly<Record<string, string>>): string {
  let replaced = text
  for (const [from, to] of Object.entries(addresses)) {
    if (!replaced.includes(from)) throw new Error(`the example lacks \`${from}\``)
    replaced = replaced.replaceAll(from, () => to)
  }
  return replaced
}

/**
 * Returns the listener for checks of an `iap.yaml` in `examples/fronts/`, as the inside of a flow mapping.
 *
 * @param replaced keys with the values of this machine
 */
export function exampleListener(path: string, replaced: Readonly<Record<string, unknown>>): string {
  const { listeners } = parse(exampleText(path)) as { readonly listeners: readonly { readonly protocol?: string }[] }
  const deciding = listeners.find(({ protocol }) => protocol === 'forward-auth')
  if (deciding === undefined) throw new Error(`${path} has no listener for checks`)
  return JSON.stringify({ ...deciding, ...replaced }).slice(1, -1)
}
