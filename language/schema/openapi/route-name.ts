import { reservedWords } from '../../syntax/tokens.ts'

/**
 * Returns the name of an operation's route: its `operationId`, with each run of characters that a name cannot have as one `_`
 * (`list-orders` becomes `list_orders`). An operation without one is named by its method and path: `get_orders_id`.
 *
 * @param id the `operationId`, or null
 * @param template the path template, whose parameters count as words
 */
export function routeName(id: string | null, method: string, template: string): string {
  const words = nameIn(id ?? '') || nameIn(`${method.toLowerCase()} ${template.replace(/\{([^}:]*)[^}]*\}/g, '$1')}`)
  return reservedWords.has(words) ? `${words}_` : words
}

/** Characters of an id that become a name. */
const MOST = 200

function nameIn(text: string): string {
  if (/^(?!__)[A-Za-z_][A-Za-z0-9_]*$/.test(text)) return text
  const name = text
    .slice(0, MOST)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .join('_')
  return /^\d/.test(name) ? `_${name}` : name
}
