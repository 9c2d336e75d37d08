import type { Model, Test } from '../../language/checker/model.ts'
import type { WrittenTest } from '../../runtime/abi/index.ts'
import { testRequest } from './test-request.ts'

/** Converts a test to the bundle's format: asking its request and comparing by `isExpected` runs it. */
export function writtenTest(model: Model, test: Test): WrittenTest {
  const { effect, by, status, headers, limit, shadow } = test.expect
  return { name: test.name, request: testRequest(model, test), expect: { effect, by, status, headers, limit, shadow } }
}
