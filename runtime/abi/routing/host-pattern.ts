export interface HostPattern {
  readonly wildcard: boolean
  /** Host in lower case; for a wildcard, the part from the first dot. */
  readonly rest: string
}

export function hostPattern(text: string): HostPattern {
  const match = /^(?:\*|\{[^}]*\})(\..*)$/.exec(text)
  return { wildcard: match !== null, rest: (match?.[1] ?? text).toLowerCase() }
}

/** Returns a function that tells whether a lower-case host matches one of the patterns. */
export function hostMatcher(hosts: Iterable<string>): (host: string) => boolean {
  const literals = new Set<string>()
  const wildcards = new Set<string>()
  for (const { wildcard, rest } of [...hosts].map(hostPattern)) (wildcard ? wildcards : literals).add(rest)
  return (host) => literals.has(host) || (host.indexOf('.') > 0 && wildcards.has(host.slice(host.indexOf('.'))))
}
