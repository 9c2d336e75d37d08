import type { Operand } from './expression.ts'

/**
 * Removes operands. Operands that they guarded are then guarded by their guards, and by the operands from which they follow
 * (`follows`).
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
