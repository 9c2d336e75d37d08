import type { MatrixColumn } from '../../../analysis/matrix/index.ts'
import { interpret } from '../../../interpreter/index.ts'
import type { Model, Role, Rule } from '../../../language/index.ts'
import type { EvalRequest } from '../../../runtime/abi/index.ts'
import { fitsSchemaOf } from '../generate/documents.ts'

/** Whether a request is by a caller of a column: whoever has a role is permitted by a policy that says nothing else. */
export function isInColumn(model: Model): (request: EvalRequest, column: MatrixColumn) => boolean {
  const alone = new Map(model.roles.map((role) => [role.name, { ...model, rules: [ruleFor(role, model)], invariants: [] }]))
  const fitsSchema = fitsSchemaOf(model)
  return (request, { identity, role }) => {
    if ((request.caller?.identity ?? null) !== identity) return false
    return role === null || interpret(alone.get(role) as Model, request, { fitsSchema }).effect === 'permit'
  }
}

function ruleFor(role: Role, { routes }: Model): Rule {
  return {
    name: 'has',
    shadow: false,
    effect: 'permit',
    routes,
    to: [{ kind: 'role', role }],
    conditions: [],
    requires: [],
    limit: null,
    headers: [],
    because: null,
    personal: false,
    reads: { headers: [], data: role.data, body: false, query: false, mtls: false },
    doc: null,
    declaration: null as unknown as Rule['declaration'],
  }
}
