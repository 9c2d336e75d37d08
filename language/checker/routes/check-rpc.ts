import { badRpc } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import type { Text } from '../../syntax/ast.ts'
import type { Segment } from '../model.ts'

const NAME = '[A-Za-z_][A-Za-z0-9_]*'
const OPERATION = new RegExp(`^(${NAME}(?:\\.${NAME})*)/(${NAME})$`)

/**
 * Returns the path of `"shop.Orders/Read"` in gRPC over HTTP/2 (gRPC's protocol, Request-Headers, Path); null if a mistake was
 * reported.
 */
export function checkRpc(text: Text, diagnostics: Diagnostic[]): { template: string; segments: readonly Segment[] } | null {
  const [, service, method] = OPERATION.exec(text.value) ?? []
  if (service === undefined || method === undefined) {
    diagnostics.push(report(badRpc, text.span, { text: text.value }))
    return null
  }
  const segments = [service, method].map((one): Segment => ({ kind: 'literal', text: one }))
  return { template: `/${text.value}`, segments }
}
