/** A test of a text against a constant. */
export type TextTest = BeginningTest | PartTest | PatternTest

/** A test that is decided by a prefix of the text. `before`: the text is less than the constant, by code points. */
export interface BeginningTest {
  readonly kind: 'equals' | 'starts' | 'before'
  readonly text: string
}

export interface PartTest {
  readonly kind: 'ends' | 'contains'
  readonly text: string
}

/** A test whether an RE2 pattern matches some part of a text. */
export interface PatternTest {
  readonly kind: 'matches'
  readonly pattern: string
}

/** Returns a string key for a test of a text; equal tests have equal keys. */
export function keyOfTest(test: TextTest): string {
  return `${test.kind}:${test.kind === 'matches' ? test.pattern : test.text}`
}
