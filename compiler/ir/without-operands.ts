import type { Operand } from './expression.ts'

/**
 * The operands without some; guards that go hand on their own guards, and those of which `follows` says that what they test
 * follows from them.
 */
export function withoutOperands(
  operands: readonly Operand[],
  drop: (operand: Operand, at: number) => boolean,
  follows: (at: number) => readonly number[] = () => [],
): readonly Operand[] {
  const kept: Operand[] = []
  /** What each old position is now: itself, or what guarded it. */
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
