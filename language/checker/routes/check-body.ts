import { importDocument } from '../../schema/import-schema.ts'
import type { BodyNode, File } from '../../syntax/ast.ts'
import { refuseHierarchy } from '../definitions/hierarchy.ts'
import type { RouteBody } from '../model.ts'
import { UNKNOWN } from '../types/type.ts'
import type { RouteWorld } from './route-world.ts'

/** Returns a route's declared body. The body's type is `unknown` if a mistake was reported. */
export function checkBody(node: BodyNode, file: File, { resolver, documents, diagnostics }: RouteWorld): RouteBody {
  if (node.kind === 'TypedBody') {
    const type = resolver.typeOf(node.type, file)
    return { type: refuseHierarchy(type, node.type.span, diagnostics), schema: null }
  }
  const document = documents.named(file, node.from)
  const body = document === null ? null : importDocument(document, diagnostics)
  return body ?? { type: UNKNOWN, schema: null }
}
