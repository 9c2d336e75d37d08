import { childrenOf, type File, type SyntaxNode } from '../../language/index.ts'

/** Returns the nodes that contain an offset, the outermost first: the file, a declaration, and so on. An end counts as inside. */
export function nodesAt(file: File, offset: number): readonly SyntaxNode[] {
  const path: SyntaxNode[] = []
  let next: SyntaxNode | undefined = file
  while (next !== undefined) {
    path.push(next)
    const within: SyntaxNode[] = childrenOf(next).filter(({ span }) => span.start <= offset && offset <= span.end)
    // At the end of one node and the beginning of the next, the text that follows counts.
    next = within.find(({ span }) => span.start === offset) ?? within.at(-1)
  }
  return path
}
