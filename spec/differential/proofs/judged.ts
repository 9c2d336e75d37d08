import { judgeInvariants } from '../../../analysis/index.ts'
import { checkProject } from '../../../language/index.ts'
import { askInterpreter } from './ask.ts'

/** What is told of each invariant of a policy, in a form that can be carried from one engine to another. */
export function judged(text: string): readonly object[] {
  const { result: model } = checkProject({ read: (name) => (name === 'policy.iap' ? text : null) }, ['policy.iap'])
  if (model === null) throw new Error('the policy does not check')
  return judgeInvariants(model, askInterpreter(model)).map(({ name, verdict, requests, witness, why }) => ({
    ...{ name, verdict, requests, witness },
    why: why.map(({ text: said, span }) => ({ text: said, span })),
  }))
}
