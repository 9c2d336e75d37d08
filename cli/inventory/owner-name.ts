/** Names that already have a meaning wherever a service is named. */
const TAKEN = new Set([
  ...['in', 'as', 'import', 'true', 'false', 'null', 'mfa', 'acr', 'auth'],
  ...['anyone', 'anonymous', 'authenticated', 'default'],
])

/**
 * Converts a text to a name that is valid in the policy language: letters, digits and `_`, not beginning with a digit.
 *
 * @param otherwise the name if nothing remains, and the prefix if the name is reserved or begins with a digit
 */
export function nameOf(text: string, otherwise: string): string {
  const name = text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60)
  if (name === '') return otherwise
  return /^\d/.test(name) || TAKEN.has(name) ? `${otherwise}_${name}` : name
}

/** Derives a service's name from the service's host: `orders` from `orders.shop.example`, `files` from `*.files.example`. */
export function nameAtHost(host: string): string {
  if (/^[\d.]+$/.test(host)) return nameOf(host, 'service')
  const [first = '', second = ''] = host.split('.')
  return nameOf(first === '*' || first === 'www' ? second : first, 'service').toLowerCase()
}

/** Returns the given name, with a number appended if it is taken. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  for (let at = 1; ; at++) {
    const made = at === 1 ? name : `${name}_${at}`
    if (!isTaken(made)) return made
  }
}
