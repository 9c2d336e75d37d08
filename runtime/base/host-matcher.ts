/**
 * Whether a host, in lower case, is one of these: `app.example`, or `*.app.example` and `{tenant}.app.example`, which stand for
 * one label more.
 */
export function hostMatcher(hosts: Iterable<string>): (host: string) => boolean {
  const literals = new Set<string>()
  const wildcards = new Set<string>()
  for (const text of hosts) {
    const rest = /^(?:\*|\{[^}]*\})(\..*)$/.exec(text)?.[1]
    if (rest === undefined) literals.add(text.toLowerCase())
    else wildcards.add(rest.toLowerCase())
  }
  return (host) => literals.has(host) || (host.indexOf('.') > 0 && wildcards.has(host.slice(host.indexOf('.'))))
}
