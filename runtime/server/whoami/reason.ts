import type { Refused } from '../../identity/authentication.ts'
import { type CredentialRefusalCode, credentialRefusals, type IdentityConfig, type MethodName } from '../../identity/index.ts'
import type { CredentialKind, ReadCredential } from './read-credential.ts'

/** Why a credential is not that of an identity. */
export interface Reason {
  /** Name of the identity, or `null` if the reason does not depend on it. */
  readonly identity: string | null
  /** Code of the refusal (`docs/reference/identities/README.md`), or `other-credential`, `unverified` and `not-checked`. */
  readonly code: string
  /** What is wrong. It names claims but has no values of them. */
  readonly message: string
  /** Name of the claim or header parameter that was compared; `null` if none was. */
  readonly field: string | null
  readonly expected: string | null
  /** Value in the credential, for which the user must ask; `null` if there is none. */
  readonly seen: string | null
  readonly advice: string
}

/** Methods by the credential that they take, for messages. */
const TAKES: Readonly<Record<MethodName, string>> = {
  jwt: 'a JWT',
  oauth2: 'a token that its issuer introspects',
  oidc: 'the cookie of a browser session',
  saml: 'the cookie of a browser session',
  api_key: 'an API key',
  custom: 'headers that its plug-in reads',
  mtls: 'the client certificate of a connection',
}

/** Returns the reason for an identity whose methods take another kind of credential. */
export function otherCredential(identity: string, config: IdentityConfig, kind: CredentialKind): Reason {
  const methods = (Object.keys(TAKES) as MethodName[]).filter((method) => config[method] !== null)
  const takes = [...new Set(methods.map((method) => TAKES[method]))].join(' or ')
  return {
    ...NOTHING,
    identity,
    code: 'other-credential',
    message: `the identity takes ${takes}, and standard input has ${kind === 'other' ? 'none of it' : articleOf(kind)}`,
    advice: `give ${takes}, or configure another method for \`identities.${identity}\``,
  }
}

const NOTHING = { field: null, expected: null, seen: null } as const

/**
 * Returns the reason of a refusal.
 *
 * @param identity the only identity that was tried, with its configuration; `null` if several were
 * @param now milliseconds since 1970
 */
export function reasonOf(
  { code, message, mismatch }: Refused,
  identity: { readonly name: string; readonly config: IdentityConfig } | null,
  { claims }: ReadCredential,
  now: number,
): Reason {
  const { field = null, expected = null, seen = null } = mismatch ?? {}
  const late = timeText(code, seen, now)
  // Advice in a message follows a colon, and is given on its own.
  const what = code === 'claims' ? message : message.split(/: (?=[a-z])/, 1)[0]
  return {
    identity: identity?.name ?? null,
    code,
    message: late === null ? (what as string) : `${what} (${late})`,
    field,
    // Compared with a certificate or a proof, it is a value of the token.
    expected: field?.startsWith('cnf') ? null : expected,
    seen,
    advice: adviceFor(code, seen, identity, claims),
  }
}

function adviceFor(
  code: string,
  seen: string | null,
  identity: { readonly name: string; readonly config: IdentityConfig } | null,
  claims: ReadCredential['claims'],
): string {
  const at = `identities.${identity?.name ?? 'N'}`
  const jwt = identity?.config.jwt ?? null
  const issuer = (jwt ?? identity?.config.oauth2 ?? null)?.issuer
  if (code === 'issuer' && issuer !== undefined && isNearly(claims?.iss, issuer))
    return `set \`${at}.issuer\` to the exact \`iss\` of the token: they differ only in case or in a slash at the end`
  if (code === 'token-type' && jwt?.profile === 'rfc9068')
    return `send an access token; if those of the issuer have no \`typ: at+jwt\`, set \`${at}.profile: jwt\``
  if (code === 'token-algorithm' && /^HS/i.test(seen ?? ''))
    return 'let the issuer sign by an asymmetric algorithm such as ES256: a verifier of HS256 can also forge tokens'
  if (code === 'claims')
    return `let the issuer add or correct the claim, or change the claims of \`${identity?.name}\` in the policy`
  if (!Object.hasOwn(credentialRefusals, code)) return 'see `docs/reference/identities/README.md`'
  const { advice } = credentialRefusals[code as CredentialRefusalCode]
  const named = advice.replaceAll('identities.N', at).replace(/\.$/, '').replace(' that `mismatch` in the audit record names', '')
  return `${named.charAt(0).toLowerCase()}${named.slice(1)}`
}

function isNearly(iss: unknown, issuer: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/\/+$/, '')
  return typeof iss === 'string' && plain(iss) === plain(issuer)
}

/** Returns how far a time is from now. The time itself is a value of the token. */
function timeText(code: string, seen: string | null, now: number): string | null {
  const time = Date.parse(seen ?? '')
  if (Number.isNaN(time)) return null
  if (code === 'expired') return `${durationText(now - time)} ago`
  return code === 'not-yet-valid' || code === 'issued-in-future' ? `in ${durationText(time - now)}` : null
}

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const

/** Formats milliseconds by their two greatest units, such as `2 h 5 m`. */
function durationText(milliseconds: number): string {
  let left = Math.max(0, Math.round(milliseconds / 1000))
  const parts: string[] = []
  for (const [unit, seconds] of UNITS) {
    const amount = Math.floor(left / seconds)
    left -= amount * seconds
    if (amount > 0 && parts.length < 2) parts.push(`${amount} ${unit}`)
  }
  return parts.join(' ') || '0 s'
}

function articleOf(kind: CredentialKind): string {
  switch (kind) {
    case 'JWT':
      return 'a JWT'
    case 'API key':
    case 'opaque token':
      return `an ${kind}`
    case 'session':
      return 'a session cookie'
    case 'other':
      return 'other headers'
  }
}

/** Returns the reason for an identity that cannot be checked. */
export function notChecked(identity: string | null, message: string, advice: string): Reason {
  return { ...NOTHING, identity, code: 'not-checked', message, advice }
}

/** Returns the reason for a JWT that fits an identity as far as can be seen without the keys of the issuer. */
export function unverified(identity: string): Reason {
  return {
    ...NOTHING,
    identity,
    code: 'unverified',
    message: 'the token fits this identity, but its signature was not verified',
    advice: 'give the keys of the issuer by `--jwks FILE`, or leave out `--offline`',
  }
}
