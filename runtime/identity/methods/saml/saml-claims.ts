import type { Asserted } from './check-response.ts'
import type { SamlConfig } from './saml-config.ts'

/** Names of claims that only the sign-in itself sets, such as `sub`. SAML attributes with these names are ignored. */
export const RESERVED: ReadonlySet<string> = new Set(['sub', 'acr', 'amr', 'auth_time', 'sid', '__proto__'])

/**
 * SAML authentication context classes that imply a second factor. The requirement `require mfa` of a policy requests and accepts
 * them.
 */
export const MFA_CLASSES: readonly string[] = [
  'https://refeds.org/profile/mfa',
  'http://schemas.microsoft.com/claims/multipleauthn',
  'urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract',
  'urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorUnregistered',
]

/** Returns subject, time and context class of a sign-in as claims, under their OpenID Connect names. */
export function signedClaims({ nameId, authenticated, contextClass }: Asserted): Readonly<Record<string, unknown>> {
  return {
    sub: nameId.value,
    auth_time: authenticated / 1000,
    ...(contextClass !== null && { acr: contextClass }),
    ...(contextClass !== null && MFA_CLASSES.includes(contextClass) && { amr: ['mfa'] }),
  }
}

/**
 * Returns the attributes of an assertion as claims. A configured attribute becomes the claim that the configuration names;
 * another attribute becomes a claim of its own name. A single value is a string; several values are a list.
 */
export function attributeClaims({ attributes }: Asserted, config: SamlConfig): Readonly<Record<string, unknown>> {
  const claims = new Map<string, unknown>()
  for (const [name, values] of attributes) if (!RESERVED.has(name)) claims.set(name, oneOrAll(values))
  for (const { claim, attribute, list } of config.attributes) {
    const values = attributes.get(attribute) ?? []
    if (list) claims.set(claim, values)
    else if (values.length > 0) claims.set(claim, oneOrAll(values))
    // An attribute that merely has the claim's name is not the configured one.
    else claims.delete(claim)
  }
  return Object.fromEntries(claims)
}

function oneOrAll(values: readonly string[]): string | readonly string[] {
  const [one, ...others] = values
  return one !== undefined && others.length === 0 ? one : values
}
