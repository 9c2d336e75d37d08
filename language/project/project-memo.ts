/**
 * The results that one check of a project keeps for the next, so that an edit costs only what it changes. The outcome is the same
 * as without it:
 *
 * - a tree depends on its text (`KeptTrees`);
 * - a document depends on its text;
 * - `check-memo.ts` keeps checked rules and their context.
 *
 * A model is valid until the next check with the same memo.
 */

import { CheckMemo } from '../checker/check-memo.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { parse } from '../parse.ts'
import type { Document } from '../schema/document.ts'
import type { Source } from '../source.ts'
import type { File } from '../syntax/ast.ts'

export class ProjectMemo {
  readonly trees = new KeptTrees()
  readonly check = new CheckMemo()
  /** The documents that the previous check read, by name. */
  documents: ReadonlyMap<string, Document | null> = new Map()
}

interface ParsedFile {
  readonly result: File
  readonly diagnostics: readonly Diagnostic[]
}

/** Parsed files, kept while their texts are unchanged. */
class KeptTrees {
  /** The latest tree of each file. */
  readonly #last = new Map<string, ParsedFile>()

  parse(source: Source): ParsedFile {
    const { name, text } = source
    const last = this.#last.get(name)
    if (last?.result.span.source.text === text) return last
    const parsed = parse(source)
    const kept = last === undefined ? parsed : withLeading(last, parsed)
    this.#last.set(name, kept)
    return kept
  }

  /** Removes the trees of all files but those with the given names. */
  keepOnly(names: ReadonlyMap<string, unknown>): void {
    for (const name of this.#last.keys()) if (!names.has(name)) this.#last.delete(name)
  }
}

/**
 * Reuses the trees of declarations before the first change and the first mistake, after which the parser may read the same text
 * differently. Their spans refer to the old text, which is identical so far.
 */
function withLeading({ result: { span, declarations }, diagnostics }: ParsedFile, after: ParsedFile): ParsedFile {
  const mistakes = [...diagnostics, ...after.diagnostics].map((one) => one.span.start)
  const same = Math.min(commonLines(span.source.text, after.result.span.source.text), ...mistakes)
  const changed = after.result.declarations.findIndex((declaration, at) => {
    const { kind, span: place } = declaration
    const known = declarations[at]
    return known?.kind !== kind || known.span.start !== place.start || known.span.end !== place.end || place.end > same
  })
  if (changed === 0) return after
  const leading = changed < 0 ? after.result.declarations.length : changed
  const kept = [...declarations.slice(0, leading), ...after.result.declarations.slice(leading)]
  return { ...after, result: { ...after.result, declarations: kept } }
}

/** Returns the length of the common leading lines. */
function commonLines(one: string, other: string): number {
  let end = 0
  for (let at = 0; at < one.length && one[at] === other[at]; at += 1) if (one[at] === '\n') end = at
  return end
}
