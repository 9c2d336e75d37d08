import {
  type Cursor,
  type CursorToken,
  type Declaration,
  type Expression,
  type File,
  isExpression,
  PLACEHOLDER,
  type Probed,
  parse,
  type SyntaxNode,
} from '../../language/index.ts'
import { nodesAt } from '../text/nodes-at.ts'
import type { PolicyFile } from '../workspace/workspace.ts'

/** A cursor in the tree of its declaration, in which a placeholder stands for what is being written. */
export interface PlacedCursor {
  readonly declaration: Declaration
  /** The nodes round the placeholder, the outermost first. */
  readonly path: readonly SyntaxNode[]
  /** The innermost expression. */
  readonly expression: Expression
  readonly probed: Probed
}

/** Returns the place of a cursor in an expression; null if what is written round it is no expression. */
export function placeCursor({ project, file }: PolicyFile, cursor: Cursor): PlacedCursor | null {
  for (const text of attempts(cursor)) {
    const tree: File = parse({ name: file.span.source.name, text }).result
    const path = nodesAt(tree, cursor.textBefore.length)
    const [, declaration] = path as readonly [SyntaxNode, Declaration?]
    const expression = path.findLast(isExpression)
    if (declaration === undefined || expression === undefined || !hasPlaceholder(expression)) continue
    return { declaration, path, expression, probed: project.facts.probe(declaration, file) }
  }
  return null
}

function hasPlaceholder({ span: { source, start, end } }: Expression): boolean {
  return source.text.slice(start, end).includes(PLACEHOLDER)
}

/** Returns texts of the declaration with the placeholder: as written, with brackets closed, without what follows, with routes. */
function* attempts(cursor: Cursor): Iterable<string> {
  const { textBefore, textAfter, quoted, quote, before, after, replaced } = cursor
  const filled = textBefore + PLACEHOLDER + (quoted === 'open' ? quote : '')
  const next = after.find(({ begins }) => begins)
  const rest = next === undefined ? '' : `\n  ${textAfter.slice(next.span.start - replaced.end)}`
  const closed = filled + (quoted === 'closed' ? quote : '') + closingOf(before)
  const needsRoutes = before.some(({ begins, text }) => begins && HAVE_ROUTES.has(text))
  for (const text of [filled + textAfter, closed + rest, closed]) {
    yield text
    // Rules and invariants without routes are not in the tree.
    if (needsRoutes) yield `${text}\n  on *`
  }
}

const HAVE_ROUTES: ReadonlySet<string> = new Set(['permit', 'forbid', 'invariant'])

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/** Returns the brackets that close those open before the cursor. */
function closingOf(before: readonly CursorToken[]): string {
  const open: string[] = []
  for (const { kind, text } of before) {
    if (kind !== 'other') continue
    const closing = CLOSING[text]
    if (closing !== undefined) open.push(closing)
    else if (text === open.at(-1)) open.pop()
  }
  return open.reverse().join('')
}
