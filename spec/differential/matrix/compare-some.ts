import { matrix } from '../../../analysis/matrix/index.ts'
import { interpret } from '../../../interpreter/index.ts'
import type { Model } from '../../../language/index.ts'
import type { EvalRequest } from '../../../runtime/abi/index.ts'
import { fitsSchemaOf } from '../generate/documents.ts'
import { generatePolicy } from '../generate/policy.ts'
import { Random } from '../generate/random.ts'
import { RequestGenerator } from '../generate/request.ts'
import { readPolicy } from '../read-policy.ts'
import { isInColumn } from './columns-of-requests.ts'

export interface Asked {
  /** Answers that a cell could have been wrong about. */
  readonly answers: number
  readonly different: readonly string[]
}

/** The matrix of a policy of all that the language has, beside so many requests aimed at it. */
export function compareMatrixWithSome(seed: number, requests: number): Asked | null {
  const read = readPolicy(generatePolicy(seed))
  if (!('model' in read)) return null
  const { model } = read
  const ask = askOf(model)
  const { columns, rows } = matrix({ model, interpret: (part, request) => ask(part, request) })
  const isIn = isInColumn(model)
  const generator = new RequestGenerator(model, new Random(seed ^ 0x5eed))
  const different: string[] = []
  let answers = 0
  for (let at = 0; at < requests; at++) {
    const request = generator.request()
    const { effect, route, reason } = ask(model, request)
    // What is refused before it is decided, and what lacks data, is not what a cell is about.
    if (effect === 'reject' || route === null || reason === 'data') continue
    const row = rows.find((one) => one.route.name === route)
    for (const [place, column] of columns.entries()) {
      const verdict = row?.cells[place]?.verdict
      if ((verdict !== 'always' && verdict !== 'never') || !isIn(request, column)) continue
      answers++
      if ((effect === 'permit') !== (verdict === 'always'))
        different.push(
          `seed ${seed}: ${route} is ${verdict} for ${column.identity} ${column.role}, and ${effect}: ${JSON.stringify(request)}`,
        )
    }
  }
  return { answers, different }
}

function askOf(model: Model): (part: Model, request: EvalRequest) => ReturnType<typeof interpret> & { revision: string } {
  const fitsSchema = fitsSchemaOf(model)
  return (part, request) => ({ ...interpret(part, request, { fitsSchema }), revision: '' })
}
