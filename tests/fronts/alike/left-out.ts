import { METHODS as METHODS_OF_NODE } from 'node:http'
import { parseAddress } from '../../../request/index.ts'
import { isList } from '../../../runtime/proxy/checks/merged-lines.ts'
import type { SentRequest } from './sent-request.ts'

/** The ways to ask for a decision. */
export const FAMILIES = ['proxy', 'ext-authz, raw', 'ext-authz, merged', 'x-forwarded', 'x-original', 'request-line'] as const
export type Family = (typeof FAMILIES)[number]

/** A reason for which a family does not carry some requests, or says of them what the others do not. */
interface LeftOut {
  readonly families: readonly Family[]
  readonly fits: (request: SentRequest) => boolean
}

const CHECKS: readonly Family[] = FAMILIES.filter((family) => family !== 'proxy')
const FORWARD_AUTH: readonly Family[] = ['x-forwarded', 'x-original', 'request-line']
const MERGED: readonly Family[] = ['ext-authz, merged', 'request-line']

/** The rules by which a request is left out of a family. `docs/reference/checks.md` and `docs/reference/forward-auth.md` state each of them. */
export const RULES = {
  'no client has the address': { families: FAMILIES, fits: ({ client }) => parseAddress(client) === null },
  'no token names the caller': { families: FAMILIES, fits: ({ hasToken, asked }) => asked.caller != null && !hasToken },
  // A parser refuses these before there is a request.
  'the method is not one of HTTP/1.1': {
    families: ['proxy', 'request-line'],
    fits: ({ method }) => !METHODS_OF_NODE.includes(method),
  },
  'the client is the asking proxy': { families: ['proxy', 'request-line'], fits: ({ client }) => isLoopback(client) },
  '`Connection` names a header': { families: CHECKS, fits: (request) => valuesOf(request, 'connection').length > 0 },
  'the host ends with a dot': { families: CHECKS, fits: ({ host }) => /\.(:|$)/.test(host) },
  'a merged value has a comma, or several lines are a list': { families: MERGED, fits: hasUnclearLines },
  'a merged value has a `!`': { families: ['ext-authz, merged'], fits: hasReplacedBytes },
  'nginx sends no body': { families: ['x-original'], fits: ({ body, isBodyRead }) => isBodyRead && body !== null },
  'an empty body is not whole': { families: FORWARD_AUTH, fits: ({ body, isBodyRead }) => isBodyRead && body === null },
} as const satisfies Readonly<Record<string, LeftOut>>

export type Rule = keyof typeof RULES

/** Returns the first rule by which a family does not carry a request, else `null`. */
export function ruleFor(family: Family, request: SentRequest): Rule | null {
  for (const [rule, { families, fits }] of Object.entries(RULES) as [Rule, LeftOut][])
    if (families.includes(family) && fits(request)) return rule
  return null
}

function isLoopback(client: string): boolean {
  const address = parseAddress(client)
  return address === '::1' || address?.startsWith('127.') === true
}

function valuesOf({ lines }: SentRequest, name: string): readonly string[] {
  return lines.flatMap(([each, value]) => (each.toLowerCase() === name ? [value] : []))
}

function hasUnclearLines(request: SentRequest): boolean {
  return request.lines.some(([name, value]) => {
    const lower = name.toLowerCase()
    return isList(lower) ? valuesOf(request, lower).length > 1 : value.includes(',')
  })
}

function hasReplacedBytes({ target, lines }: SentRequest): boolean {
  return target.includes('!') || lines.some(([, value]) => value.includes('!'))
}
