import { isAddress } from '../../builtins/constants/addresses.ts'
import type { HostPattern } from '../model.ts'

export type HostResult =
  | { readonly ok: true; readonly host: HostPattern }
  | {
      readonly ok: false
      readonly why: string
      /** The host that is certainly meant; null if there is none. */
      readonly instead: string | null
    }

const LABEL = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/

/** Parses a policy's host, in lower case and without port: `"a.example"`, `"*.shop.example"`, `"{tenant}.shop.example"`. */
export function parseHost(text: string): HostResult {
  if (text.startsWith('[')) return fail('IPv6 addresses are not supported')
  if (text.length === 0 || text.length > 253) return fail('a host has 1 to 253 characters')
  if (/[:/]/.test(text)) return fail('a host has no scheme, no port and no path', hostWithin(text))
  const fixed = text.replace(/^\{[^}]*\}/, '')
  const strange = fixed.split('.').find((label) => /[^\0-\x7f]/.test(label))
  if (strange !== undefined) return fail(`\`${strange}\` is not ASCII; write its A-label, which begins with \`xn--\` (RFC 5890)`)
  if (fixed !== fixed.toLowerCase()) return fail('hosts are written in lower case', lowerCase(text, fixed))
  const [first = '', ...others] = text.split('.')
  if (!others.every(isLabel)) return fail('its labels are letters, digits, `-` and `_`, up to 63 of them, between single dots')
  const param = /^\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(first)?.[1] ?? null
  const wildcard = first === '*' || param !== null
  if (!wildcard && !isLabel(first)) return fail('its first label is neither a name, nor `*`, nor a parameter such as `{tenant}`')
  if (wildcard && others.length === 0) return fail('a pattern needs at least one label after the first')
  // Some software reads `127.1` and `0x7f.1` as addresses, so the proxy refuses such hosts in requests.
  if (/^(?:[0-9]+|0x[0-9a-f]*)$/.test(others.at(-1) ?? first) && (wildcard || !isAddress(text)))
    return fail('its last label is a number, but it is not an IPv4 address')
  if (param?.startsWith('__')) return fail('names that begin with `__` are reserved')
  return { ok: true, host: { text, wildcard, param, rest: wildcard ? `.${others.join('.')}` : text } }
}

function isLabel(label: string): boolean {
  return label.length <= 63 && LABEL.test(label)
}

/** Returns the host of a URL, or of a host with a port. */
function hostWithin(text: string): string | null {
  return valid(/^(?:[a-z][a-z0-9+.-]*:\/\/)?([^/:@?#]+)(?::\d*)?(?:\/.*)?$/i.exec(text)?.[1] ?? '')
}

/** Keeps a parameter, whose name has its case. */
function lowerCase(text: string, fixed: string): string | null {
  return valid(`${text.slice(0, text.length - fixed.length)}${fixed.toLowerCase()}`)
}

function valid(host: string): string | null {
  return parseHost(host).ok ? host : null
}

function fail(why: string, instead: string | null = null): HostResult {
  return { ok: false, why, instead }
}
