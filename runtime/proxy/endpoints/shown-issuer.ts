/** A provider, for people: the host of its address, or the name that it has. */
export function shownIssuer(issuer: string): string {
  return (URL.canParse(issuer) && new URL(issuer).host) || issuer
}
