/**
 * The grammar of a file, and the parser. Each method is a production, with the production above it; what it answers is
 * the tree of `ast.ts`. The classes below one another are chapters of one grammar: words, expressions, types, JSON, rules,
 * services, tests, and here the declarations. `recovery.ts` says how reading goes on after a mistake.
 */
import type { ParserMethod } from 'chevrotain'
import { unexpected } from '../../diagnostics/catalogue/syntax.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Source } from '../../source.ts'
import type {
  Declaration,
  Expression,
  Field,
  File,
  IdentityDeclaration,
  Import,
  LabelDeclaration,
  Name,
  RoleDeclaration,
  TypeDeclaration,
} from '../ast.ts'
import { isIdentifier } from '../beginnings.ts'
import { tokenize } from '../tokenize.ts'
import * as kinds from '../tokens.ts'
import { declarationWords } from './recovery.ts'
import { declarations, head } from './region.ts'
import { TestParser } from './tests.ts'

type Doc = string | null

export class Parser extends TestParser {
  constructor() {
    super()
    this.performSelfAnalysis()
  }

  parse(source: Source): { result: File; diagnostics: readonly Diagnostic[] } {
    this.begin(source, tokenize(source))
    const read = this.file()
    const brokenNames = [...this.brokenNames].sort()
    const span = { source, start: 0, end: source.text.length }
    const result: File = { kind: 'File', ...read, brokenNames, span }
    return { result, diagnostics: this.reported() }
  }

  /** File = { Import | Declaration } */
  private file: ParserMethod<[], Pick<File, 'imports' | 'declarations'>> = this.RULE('file', () => {
    const imports: Import[] = []
    const list: Declaration[] = []
    this.repeat(declarations, 'a declaration', declarationWords, () => {
      this.MANY(() => {
        this.attempt(declarations, () => {
          const read = this.OR([{ ALT: () => this.SUBRULE(this.import) }, { ALT: () => this.SUBRULE(this.declaration) }])
          this.ACTION(() => {
            if (read?.kind === 'Import') imports.push(read)
            else if (read !== null) list.push(read)
          })
        })
      })
    })
    return { imports, declarations: list }
  })

  /** Import = "import" "{" Name { "," Name } [ "," ] "}" "from" Text */
  private import: ParserMethod<[], Import | null> = this.RULE('import', () => {
    const start = this.mark()
    const names: Name[] = []
    const found = this.attempt(declarations, (): Import => {
      this.CONSUME(kinds.Import)
      this.CONSUME(kinds.OpenBrace)
      names.push(this.SUBRULE(this.name))
      this.MANY({
        GATE: () => this.LA(2).tokenType !== kinds.CloseBrace,
        DEF: () => {
          this.CONSUME(kinds.Comma)
          names.push(this.SUBRULE2(this.name))
        },
      })
      this.OPTION(() => this.CONSUME2(kinds.Comma))
      this.CONSUME(kinds.CloseBrace, { ERR_MSG: '`,` or `}`' })
      this.CONSUME(kinds.From)
      const from = this.SUBRULE(this.text)
      return { kind: 'Import', names, from, span: this.since(start) }
    })
    if (found === null) for (const name of names) this.breaks(name)
    return found
  })

  /** Declaration = { Annotation } ( Type | Identity | Role | Label | Service | Rule | Test ) */
  private declaration: ParserMethod<[], Declaration | null> = this.RULE('declaration', () => {
    const doc = this.docAt(this.mark())
    this.SUBRULE(this.annotations)
    return this.OR<Declaration | null>({
      ERR_MSG: 'a declaration',
      DEF: [
        { ALT: () => this.SUBRULE(this.typeDeclaration, { ARGS: [doc] }) },
        { ALT: () => this.SUBRULE(this.identity, { ARGS: [doc] }) },
        { ALT: () => this.SUBRULE(this.role, { ARGS: [doc] }) },
        { ALT: () => this.SUBRULE(this.label, { ARGS: [doc] }) },
        { ALT: () => this.SUBRULE(this.service, { ARGS: [doc] }) },
        { ALT: () => this.SUBRULE(this.rule, { ARGS: [doc] }) },
        { ALT: () => this.SUBRULE(this.test, { ARGS: [doc] }) },
        { ALT: () => this.SUBRULE(this.laterDeclaration) },
      ],
    })
  })

