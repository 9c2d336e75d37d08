import type { Asserted } from './check-response.ts'
import type { SamlConfig } from './saml-config.ts'

/** Of the sign-in itself: no attribute stands for them. */
export const RESERVED: ReadonlySet<string> = new Set(['sub', 'acr', 'amr', 'auth_time', 'sid', '__proto__'])

/** Classes of authentication contexts that stand for a second factor; what `require mfa` asks for, and takes. */
export const MFA_CLASSES: readonly string[] = [
  'https://refeds.org/profile/mfa',
  'http://schemas.microsoft.com/claims/multipleauthn',
  'urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract',
  'urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorUnregistered',
]

/** What the sign-in says of itself, under the names that OpenID has for it. */
export function signedClaims({ nameId, authenticated, contextClass }: Asserted): Readonly<Record<string, unknown>> {
  return {
    sub: nameId.value,
    auth_time: authenticated / 1000,
    ...(contextClass !== null && { acr: contextClass }),
    ...(contextClass !== null && MFA_CLASSES.includes(contextClass) && { amr: ['mfa'] }),
  }
}

/**
 * Attributes by their names, and those of the configuration under the names of their claims. One value is a text, several are a
 * list.
 */
export function attributeClaims({ attributes }: Asserted, config: SamlConfig): Readonly<Record<string, unknown>> {
  const claims = new Map<string, unknown>()
  for (const [name, values] of attributes) if (!RESERVED.has(name)) claims.set(name, oneOrAll(values))
  for (const { claim, attribute, list } of config.attributes) {
    const values = attributes.get(attribute) ?? []
    if (list) claims.set(claim, values)
    else if (values.length > 0) claims.set(claim, oneOrAll(values))
    // Whatever bears the name of the claim is not what the configuration means by it.
    else claims.delete(claim)
  }
  return Object.fromEntries(claims)
}

function oneOrAll(values: readonly string[]): string | readonly string[] {
  const [one, ...others] = values
  return one !== undefined && others.length === 0 ? one : values
}
