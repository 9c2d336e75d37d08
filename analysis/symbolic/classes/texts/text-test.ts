/** A test of a text against a constant. */
export type TextTest = BeginningTest | PartTest | PatternTest

/** A test that a prefix decides. `before`: the text is less than the constant, by code points. */
export interface BeginningTest {
  readonly kind: 'equals' | 'starts' | 'before'
  readonly text: string
}

export interface PartTest {
  readonly kind: 'ends' | 'contains'
  readonly text: string
}

/** Whether an RE2 pattern matches a part. */
export interface PatternTest {
  readonly kind: 'matches'
  readonly pattern: string
}

/** Returns a key that is equal for equal tests. */
export function keyOfTest(test: TextTest): string {
  return `${test.kind}:${test.kind === 'matches' ? test.pattern : test.text}`
}
