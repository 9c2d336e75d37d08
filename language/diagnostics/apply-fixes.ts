import type { Diagnostic, Fix } from './diagnostic.ts'

export interface FixedTexts {
  /** The changed texts by source name. */
  readonly texts: ReadonlyMap<string, string>
  /** The diagnostics whose fix was applied. */
  readonly applied: readonly Diagnostic[]
}

/**
 * Applies the first fix of every diagnostic that has no placeholders: all edits of the fix or none. A fix that conflicts with an
 * earlier one is left for the next round.
 *
 * @param allowed returns whether the text of this name may be changed
 */
export function applyFixes(diagnostics: readonly Diagnostic[], allowed: (name: string) => boolean): FixedTexts {
  const edits = new Map<string, Edit[]>()
  const applied: Diagnostic[] = []
  for (const diagnostic of diagnostics) {
    const fix = diagnostic.fixes.find(({ hasPlaceholders }) => hasPlaceholders !== true)
    if (fix === undefined || !fix.edits.every(({ span }) => allowed(span.source.name))) continue
    if (fix.edits.some((edit) => (edits.get(edit.span.source.name) ?? []).some((other) => collide(edit, other)))) continue
    for (const edit of fix.edits) {
      const { name } = edit.span.source
      edits.set(name, [...(edits.get(name) ?? []), edit])
    }
    applied.push(diagnostic)
  }
  return { texts: new Map([...edits].map(([name, list]) => [name, edited(list)])), applied }
}

type Edit = Fix['edits'][number]

/** Two insertions at one place also conflict, as their order would be arbitrary. */
function collide(a: Edit, b: Edit): boolean {
  if (a.span.start === b.span.start) return true
  return a.span.start < b.span.end && b.span.start < a.span.end
}

function edited(edits: readonly Edit[]): string {
  const sorted = [...edits].sort((a, b) => a.span.start - b.span.start)
  const text = sorted[0]?.span.source.text ?? ''
  const parts: string[] = []
  let end = 0
  for (const edit of sorted) {
    parts.push(text.slice(end, edit.span.start), edit.text)
    end = edit.span.end
  }
  return parts.join('') + text.slice(end)
}

/** The maximum number of rounds, as one fix may enable another. */
const ROUNDS = 10

export interface FixedProject {
  /** The changed texts by name. */
  readonly texts: ReadonlyMap<string, string>
  readonly applied: number
  /** The diagnostics of the changed texts. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Applies fixes and checks again, until no text changes. Reverts a round that adds errors, as a fix is a guess and may be wrong.
 *
 * @param look returns the project's diagnostics with these texts instead of the texts of its files
 */
export function fixProject(
  look: (changed: ReadonlyMap<string, string>) => readonly Diagnostic[],
  allowed: (name: string) => boolean,
): FixedProject {
  let texts: ReadonlyMap<string, string> = new Map()
  let diagnostics = look(texts)
  let applied = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const fixed = applyFixes(diagnostics, allowed)
    if (fixed.applied.length === 0) break
    const next = new Map([...texts, ...fixed.texts])
    const told = look(next)
    if (errorsOf(told) > errorsOf(diagnostics)) break
    applied += fixed.applied.length
    texts = next
    diagnostics = told
  }
  return { texts, applied, diagnostics }
}

function errorsOf(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ severity }) => severity === 'error').length
}
