import type { File } from '../../language/index.ts'

const WIDTH = 110

/**
 * The tree of a file as text: `(Kind field: value …)`, on one line where it fits, else a field a line. Places are left out, and so is what is
 * not there: null, false and empty lists. A name is written as it is, a text in quotes.
 */
export function printTree({ imports, declarations }: File): string {
  return `${[...imports, ...declarations].map((node) => printed(node, '')).join('\n')}\n`
}

type Fields = Readonly<Record<string, unknown>>

function printed(value: unknown, indent: string): string {
  if (Array.isArray(value))
    return laidOut(
      '[',
      value.map((element) => [null, element] as const),
      ']',
      indent,
    )
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const { kind, span: _, ...fields } = value as Fields
  if (kind === 'Name') return String(fields.text)
  if (kind === 'Text') return JSON.stringify(fields.value)
  const said = Object.entries(fields).filter(([, field]) => isSaid(field))
  return laidOut(kind === undefined ? '(' : `(${kind}`, said, ')', indent)
}

function isSaid(field: unknown): boolean {
  return field !== null && field !== false && !(Array.isArray(field) && field.length === 0)
}

function laidOut(open: string, parts: readonly (readonly [string | null, unknown])[], close: string, indent: string): string {
  const written = (inside: string) => parts.map(([name, part]) => `${name === null ? '' : `${name}: `}${printed(part, inside)}`)
  const space = open.length > 1 && parts.length > 0 ? ' ' : ''
  const line = `${open}${space}${written(indent).join(' ')}${close}`
  if (!line.includes('\n') && indent.length + line.length <= WIDTH) return line
  const inside = `${indent}  `
  return `${open}${written(inside)
    .map((part) => `\n${inside}${part}`)
    .join('')}${close}`
}
