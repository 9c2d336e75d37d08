export interface HostPattern {
  readonly wildcard: boolean
  /** Host in lower case. For a pattern such as `*.shop.example`, the part from the first dot. */
  readonly rest: string
}

export function hostPattern(text: string): HostPattern {
  const match = /^(?:\*|\{[^}]*\})(\..*)$/.exec(text)
  return { wildcard: match !== null, rest: (match?.[1] ?? text).toLowerCase() }
}

/**
 * Returns a function that tells whether a lower-case host equals one of the hosts or matches one of the patterns. The wildcard of
 * a pattern matches exactly one label.
 */
export function hostMatcher(hosts: Iterable<string>): (host: string) => boolean {
  const literals = new Set<string>()
  const wildcards = new Set<string>()
  for (const { wildcard, rest } of [...hosts].map(hostPattern)) (wildcard ? wildcards : literals).add(rest)
  return (host) => literals.has(host) || (host.indexOf('.') > 0 && wildcards.has(host.slice(host.indexOf('.'))))
}
