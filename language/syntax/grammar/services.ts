/**
 * Chapter: services and routes. A service with its hosts, routes, gRPC methods and operations from OpenAPI. Templates and hosts
 * are texts here; their own syntax is checked with the names.
 *
 * Implements `services-and-routes.md`, `rpc.md`, `queries.md`, `bodies.md`, `documents.md` of `spec/language/`.
 */
import { methodCase } from '../../diagnostics/catalogue/syntax.ts'
import { renameTo } from '../../diagnostics/report.ts'
import type { BodyNode, Field, Name, OperationDeclaration, RouteDeclaration, ServiceDeclaration, Text } from '../ast.ts'
import { asKeyword, type LaidToken } from '../synchronization-tokens.ts'
import * as kinds from '../tokens.ts'
import type { RecoveringParser } from './recovery/recovering-parser.ts'
import { beginsRoute, head, type Region, routes } from './recovery/region.ts'
import type { TypeProductions } from './types.ts'
import { kept, type Prelude, plainName, type WordProductions } from './words.ts'

type ServiceHead = Pick<ServiceDeclaration, 'name' | 'hosts' | 'openapi' | 'labels'>

/** The inside of a service, as read so far. */
interface Inside {
  /** The service, if its name was readable. */
  readonly service: Name | null
  readonly openapi: boolean
  readonly routes: RouteDeclaration[]
  readonly operations: OperationDeclaration[]
  /** The name of the current route or operation. */
  name: Name | null
}

/** The HTTP methods (RFC 9110, section 9.1) that a policy can name. */
const methodToken = /^[A-Z]+(?:-[A-Z]+)*$/

export type ServiceProductions = ReturnType<typeof defineServiceProductions>

