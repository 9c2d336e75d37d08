/** Services and their routes. */
import type { ParserMethod } from 'chevrotain'
import { methodCase } from '../../diagnostics/catalogue/syntax.ts'
import { renameTo } from '../../diagnostics/report.ts'
import type { BodyNode, Field, Name, OperationDeclaration, RouteDeclaration, ServiceDeclaration, Text } from '../ast.ts'
import { asKeyword, type LaidToken } from '../synchronization-tokens.ts'
import * as kinds from '../tokens.ts'
import { InvariantParser } from './invariants.ts'
import { beginsRoute, head, type Region, routes } from './recovery/region.ts'
import { kept, type Prelude } from './words.ts'

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

export class ServiceParser extends InvariantParser {
  /** Service = "service" Name "at" Texts [ "from" "openapi" Text ] Labels Routes */
  protected service: ParserMethod<[Prelude], ServiceDeclaration | null> = this.RULE('service', (prelude) => {
    let name: Name | null = null
    const found = this.attempt(head, (): ServiceHead => {
      this.CONSUME(kinds.Service)
      const read = this.SUBRULE(this.name)
      name = read
      this.CONSUME(kinds.At)
      const hosts = this.SUBRULE(this.texts)
      let openapi: Text | null = null
      this.OPTION(() => {
        this.CONSUME(kinds.From)
        this.CONSUME(kinds.Openapi)
        openapi = this.SUBRULE(this.text)
      })
      const labels = this.SUBRULE(this.labels)
      return { name: read, hosts, openapi, labels }
    })
    const opens = found !== null && this.attempt(head, () => this.ACTION(() => this.checkOpens()))
    // A broken head may have said so.
    const openapi = opens === null || found === null || found.openapi !== null
    const inside: Inside = { service: name, openapi, routes: [], operations: [], name: null }
    this.attempt(head, () => {
      if (this.RECORDING_PHASE || this.opens()) this.SUBRULE(this.routes, { ARGS: [inside] })
    })
    return this.ACTION((): ServiceDeclaration | null => {
      const { start, doc, annotations } = prelude
      const { routes, operations } = inside
      if (found !== null) {
        return { kind: 'ServiceDeclaration', ...found, routes, operations, doc, annotations, span: this.since(start) }
      }
      this.breaks(name)
      return null
    })
  })

