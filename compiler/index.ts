export type { Compiled, JsonSchema } from './compiled.ts'
export type { TestResult } from './testing/test-result.ts'
