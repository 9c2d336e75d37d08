/** How people see an identity of the policy, and its callers. */
export interface IdentityDisplay {
  readonly title: string
  /** The logo as a `data:` URL of a PNG or WebP image; `null` if there is none. */
  readonly logo: string | null
  /** Name of the claim that holds a caller's name; `null` if callers are shown by their subject alone. */
  readonly displayClaim: string | null
}

/** Returns a function that returns the display of each identity. One that is not in the configuration is shown by its name. */
export function displayedIdentities(
  identities: Readonly<Record<string, IdentityDisplay>> = {},
): (name: string) => IdentityDisplay {
  const known = new Map(Object.entries(identities))
  return (name) => known.get(name) ?? { title: name, logo: null, displayClaim: null }
}
