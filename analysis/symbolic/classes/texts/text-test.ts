/** What a condition asks of a text, beside a constant. */
export type TextTest = BeginningTest | PartTest | PatternTest

/** It is settled by what a text begins with. `before`: less than the constant, by code points. */
export interface BeginningTest {
  readonly kind: 'equals' | 'starts' | 'before'
  readonly text: string
}

export interface PartTest {
  readonly kind: 'ends' | 'contains'
  readonly text: string
}

/** Whether some part of it matches a pattern in RE2's syntax. */
export interface PatternTest {
  readonly kind: 'matches'
  readonly pattern: string
}

/** One that is the same for equal tests. */
export function keyOfTest(test: TextTest): string {
  return `${test.kind}:${test.kind === 'matches' ? test.pattern : test.text}`
}
