import { type Code, indent, joinCode, js } from '../code.ts'
import { emitFunction, LONG_FUNCTION } from '../function-scope.ts'
import { moduleName } from '../names.ts'

/**
 * Emits the function that evaluates the test of a table row by its number. It becomes several functions if V8 would not optimize
 * a single one.
 */
export function emitHolds(cases: readonly Code[]): readonly Code[] {
  const chunks = chunksOf(cases)
  if (chunks.length < 2) return [emitFunction(js`test$holds`, PARAMETERS, choosing(cases))]
  const functions: Code[] = []
  const calls: Code[] = []
  let next = 0
  for (const [at, chunk] of chunks.entries()) {
    const name = moduleName('test', 'holds', at + 1)
    functions.push(emitFunction(name, PARAMETERS, choosing(chunk)))
    next += chunk.length
    const call = js`return ${name}(${PARAMETERS})`
    calls.push(at === chunks.length - 1 ? call : js`if (test.ask < ${next}) ${call}`)
  }
  return [...functions, emitFunction(js`test$holds`, PARAMETERS, calls)]
}

const PARAMETERS = js`test, facts, request`

function choosing(cases: readonly Code[]): readonly Code[] {
  const choice = js`switch (test.ask) {
${indent(joinCode(cases, '\n'))}
}`
  return [...(cases.length === 0 ? [] : [choice]), js`return abi.absent()`]
}

function chunksOf(cases: readonly Code[]): readonly (readonly Code[])[] {
  const chunks: Code[][] = []
  let length = Number.POSITIVE_INFINITY
  for (const one of cases) {
    if (length + one.length > LONG_FUNCTION) {
      chunks.push([])
      length = 0
    }
    length += one.length
    chunks.at(-1)?.push(one)
  }
  return chunks
}
