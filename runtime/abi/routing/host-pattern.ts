/** A host pattern: a literal, or one whose first label stands for any one label: `*.shop.example`, `{tenant}.shop.example`. */
export interface HostPattern {
  readonly wildcard: boolean
  /** The host, or for a wildcard what follows the first label, from the dot. Lower case. */
  readonly rest: string
}

export function hostPattern(text: string): HostPattern {
  const match = /^(?:\*|\{[^}]*\})(\..*)$/.exec(text)
  return { wildcard: match !== null, rest: (match?.[1] ?? text).toLowerCase() }
}

/** Returns whether a host, in lower case, fits one of the patterns. */
export function hostMatcher(hosts: Iterable<string>): (host: string) => boolean {
  const literals = new Set<string>()
  const wildcards = new Set<string>()
  for (const { wildcard, rest } of [...hosts].map(hostPattern)) (wildcard ? wildcards : literals).add(rest)
  return (host) => literals.has(host) || (host.indexOf('.') > 0 && wildcards.has(host.slice(host.indexOf('.'))))
}
