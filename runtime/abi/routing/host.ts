/** A host pattern: a literal, or one whose first label stands for any one label: `*.shop.example`, `{tenant}.shop.example`. */
interface Host {
  readonly wildcard: boolean
  /** The host, or for a wildcard what follows the first label, from the dot. Lower case. */
  readonly rest: string
}

export function parseHost(text: string): Host {
  const match = /^(?:\*|\{[^}]*\})(\..*)$/.exec(text)
  return { wildcard: match !== null, rest: (match?.[1] ?? text).toLowerCase() }
}
