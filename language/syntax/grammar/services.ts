/** Services and their routes. */
import type { ParserMethod } from 'chevrotain'
import { methodCase, notInThisVersion } from '../../diagnostics/catalogue/syntax.ts'
import type { Name, RouteDeclaration, ServiceDeclaration, Text } from '../ast.ts'
import { asKeyword } from '../beginnings.ts'
import * as kinds from '../tokens.ts'
import { head, type Region, routes } from './region.ts'
import { RuleParser } from './rules.ts'

interface ServiceHead {
  readonly name: Name
  readonly hosts: readonly Text[]
  readonly labels: readonly Name[]
}

function orLabels(region: Region): Region {
  return {
    ends: region.ends,
    resumes: (token, round) => (asKeyword(token) === kinds.Is && round.open === 0) || region.resumes(token, round),
  }
}

/** An HTTP method as RFC 9110 section 9.1 has it, of those that a policy can name. */
const methodToken = /^[A-Z]+(?:-[A-Z]+)*$/

export class ServiceParser extends RuleParser {
  /** Service = "service" Name "at" Texts [ "is" Names ] "{" { Route } "}" */
  protected service: ParserMethod<[string | null], ServiceDeclaration | null> = this.RULE(
    'service',
    (doc): ServiceDeclaration | null => {
      const start = this.mark()
      let name: Name | null = null
      const found = this.attempt(head, (): ServiceHead => {
        this.CONSUME(kinds.Service)
        const read = this.SUBRULE(this.name)
        name = read
        this.CONSUME(kinds.At)
        const hosts = this.SUBRULE(this.texts)
        const labels = this.SUBRULE(this.labels)
        return { name: read, hosts, labels }
      })
      if (found !== null) this.attempt(head, () => this.ACTION(() => this.checkOpens()))
      const list: RouteDeclaration[] = []
      this.attempt(head, () => {
        if (this.RECORDING_PHASE || this.sees(kinds.OpenBrace)) this.SUBRULE(this.routes, { ARGS: [list, name] })
      })
      if (found !== null) return { kind: 'ServiceDeclaration', ...found, routes: list, doc, span: this.since(start) }
      this.ACTION(() => this.breaks(name))
      return null
    },
  )

  private routes: ParserMethod<[RouteDeclaration[], Name | null], void> = this.RULE('routes', (list, service) => {
    this.CONSUME(kinds.OpenBrace)
    const region = routes(this.insideDepth())
    this.repeat(region, '`route` or `}`', ['route'], () => {
      this.MANY(() => {
        const route = this.SUBRULE(this.route, { ARGS: [region, service] })
        this.ACTION(() => {
          if (route !== null) list.push(route)
        })
      })
    })
    this.CONSUME(kinds.CloseBrace)
  })

  /** Route = "route" Name Methods Text [ "is" Names ] */
  private route: ParserMethod<[Region, Name | null], RouteDeclaration | null> = this.RULE('route', (region, service) => {
    const start = this.mark()
    const doc = this.docAt(start)
    let name: Name | null = null
    const found = this.attempt(region, (): RouteDeclaration => {
      this.SUBRULE(this.annotations)
      const keyword = this.OR([{ ALT: () => this.CONSUME(kinds.Route) }, { ALT: () => this.CONSUME(kinds.Rpc) }])
      const read = this.SUBRULE(this.name)
      name = read
      this.ACTION(() => {
        if (keyword.image === 'rpc') this.refuseLater(keyword)
      })
      const written = this.SUBRULE(this.methods)
      const template = this.SUBRULE(this.text)
      this.MANY(() => this.SUBRULE(this.laterRouteClause, { ARGS: [region] }))
      const labels = this.SUBRULE(this.labels)
      const methods = this.ACTION(() => written.map((method) => this.checkMethod(method)))
      return { kind: 'RouteDeclaration', name: read, methods, template, labels, doc, span: this.since(start) }
    })
    if (found === null && name !== null && service !== null) this.brokenNames.add(`${service.text}.${(name as Name).text}`)
    return found
  })

  /** Methods = Method { "," Method } */
  private methods: ParserMethod<[], (Name | Text)[]> = this.RULE('methods', () => {
    const methods: (Name | Text)[] = []
    this.AT_LEAST_ONE_SEP({ SEP: kinds.Comma, DEF: () => methods.push(this.SUBRULE(this.method)), ERR_MSG: 'a method' })
    return methods
  })

  /** Method = Name | Text      (upper-case; what is not letters alone is quoted: `checkMethod`) */
  protected method: ParserMethod<[], Name | Text> = this.RULE('method', () => {
    this.ACTION(() => {
      if (/^["']\//.test(this.LA(1).image)) this.expected('a method')
    })
    return this.OR<Name | Text>({
      ERR_MSG: 'a method',
      DEF: [{ ALT: () => this.SUBRULE(this.name) }, { ALT: () => this.SUBRULE(this.text) }],
    })
  })

  /** Texts = Text { "," Text } */
  private texts: ParserMethod<[], Text[]> = this.RULE('texts', () => {
    const texts: Text[] = []
    this.AT_LEAST_ONE_SEP({ SEP: kinds.Comma, DEF: () => texts.push(this.SUBRULE(this.text)), ERR_MSG: 'a quoted text' })
    return texts
  })

  private labels: ParserMethod<[], Name[]> = this.RULE('labels', () => {
    let labels: Name[] = []
    this.OPTION(() => {
      this.CONSUME(kinds.Is)
      labels = this.SUBRULE(this.names)
    })
    return labels
  })

  /** `@was("old")`, `@deprecated("text")`: read over. */
  protected annotations: ParserMethod<[], void> = this.RULE('annotations', () => {
    this.MANY(() => {
      const sign = this.CONSUME(kinds.AtSign)
      const name = this.SUBRULE(this.name)
      this.OPTION(() => {
        this.CONSUME(kinds.OpenParen)
        this.OPTION2(() => this.SUBRULE(this.text))
        this.CONSUME(kinds.CloseParen)
      })
      this.ACTION(() =>
        this.report(notInThisVersion, { ...this.spanOf(sign), end: name.span.end }, { construct: `\`@${name.text}\`` }),
      )
    })
  })

  /** `query { … }` and `body T`: read over. */
  private laterRouteClause: ParserMethod<[Region], void> = this.RULE('laterRouteClause', (region) => {
    const keyword = this.OR([{ ALT: () => this.CONSUME(kinds.Query) }, { ALT: () => this.CONSUME(kinds.Body) }])
    this.ACTION(() => {
      this.reportLater(keyword)
      this.skip(orLabels(region))
    })
  })

  /** Apart from the head, so that what stands in the way of the body does not break the service. */
  private checkOpens(): void {
    if (!this.sees(kinds.OpenBrace)) this.expected('`{`')
  }

  /** Upper-case, as methods are; read so if it is not. */
  protected checkMethod(method: Name | Text): Name | Text {
    const text = method.kind === 'Name' ? method.text : method.value
    if (method.kind === 'Name' ? /^[A-Z]+$/.test(text) : methodToken.test(text)) return method
    const upper = text.toUpperCase()
    const fitting = /^[A-Z]+$/.test(upper) ? upper : `"${upper.replaceAll('_', '-')}"`
    this.report(methodCase, method.span, { method: text, upper: fitting })
    return { kind: 'Text', value: upper, span: method.span }
  }
}