  /** TypeDeclaration = "type" Name "=" Type */
  private typeDeclaration: ParserMethod<[Doc], TypeDeclaration | null> = this.RULE('typeDeclaration', (doc) =>
    this.declared('a declaration', (known): TypeDeclaration => {
      const start = this.mark()
      this.CONSUME(kinds.Type)
      const name = known(this.SUBRULE(this.name))
      this.CONSUME(kinds.Assign)
      const type = this.SUBRULE(this.type)
      return { kind: 'TypeDeclaration', name, type, doc, span: this.since(start) }
    }),
  )

  /** Identity = "identity" Name "via" Names [ Fields ] */
  private identity: ParserMethod<[Doc], IdentityDeclaration | null> = this.RULE('identity', (doc): IdentityDeclaration | null => {
    const start = this.mark()
    let known: Name | null = null
    const read = this.attempt(head, () => {
      this.CONSUME(kinds.Identity)
      const name = this.SUBRULE(this.name)
      known = name
      this.CONSUME(kinds.Via)
      const methods = this.SUBRULE(this.names)
      this.ACTION(() => this.checkEnds('`{` or a declaration', kinds.OpenBrace))
      return { name, methods }
    })
    const claims = this.attempt(declarations, () => {
      let found: readonly Field[] = []
      this.OPTION(() => {
        found = this.SUBRULE(this.claims)
      })
      return found
    })
    if (read !== null && claims !== null) return { kind: 'IdentityDeclaration', ...read, claims, doc, span: this.since(start) }
    this.breaks(known)
    return null
  })

  /** Claims = Fields      (always open, so `...` is not written) */
  private claims: ParserMethod<[], readonly Field[]> = this.RULE('claims', () => {
    const { fields, ellipsis } = this.SUBRULE(this.fields)
    this.ACTION(() => {
      if (ellipsis === null) return
      const params = { expected: 'a claim or `}`', found: '`...`', suggestion: null }
      this.report(unexpected, this.spanOf(ellipsis), params)
    })
    return fields
  })

  /** Role = "role" Name "of" Names [ "when" Condition ] */
  private role: ParserMethod<[Doc], RoleDeclaration | null> = this.RULE('role', (doc) =>
    this.declared('an operator or a declaration', (known): RoleDeclaration => {
      const start = this.mark()
      this.CONSUME(kinds.Role)
      const name = known(this.SUBRULE(this.name))
      this.CONSUME(kinds.Of)
      const of = this.SUBRULE(this.names)
      let when: Expression | null = null
      this.OPTION(() => {
        this.CONSUME(kinds.When)
        when = this.SUBRULE(this.condition)
      })
      return { kind: 'RoleDeclaration', name, of, when, doc, span: this.since(start) }
    }),
  )

  /** Label = "label" Name */
  private label: ParserMethod<[Doc], LabelDeclaration> = this.RULE('label', (doc): LabelDeclaration => {
    const start = this.mark()
    this.CONSUME(kinds.Label)
    const name = this.SUBRULE(this.name)
    return { kind: 'LabelDeclaration', name, doc, span: this.since(start) }
  })

  /** `data …`, `def …`, `invariant …`, `shadow …`: their names are known, the rest is read over. */
  private laterDeclaration: ParserMethod<[], null> = this.RULE('laterDeclaration', () => {
    const keyword = this.CONSUME(kinds.LaterDeclaration)
    this.ACTION(() => {
      this.reportLater(keyword)
      if (this.sees(kinds.Permit) || this.sees(kinds.Forbid)) this.SKIP_TOKEN()
      if (isIdentifier(this.LA(1).tokenType)) this.brokenNames.add(this.LA(1).image)
      this.skip(declarations)
    })
    return null
  })
}
