import type { ProviderProblem } from '../../identity/provider/fetch-json.ts'

interface Connected {
  /** Configuration key with the address of the server. */
  readonly address: string
  /** Configuration key for the authorities that verify the server's certificate; `null` if there is none. */
  readonly ca: string | null
}

/** Returns what to change if a connection to a server fails. `reason` contains the error's code or message. */
export function connectionAdvice(reason: string, { address, ca }: Connected): string {
  const found = ADVICE.find(([pattern]) => pattern.test(reason))
  return found?.[1](address, ca) ?? `check \`${address}\`, the server, and the network between`
}

const authorities = (ca: string | null) =>
  ca === null ? 'set the environment variable `NODE_EXTRA_CA_CERTS` of the proxy' : `set \`${ca}\``

/** Codes of Node, OpenSSL and undici. */
const ADVICE: readonly (readonly [RegExp, (address: string, ca: string | null) => string])[] = [
  [/ECONNREFUSED|ENOENT/, (address) => `start the server, or correct host and port of \`${address}\``],
  [/ENOTFOUND|EAI_AGAIN/, (address) => `correct the host name in \`${address}\`, or the name service (DNS) of this machine`],
  [
    /ETIMEDOUT|CONNECT_TIMEOUT|EHOSTUNREACH|ENETUNREACH|did not answer in time|no connection to/,
    (address) => `check firewalls and routes between this machine and the server, and \`${address}\``,
  ],
  [
    /SELF_SIGNED|self.signed|UNABLE_TO_(?:VERIFY|GET)|unable to (?:verify|get)|CERT_UNTRUSTED/i,
    (_, ca) => `${authorities(ca)} to a file with the certificate authority (PEM) that issued the server's certificate`,
  ],
  [/CERT_HAS_EXPIRED|has expired/, () => "renew the server's certificate"],
  [/CERT_NOT_YET_VALID/, () => 'set the clock of this machine or of the server'],
  [
    /ALTNAME_INVALID|does not match certificate/i,
    (address) => `use a host name in \`${address}\` that the server's certificate contains, or issue another certificate`,
  ],
  [
    /EPROTO|ERR_SSL|WRONG_VERSION|packet length|ECONNRESET|UND_ERR_SOCKET|socket disconnected/i,
    (address) => `check the scheme of \`${address}\` (with or without TLS), and whether the server requires a client certificate`,
  ],
]

/** Returns what to change if an issuer gives no usable response. */
export function providerAdvice(
  { message, status }: ProviderProblem,
  name: string,
  address = `identities.${name}.issuer`,
): string {
  if (/configure the issuer exactly/.test(message))
    return `set \`identities.${name}.issuer\` to the issuer that the metadata name`
  if (status !== null && status < 500) return `correct \`${address}\`: the server has nothing at this address for the proxy`
  if (status !== null) return 'correct the fault at the server: it answers with an error of its own'
  return connectionAdvice(message, { address, ca: `identities.${name}.tls.ca` })
}

/** Returns what to change if a server does not accept the proxy as its client. */
export function credentialAdvice(name: string): string {
  const at = `identities.${name}`
  return (
    `compare \`${at}.clientId\` and its secret, key or certificate with the registration at the server, ` +
    'and which authentication method (`token_endpoint_auth_method`) is registered there'
  )
}

export function quotedList(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ')
}