export function defineServiceProductions(parser: RecoveringParser, words: WordProductions, types: TypeProductions) {
  const services = {
    /** Service = "service" Name "at" Texts [ "from" "openapi" Text ] Labels Routes */
    service: parser.RULE('service', (prelude: Prelude): ServiceDeclaration | null => {
      let name: Name | null = null
      const found = parser.attempt(head, (): ServiceHead => {
        parser.CONSUME(kinds.Service)
        const read = parser.SUBRULE(words.name)
        name = read
        parser.CONSUME(kinds.At)
        const hosts = parser.SUBRULE(words.texts)
        let openapi: Text | null = null
        parser.OPTION(() => {
          parser.CONSUME(kinds.From)
          parser.CONSUME(kinds.Openapi)
          openapi = parser.SUBRULE(words.text)
        })
        const labels = parser.SUBRULE(services.labels)
        return { name: read, hosts, openapi, labels }
      })
      const checked = found !== null && parser.attempt(head, () => parser.ACTION(() => checkOpens(parser)))
      // A broken head may have said so.
      const openapi = checked === null || found === null || found.openapi !== null
      const inside: Inside = { service: name, openapi, routes: [], operations: [], name: null }
      parser.attempt(head, () => {
        if (parser.RECORDING_PHASE || opens(parser)) parser.SUBRULE(services.routes, { ARGS: [inside] })
      })
      return parser.ACTION((): ServiceDeclaration | null => {
        const { start, doc, annotations } = prelude
        const { routes, operations } = inside
        if (found !== null) {
          return { kind: 'ServiceDeclaration', ...found, routes, operations, doc, annotations, span: parser.since(start) }
        }
        parser.unreadable.breaks(name)
        return null
      })
    }),

    /** Routes = "{" { RouteOrOperation } "}" */
    routes: parser.RULE('routes', (inside: Inside): void => {
      const openapi = parser.ACTION(() => inside.openapi)
      const opened = parser.open(beginsRoute)
      const region = routes(opened.depth, openapi)
      const what = openapi ? '`route`, an operation or `}`' : '`route` or `}`'
      const read = () =>
        parser.MANY({
          GATE: () => beginsInside(parser, openapi),
          DEF: () => parser.SUBRULE(services.routeOrOperation, { ARGS: [region, inside] }),
        })
      parser.repeat(region, what, ['route', 'rpc'], read, (skipped) => {
        // A skipped template was a route's.
        if (skipped.some(({ image }) => /^["']\//.test(image))) breaksRoute(parser, inside.service, null)
      })
      parser.close(opened)
    }),

    /** RouteOrOperation = Annotations ( Operation | Route | Rpc )      (operations in a service from OpenAPI alone) */
    routeOrOperation: parser.RULE('routeOrOperation', (region: Region, inside: Inside): void => {
      parser.ACTION(() => {
        inside.name = null
      })
      const whole = parser.attempt(region, () => {
        const prelude = parser.SUBRULE(words.annotations)
        parser.OR({
          // By the word alone: a wrong name is reported at the name.
          MAX_LOOKAHEAD: 1,
          IGNORE_AMBIGUITIES: true,
          ERR_MSG: '`route`',
          DEF: [
            {
              GATE: () => beginsOperation(parser, inside.openapi),
              ALT: () => parser.SUBRULE(services.operation, { ARGS: [prelude, inside] }),
            },
            { ALT: () => parser.SUBRULE(services.route, { ARGS: [prelude, inside] }) },
            { ALT: () => parser.SUBRULE(services.rpc, { ARGS: [prelude, inside] }) },
          ],
        })
        return true
      })
      parser.ACTION(() => {
        if (whole === null) breaksRoute(parser, inside.service, inside.name)
      })
    }),

    /** Route = "route" Name Methods Text [ Query ] [ Body ] Labels */
    route: parser.RULE('route', (prelude: Prelude, inside: Inside): void => {
      parser.CONSUME(kinds.Route)
      const name = plainName(parser) ?? parser.SUBRULE(words.name)
      parser.ACTION(() => {
        inside.name = name
      })
      const written = parser.SUBRULE(services.methods)
      const template = parser.SUBRULE(words.text)
      let query: readonly Field[] | null = null
      parser.OPTION(() => {
        query = parser.SUBRULE(services.query)
      })
      let body: BodyNode | null = null
      parser.OPTION2(() => {
        body = parser.SUBRULE(services.body)
      })
      const labels = parser.SUBRULE(services.labels)
      parser.ACTION(() => {
        const { start, doc, annotations } = prelude
        const methods = written.map((method) => checkMethod(parser, method))
        const read = { name, rpc: false, methods, template, query, body, labels }
        inside.routes.push({ kind: 'RouteDeclaration', ...read, doc, annotations, span: parser.since(start) })
      })
    }),

    /** Rpc = "rpc" Name Text Labels */
    rpc: parser.RULE('rpc', (prelude: Prelude, inside: Inside): void => {
      parser.CONSUME(kinds.Rpc)
      const name = parser.SUBRULE(words.name)
      parser.ACTION(() => {
        inside.name = name
      })
      const template = parser.SUBRULE(words.text)
      const labels = parser.SUBRULE(services.labels)
      parser.ACTION(() => {
        const { start, doc, annotations } = prelude
        const read = { name, rpc: true, methods: [], template, query: null, body: null, labels }
        inside.routes.push({ kind: 'RouteDeclaration', ...read, doc, annotations, span: parser.since(start) })
      })
    }),

    /** Operation = Name "is" Names */
    operation: parser.RULE('operation', (prelude: Prelude, inside: Inside): void => {
      const name = parser.SUBRULE(words.name)
      parser.ACTION(() => {
        inside.name = name
      })
      parser.CONSUME(kinds.Is)
      parser.ACTION(() => {
        // The operation on the next line.
        if ((parser.LA(1) as LaidToken).first && asKeyword(parser.LA(2)) === kinds.Is) parser.expected('a label')
      })
      const labels = parser.SUBRULE(words.names)
      parser.ACTION(() => {
        const { start, doc, annotations } = prelude
        inside.operations.push({ kind: 'OperationDeclaration', name, labels, doc, annotations, span: parser.since(start) })
      })
    }),

    /** Query = "query" OpenFields */
    query: parser.RULE('query', (): readonly Field[] => {
      parser.CONSUME(kinds.Query)
      return parser.SUBRULE(types.openFields)
    }),

    /** Body = "body" ( "schema" Text | Type ) */
    body: parser.RULE('body', (): BodyNode => {
      const start = parser.mark()
      parser.CONSUME(kinds.Body)
      return parser.OR<BodyNode>({
        ERR_MSG: 'a type or `schema`',
        IGNORE_AMBIGUITIES: true,
        DEF: [
          {
            GATE: () => parser.LA(2).tokenType === kinds.Text || parser.LA(2).tokenType === kinds.OpenText,
            ALT: () => {
              parser.CONSUME(kinds.Schema)
              return { kind: 'SchemaBody', from: parser.SUBRULE(words.text), span: parser.since(start) }
            },
          },
          { ALT: () => ({ kind: 'TypedBody', type: parser.SUBRULE(types.type), span: parser.since(start) }) },
        ],
      })
    }),

    /** Methods = Method { "," Method } */
    methods: parser.RULE('methods', (): readonly (Name | Text)[] => {
      const methods: (Name | Text)[] = []
      parser.AT_LEAST_ONE_SEP({ SEP: kinds.Comma, DEF: () => methods.push(parser.SUBRULE(services.method)), ERR_MSG: 'a method' })
      return kept(methods)
    }),

    /** Method = Name | Text      (upper-case; what is not letters alone is quoted: `checkMethod`) */
    method: parser.RULE('method', (): Name | Text => {
      parser.ACTION(() => {
        if (/^["']\//.test(parser.LA(1).image)) parser.expected('a method')
      })
      return parser.OR<Name | Text>({
        ERR_MSG: 'a method',
        DEF: [{ ALT: () => plainName(parser) ?? parser.SUBRULE(words.name) }, { ALT: () => parser.SUBRULE(words.text) }],
      })
    }),

    /** Labels = [ "is" Names ] */
    labels: parser.RULE('labels', (): readonly Name[] => {
      let labels: readonly Name[] = kept([])
      parser.OPTION(() => {
        parser.CONSUME(kinds.Is)
        labels = parser.SUBRULE(words.names)
      })
      return labels
    }),
  }
  return services
}

/** Records a broken route of a service; without a name it may be any. */
function breaksRoute(parser: RecoveringParser, service: Name | null, name: Name | null): void {
  if (service !== null) parser.unreadable.broken.add(`${service.text}.${name?.text ?? ''}`)
}

function beginsInside(parser: RecoveringParser, openapi: boolean): boolean {
  return parser.sees(kinds.Route) || parser.sees(kinds.Rpc) || parser.sees(kinds.AtSign) || beginsOperation(parser, openapi)
}

/** Whether an operation begins: `x is y`, or `route is y` unless a route named `is` begins. */
function beginsOperation(parser: RecoveringParser, openapi: boolean): boolean {
  return openapi && asKeyword(parser.LA(2)) === kinds.Is && parser.LA(4).tokenType !== kinds.Text
}

function opens(parser: RecoveringParser): boolean {
  return parser.sees(kinds.OpenBrace) || beginsRoute(parser.LA(1) as LaidToken)
}

/** Separate from the head, so that something before the body does not break the service. */
function checkOpens(parser: RecoveringParser): void {
  if (!opens(parser)) parser.expected('`{`')
}

/** Returns the method of a route in upper case; reports any other spelling. */
export function checkMethod(parser: RecoveringParser, method: Name | Text): Name | Text {
  const text = method.kind === 'Name' ? method.text : method.value
  if (method.kind === 'Name' ? /^[A-Z]+$/.test(text) : methodToken.test(text)) return method
  const parts = text.toUpperCase().match(/[A-Z]+/g) ?? ['GET']
  const value = parts.join('-')
  const fitting = parts.length === 1 ? value : `"${value}"`
  parser.report(methodCase, method.span, { method: text, upper: fitting }, [], renameTo(fitting, method.span))
  return { kind: 'Text', value, span: method.span }
}
