import {
  type Cell,
  type CellVerdict,
  type Matrix,
  type MatrixColumn,
  matrix,
  type Residual,
} from '../../../analysis/matrix/index.ts'
import { interpret } from '../../../interpreter/index.ts'
import type { Model } from '../../../language/index.ts'
import type { EvalRequest } from '../../../runtime/abi/index.ts'
import { everyRequest } from '../proofs/every-request.ts'
import { type SmallPolicy, smallPolicy } from '../proofs/small-policy.ts'
import { readPolicy } from '../read-policy.ts'
import { isInColumn } from './columns-of-requests.ts'

export interface ComparedMatrix {
  readonly verdicts: Readonly<Record<CellVerdict, number>>
  /** How many conditions were read back as a policy, and decided every request as the first one. */
  readonly readBack: number
  /** How many conditions no policy may say: something is read there that is sure to be there only since what was left out said so. */
  readonly unsaid: number
  readonly different: readonly string[]
}

/** The matrix of a policy of which every request can be asked, beside what these say. */
export function compareMatrixWithEvery(seed: number): ComparedMatrix {
  const { policy, model } = checkedPolicy(seed)
  const isIn = isInColumn(model)
  const requests = [...everyRequest(policy)].map((request) => {
    const { effect, errors } = interpret(model, request)
    return { request, permitted: effect === 'permit', errs: errors.length > 0 }
  })
  const verdicts = { always: 0, never: 0, if: 0, may: 0 }
  const different: string[] = []
  let [readBack, unsaid] = [0, 0]
  const { columns, rows } = matrixOf(model)
  for (const [at, column] of columns.entries()) {
    const cell = rows[0]?.cells[at] as Cell
    const own = requests.filter(({ request }) => isIn(request, column))
    const found = { yes: own.some(({ permitted }) => permitted), no: own.some(({ permitted }) => !permitted) }
    verdicts[cell.verdict]++
    const say = (what: string) =>
      different.push(`seed ${seed}: ${column.identity} ${column.role}: ${what}\n${JSON.stringify(cell)}\n${policy.text}`)
    const expected = found.yes && found.no ? 'if' : found.yes ? 'always' : 'never'
    // Of what is worked out, few values stand for all.
    if (cell.verdict !== expected && !(policy.wild && (cell.verdict === 'may' || cell.verdict === 'if')))
      say(`${cell.verdict}, and requests say ${expected}`)
    if (cell.nobody !== (own.length === 0) && !policy.wild) say(`nobody: ${cell.nobody}, of ${own.length} requests`)
    if (cell.verdict !== 'if' && cell.verdict !== 'may') continue
    const said = readPolicy({ 'policy.iap': policyOf(policy, cell, column) })
    if (!('model' in said)) {
      unsaid++
      continue
    }
    readBack++
    // Where a clause errs, what is guarded by it is not asked; with `to` in place of the guard, it is.
    const wrong = own.find(({ request, permitted, errs }) => !errs && permits(said.model, request) !== permitted)
    if (wrong !== undefined) say(`what it says is not so of ${JSON.stringify(wrong)}:\n${policyOf(policy, cell, column)}`)
  }
  return { verdicts, readBack, unsaid, different }
}

export function matrixOf(model: Model): Matrix {
  return matrix({ model, interpret: (part, request) => ({ ...interpret(part, request), revision: '' }) })
}

function permits(model: Model, request: EvalRequest): boolean {
  return interpret(model, request).effect === 'permit'
}

/** Of some with that seed the first that has no errors. */
function checkedPolicy(seed: number): { readonly policy: SmallPolicy; readonly model: Model } {
  for (let attempt = 0; attempt < 100; attempt++) {
    const policy = smallPolicy(100 * seed + attempt)
    const read = readPolicy({ 'policy.iap': policy.text })
    if ('model' in read) return { policy, model: read.model }
  }
  throw new Error(`none of the policies of seed ${seed} is without errors`)
}

/** What a cell says, as rules of the same policy. */
function policyOf({ text }: SmallPolicy, { permits: some, forbids }: Cell, { identity }: MatrixColumn): string {
  const declarations = text.slice(0, text.indexOf('\n}\n', text.indexOf('service s at')) + 3)
  const to = identity ?? 'anonymous'
  const rule = (effect: string, { rule: name, clauses }: Residual) =>
    `${effect} ${name} on s.get ${clauses.some((clause) => clause.startsWith('to ')) ? '' : `to ${to}`}\n  ${clauses.join('\n  ')}\n`
  return declarations + some.map((one) => rule('permit', one)).join('') + forbids.map((one) => rule('forbid', one)).join('')
}
