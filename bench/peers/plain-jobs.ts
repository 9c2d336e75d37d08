import type { Jobs } from './job.ts'
import type { PlainQuestion, PlainRule } from './plain-policy.ts'
import { writeCedar } from './write-cedar.ts'
import { writeRego, writeRegoData } from './write-rego.ts'

export function plainJobs(rules: readonly PlainRule[], questions: readonly PlainQuestion[]): Jobs {
  return {
    cedar: writeCedar(rules, questions),
    rego: writeRego(rules, questions),
    regoData: writeRegoData(rules, questions),
    plain: { rules, questions },
  }
}
