import type { TextRead } from './page-files.ts'

/**
 * Validates CSS for inlining in pages. The style must load nothing, must not end its `style` element (HTML, 13.1.2.6), and must
 * match its hash in the Content Security Policy (CSP 3, section 8.4).
 */
export function readStyle(text: string): TextRead<string> {
  const style = text.replace(/\r\n?/g, '\n')
  for (const { pattern, message } of REFUSED) {
    const at = style.search(pattern)
    if (at >= 0) return { ok: false, problems: [{ ...placeOf(style, at), message }] }
  }
  return { ok: true, value: style }
}

const REFUSED: readonly { readonly pattern: RegExp; readonly message: string }[] = [
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a page cannot hold
  { pattern: /[\u0000-\u0008\u000b-\u001f\u007f]/, message: 'pages must not contain control characters: remove this one' },
  { pattern: /<\//, message: '`</` is not allowed, because it could end the style sheet' },
  {
    pattern: /@import|url\s*\(|src\s*\(|image-set\s*\(/i,
    message: '`@import` and `url()` are not allowed, because pages load nothing',
  },
]

function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}