  /** Routes = "{" { RouteOrOperation } "}" */
  private routes: ParserMethod<[Inside], void> = this.RULE('routes', (inside) => {
    const openapi = this.ACTION(() => inside.openapi)
    const opened = this.open(beginsRoute)
    const region = routes(opened.depth, openapi)
    const what = openapi ? '`route`, an operation or `}`' : '`route` or `}`'
    const read = () =>
      this.MANY({
        GATE: () => this.beginsInside(openapi),
        DEF: () => this.SUBRULE(this.routeOrOperation, { ARGS: [region, inside] }),
      })
    this.repeat(region, what, ['route', 'rpc'], read, (skipped) => {
      // A skipped template was a route's.
      if (skipped.some(({ image }) => /^["']\//.test(image))) this.breaksRoute(inside.service, null)
    })
    this.close(opened)
  })

  /** RouteOrOperation = Annotations ( Route | Rpc | Operation )      (operations in a service from OpenAPI alone) */
  private routeOrOperation: ParserMethod<[Region, Inside], void> = this.RULE('routeOrOperation', (region, inside) => {
    this.ACTION(() => {
      inside.name = null
    })
    const whole = this.attempt(region, () => {
      const prelude = this.SUBRULE(this.prelude)
      this.OR({
        // By the word alone: a wrong name is reported at the name.
        MAX_LOOKAHEAD: 1,
        IGNORE_AMBIGUITIES: true,
        ERR_MSG: '`route`',
        DEF: [
          {
            GATE: () => this.beginsOperation(inside.openapi),
            ALT: () => this.SUBRULE(this.operation, { ARGS: [prelude, inside] }),
          },
          { ALT: () => this.SUBRULE(this.route, { ARGS: [prelude, inside] }) },
          { ALT: () => this.SUBRULE(this.rpc, { ARGS: [prelude, inside] }) },
        ],
      })
      return true
    })
    this.ACTION(() => {
      if (whole === null) this.breaksRoute(inside.service, inside.name)
    })
  })

  /** Records a broken route of a service; without a name it may be any. */
  private breaksRoute(service: Name | null, name: Name | null): void {
    if (service !== null) this.brokenNames.add(`${service.text}.${name?.text ?? ''}`)
  }

  /** Route = "route" Name Methods Text [ Query ] [ Body ] Labels */
  private route: ParserMethod<[Prelude, Inside], void> = this.RULE('route', (prelude, inside) => {
    this.CONSUME(kinds.Route)
    const name = this.plainName() ?? this.SUBRULE(this.name)
    this.ACTION(() => {
      inside.name = name
    })
    const written = this.SUBRULE(this.methods)
    const template = this.SUBRULE(this.text)
    let query: readonly Field[] | null = null
    this.OPTION(() => {
      query = this.SUBRULE(this.query)
    })
    let body: BodyNode | null = null
    this.OPTION2(() => {
      body = this.SUBRULE(this.body)
    })
    const labels = this.SUBRULE(this.labels)
    this.ACTION(() => {
      const { start, doc, annotations } = prelude
      const methods = written.map((method) => this.checkMethod(method))
      const read = { name, rpc: false, methods, template, query, body, labels }
      inside.routes.push({ kind: 'RouteDeclaration', ...read, doc, annotations, span: this.since(start) })
    })
  })

  /** Rpc = "rpc" Name Text Labels */
  private rpc: ParserMethod<[Prelude, Inside], void> = this.RULE('rpc', (prelude, inside) => {
    this.CONSUME(kinds.Rpc)
    const name = this.SUBRULE(this.name)
    this.ACTION(() => {
      inside.name = name
    })
    const template = this.SUBRULE(this.text)
    const labels = this.SUBRULE(this.labels)
    this.ACTION(() => {
      const { start, doc, annotations } = prelude
      const read = { name, rpc: true, methods: [], template, query: null, body: null, labels }
      inside.routes.push({ kind: 'RouteDeclaration', ...read, doc, annotations, span: this.since(start) })
    })
  })

  /** Operation = Name "is" Names */
  private operation: ParserMethod<[Prelude, Inside], void> = this.RULE('operation', (prelude, inside) => {
    const name = this.SUBRULE(this.name)
    this.ACTION(() => {
      inside.name = name
    })
    this.CONSUME(kinds.Is)
    this.ACTION(() => {
      // The operation on the next line.
      if ((this.LA(1) as LaidToken).first && asKeyword(this.LA(2)) === kinds.Is) this.expected('a label')
    })
    const labels = this.SUBRULE(this.names)
    this.ACTION(() => {
      const { start, doc, annotations } = prelude
      inside.operations.push({ kind: 'OperationDeclaration', name, labels, doc, annotations, span: this.since(start) })
    })
  })

  private beginsInside(openapi: boolean): boolean {
    return this.sees(kinds.Route) || this.sees(kinds.Rpc) || this.sees(kinds.AtSign) || this.beginsOperation(openapi)
  }

  /** Whether an operation begins: `x is y`, or `route is y` unless a route named `is` begins. */
  private beginsOperation(openapi: boolean): boolean {
    return openapi && asKeyword(this.LA(2)) === kinds.Is && this.LA(4).tokenType !== kinds.Text
  }

  /** Query = "query" Fields      (always open, so `...` is not written) */
  private query: ParserMethod<[], readonly Field[]> = this.RULE('query', () => {
    this.CONSUME(kinds.Query)
    return this.SUBRULE(this.openFields)
  })

  /** Body = "body" ( "schema" Text | Type ) */
  private body: ParserMethod<[], BodyNode> = this.RULE('body', (): BodyNode => {
    const start = this.mark()
    this.CONSUME(kinds.Body)
    return this.OR<BodyNode>({
      ERR_MSG: 'a type or `schema`',
      IGNORE_AMBIGUITIES: true,
      DEF: [
        {
          GATE: () => this.LA(2).tokenType === kinds.Text || this.LA(2).tokenType === kinds.OpenText,
          ALT: () => {
            this.CONSUME(kinds.Schema)
            return { kind: 'SchemaBody', from: this.SUBRULE(this.text), span: this.since(start) }
          },
        },
        { ALT: () => ({ kind: 'TypedBody', type: this.SUBRULE(this.type), span: this.since(start) }) },
      ],
    })
  })

  /** Methods = Method { "," Method } */
  private methods: ParserMethod<[], readonly (Name | Text)[]> = this.RULE('methods', () => {
    const methods: (Name | Text)[] = []
    this.AT_LEAST_ONE_SEP({ SEP: kinds.Comma, DEF: () => methods.push(this.SUBRULE(this.method)), ERR_MSG: 'a method' })
    return kept(methods)
  })

  /** Method = Name | Text      (upper-case; what is not letters alone is quoted: `checkMethod`) */
  protected method: ParserMethod<[], Name | Text> = this.RULE('method', () => {
    this.ACTION(() => {
      if (/^["']\//.test(this.LA(1).image)) this.expected('a method')
    })
    return this.OR<Name | Text>({
      ERR_MSG: 'a method',
      DEF: [{ ALT: () => this.plainName() ?? this.SUBRULE(this.name) }, { ALT: () => this.SUBRULE(this.text) }],
    })
  })

  /** Labels = [ "is" Names ] */
  private labels: ParserMethod<[], readonly Name[]> = this.RULE('labels', () => {
    let labels: readonly Name[] = kept([])
    this.OPTION(() => {
      this.CONSUME(kinds.Is)
      labels = this.SUBRULE(this.names)
    })
    return labels
  })

  private opens(): boolean {
    return this.sees(kinds.OpenBrace) || beginsRoute(this.LA(1) as LaidToken)
  }

  /** Separate from the head, so that something before the body does not break the service. */
  private checkOpens(): void {
    if (!this.opens()) this.expected('`{`')
  }

  /** Returns the method in upper case; reports another spelling. */
  protected checkMethod(method: Name | Text): Name | Text {
    const text = method.kind === 'Name' ? method.text : method.value
    if (method.kind === 'Name' ? /^[A-Z]+$/.test(text) : methodToken.test(text)) return method
    const parts = text.toUpperCase().match(/[A-Z]+/g) ?? ['GET']
    const value = parts.join('-')
    const fitting = parts.length === 1 ? value : `"${value}"`
    this.report(methodCase, method.span, { method: text, upper: fitting }, [], renameTo(fitting, method.span))
    return { kind: 'Text', value, span: method.span }
  }
}
