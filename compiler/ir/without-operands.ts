import type { Operand } from './expression.ts'

/**
 * Returns the operands of a chain without those that `drop` selects. If a dropped operand guarded another one, its guards become
 * guards of the latter, and so do the operands that imply the dropped one (`follows`).
 */
export function withoutOperands(
  operands: readonly Operand[],
  drop: (operand: Operand, at: number) => boolean,
  follows: (at: number) => readonly number[] = () => [],
): readonly Operand[] {
  const kept: Operand[] = []
  /** The replacements of each old position: itself, or its guards. */
  const now: (readonly number[])[] = []
  for (const [at, operand] of operands.entries()) {
    const mapped = (some: readonly number[]) =>
      some.length === 0 ? some : [...new Set(some.flatMap((guard) => now[guard] ?? []))].sort((a, b) => a - b)
    const guards = mapped(operand.guards)
    if (drop(operand, at)) {
      now.push(mapped([...operand.guards, ...follows(at)]))
    } else {
      now.push([kept.length])
      kept.push({ ...operand, guards })
    }
  }
  return kept
}
