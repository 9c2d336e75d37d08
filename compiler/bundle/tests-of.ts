import type { Model } from '../../language/index.ts'
import { MOST_TEST_BYTES, MOST_TESTS_BYTES } from '../../runtime/abi/index.ts'
import { writtenTest } from '../testing/index.ts'
import { exactJson } from './exact-json.ts'

/** `tests.jsonl` (`spec/language/bundle.md`): the tests that there is room for, a line each, in the order of the model. */
export function testsOf(model: Model): { readonly text: string; readonly carried: number } {
  const lines: string[] = []
  let left = MOST_TESTS_BYTES
  for (const test of model.tests) {
    const line = `${exactJson(writtenTest(model, test))}\n`
    const bytes = Buffer.byteLength(line)
    if (bytes > MOST_TEST_BYTES || bytes > left) continue
    lines.push(line)
    left -= bytes
  }
  return { text: lines.join(''), carried: lines.length }
}
