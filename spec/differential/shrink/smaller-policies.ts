import { type Expression, parse, type Span } from '../../../language/index.ts'
import { childrenOf, isExpression, type SyntaxNode } from '../../../language/syntax/children.ts'
import type { PolicyText } from '../generate/policy.ts'

interface Cut {
  readonly start: number
  readonly end: number
  readonly by: string
}

/** The policy without one thing of all that is in it, or with a part of it in its place; the largest cuts first. Not all of them check. */
export function* smallerPolicies(files: PolicyText): Generator<PolicyText> {
  const cuts = Object.entries(files).flatMap(([name, text]) => (name.endsWith('.iap') ? cutsIn(name, text) : []))
  const gain = ({ cut: { start, end, by } }: (typeof cuts)[number]) => end - start - by.length
  for (const { name, cut } of cuts.sort((a, b) => gain(b) - gain(a))) {
    const text = files[name] as string
    yield { ...files, [name]: text.slice(0, cut.start) + cut.by + text.slice(cut.end) }
  }
  for (const name of Object.keys(files)) if (name !== 'policy.iap') yield without(files, name)
}

function without(files: PolicyText, name: string): PolicyText {
  return Object.fromEntries(Object.entries(files).filter(([other]) => other !== name))
}

function cutsIn(name: string, text: string): { readonly name: string; readonly cut: Cut }[] {
  const found = new Map<string, Cut>()
  const cut = (start: number, end: number, by = ''): void => {
    if (by.length < end - start) found.set(`${start} ${end} ${by}`, { start, end, by })
  }
  const pending: SyntaxNode[] = [parse({ name, text }).result]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    pending.push(...childrenOf(node))
    if (node.kind === 'File') continue
    for (const [start, end] of removals(node.span, text)) cut(start, end)
    if (node.kind.endsWith('Target')) cut(node.span.start, node.span.end, '*')
    if (!isExpression(node)) continue
    for (const by of ['true', '1', '"a"']) cut(node.span.start, node.span.end, by)
    for (const part of partsOf(node)) cut(node.span.start, node.span.end, `(${text.slice(part.span.start, part.span.end)})`)
  }
  return [...found.values()].map((one) => ({ name, cut: one }))
}

/** A node alone; with a comma beside it; with the word that stands before it. */
function removals({ start, end }: Span, text: string): readonly (readonly [number, number])[] {
  const after = /^\s*,\s*/.exec(text.slice(end))?.[0].length ?? 0
  const before = /\s*,\s*$/.exec(text.slice(0, start))?.[0].length ?? 0
  const word = /\s+\w+\s*$/.exec(text.slice(Math.max(0, start - 20), start))?.[0].length ?? 0
  return [
    [start, end],
    [start, end + after],
    [start - before, end],
    [start - word, end],
  ]
}

function partsOf(expression: Expression): readonly Expression[] {
  return childrenOf(expression).filter(isExpression)
}
