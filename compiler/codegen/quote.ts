/** Characters that need no escape: printable ASCII except quote and backslash, and Latin letters. */
const PLAIN = /^[\x20-\x26\x28-\x5b\x5d-\x7e\xa1-\xac\xae-\u024f]*$/

/**
 * Returns a text in single quotes. Escapes all but `PLAIN`: quotes, backslashes, control and format characters, line separators,
 * lone surrogates; and a `<` that could begin or end something in an HTML page.
 */
import { withoutForbiddenWords } from '../../runtime/abi/forbidden-word.ts'
export function quote(text: string): string {
  if (PLAIN.test(text) && !text.includes('<')) return withoutForbiddenWords(`'${text}'`)
  const escaped = Array.from({ length: text.length }, (_, at) => escapeUnit(text, at)).join('')
  return withoutForbiddenWords(`'${escaped}'`)
}

function escapeUnit(text: string, at: number): string {
  const unit = text[at] ?? ''
  if (unit === "'" || unit === '\\') return `\\${unit}`
  if (unit === '\n') return '\\n'
  if (unit === '<' && /[/!]/.test(text[at + 1] ?? '')) return '\\x3c'
  if (PLAIN.test(unit)) return unit
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
