const WIDTH = 120

/** Returns a table. `|` in a cell is escaped, and a line break becomes a space. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `|${cells.map((cell) => ` ${cellOf(cell)}`.trimEnd()).join(' |')} |`
  return [line(head), `| ${head.map(() => '---').join(' | ')} |`, ...rows.map(line)].join('\n')
}

function cellOf(text: string): string {
  return withUrls(text)
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')
    .trim()
}

/** Makes code of URLs, most of which are examples that lead nowhere. */
function withUrls(text: string): string {
  return text.replaceAll(/`[^`]*`|(?:git\+)?https?:\/\/[^\s`)]*[^\s`).,;:]/g, (found) =>
    found.startsWith('`') ? found : `\`${found}\``,
  )
}

/** Breaks a paragraph at spaces outside of code into lines of at most 120 characters. */
export function wrap(paragraph: string): string {
  const lines: string[] = []
  for (const word of withUrls(paragraph).match(/(?:`[^`]*`|[^\s`])+/g) ?? []) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.join('\n')
}
