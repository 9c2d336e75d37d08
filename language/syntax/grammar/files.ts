/** Files and their declarations. */
import type { ParserMethod } from 'chevrotain'
import type {
  DataDeclaration,
  Declaration,
  DefDeclaration,
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
import * as kinds from '../tokens.ts'
import { declarationWords } from './recovery/recovering-parser.ts'
import { declarations, head, isField } from './recovery/region.ts'
import { TestParser } from './tests.ts'
import type { Prelude } from './words.ts'

type Params = DefDeclaration['params']

export class FileParser extends TestParser {
  /** File = { Import | Declaration } */
  protected file: ParserMethod<[], Pick<File, 'imports' | 'declarations'>> = this.RULE('file', () => {
    const imports: Import[] = []
    const list: Declaration[] = []
    this.repeat(declarations, 'a declaration', declarationWords, () => {
      this.MANY(() => {
        this.ACTION(() => this.beginDeclaration())
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
    const index = this.index()
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
    if (found === null) {
      for (const name of names) this.breaks(name)
      this.loses(index)
    }
    return found
  })

  /** Declaration = Annotations ( TypeDeclaration | Identity | Role | Label | Data | Def | Service | Rule | Invariant | Test ) */
  private declaration: ParserMethod<[], Declaration | null> = this.RULE('declaration', () => {
    const prelude = this.SUBRULE(this.prelude)
    return this.OR<Declaration | null>({
      ERR_MSG: 'a declaration',
      DEF: [
        { ALT: () => this.SUBRULE(this.typeDeclaration, { ARGS: [prelude] }) },
        { ALT: () => this.SUBRULE(this.identity, { ARGS: [prelude] }) },
        { ALT: () => this.SUBRULE(this.role, { ARGS: [prelude] }) },
        { ALT: () => this.SUBRULE(this.label, { ARGS: [prelude] }) },
        { ALT: () => this.SUBRULE(this.datum, { ARGS: [prelude] }) },
        { ALT: () => this.SUBRULE(this.def, { ARGS: [prelude] }) },
        { ALT: () => this.SUBRULE(this.service, { ARGS: [prelude] }) },
        { ALT: () => this.SUBRULE(this.rule, { ARGS: [prelude] }) },
        { ALT: () => this.SUBRULE(this.invariant, { ARGS: [prelude] }) },
        { ALT: () => this.SUBRULE(this.test, { ARGS: [prelude] }) },
      ],
    })
  })

  /** TypeDeclaration = "type" Name "=" Type */
  private typeDeclaration: ParserMethod<[Prelude], TypeDeclaration | null> = this.RULE('typeDeclaration', (prelude) =>
    this.declared('a declaration', (known): TypeDeclaration => {
      this.CONSUME(kinds.Type)
      const name = known(this.SUBRULE(this.name))
      this.CONSUME(kinds.Assign)
      const type = this.SUBRULE(this.type)
      return this.ACTION(() => ({ kind: 'TypeDeclaration', name, type, ...this.declares(prelude) }))
    }),
  )

  /** Identity = "identity" Name "via" Names [ OpenFields ] */
  private identity: ParserMethod<[Prelude], IdentityDeclaration | null> = this.RULE('identity', (prelude) => {
    let known: Name | null = null
    const read = this.attempt(head, () => {
      this.CONSUME(kinds.Identity)
      const name = this.SUBRULE(this.name)
      known = name
      this.CONSUME(kinds.Via)
      const methods = this.SUBRULE(this.names)
      this.ACTION(() => {
        if (!this.seesInside(isField)) this.checkEnds('`{` or a declaration', kinds.OpenBrace)
      })
      return { name, methods }
    })
    const claims = this.attempt(declarations, () => {
      let found: readonly Field[] = []
      const claims = () => {
        found = this.SUBRULE(this.openFields)
      }
      if (this.RECORDING_PHASE) this.OPTION(claims)
      else if (this.sees(kinds.OpenBrace) || this.seesInside(isField)) claims()
      return found
    })
    return this.ACTION((): IdentityDeclaration | null => {
      if (read !== null && claims !== null) return { kind: 'IdentityDeclaration', ...read, claims, ...this.declares(prelude) }
      this.breaks(known)
      return null
    })
  })

  /** Role = "role" Name "of" Names [ "when" Condition ] */
  private role: ParserMethod<[Prelude], RoleDeclaration | null> = this.RULE('role', (prelude) =>
    this.declared('an operator or a declaration', (known): RoleDeclaration => {
      this.CONSUME(kinds.Role)
      const name = known(this.SUBRULE(this.name))
      this.CONSUME(kinds.Of)
      const of = this.SUBRULE(this.names)
      let when: Expression | null = null
      this.OPTION(() => {
        this.CONSUME(kinds.When)
        when = this.SUBRULE(this.condition)
      })
      return this.ACTION(() => ({ kind: 'RoleDeclaration', name, of, when, ...this.declares(prelude) }))
    }),
  )

  /** Label = "label" Name */
  private label: ParserMethod<[Prelude], LabelDeclaration> = this.RULE('label', (prelude) => {
    this.CONSUME(kinds.Label)
    const name = this.SUBRULE(this.name)
    return this.ACTION((): LabelDeclaration => ({ kind: 'LabelDeclaration', name, ...this.declares(prelude) }))
  })

  /** Datum = "data" Name ":" Type */
  private datum: ParserMethod<[Prelude], DataDeclaration | null> = this.RULE('datum', (prelude) =>
    this.declared('a declaration', (known): DataDeclaration => {
      this.CONSUME(kinds.Data)
      const name = known(this.SUBRULE(this.name))
      this.CONSUME(kinds.Colon)
      const type = this.SUBRULE(this.type)
      return this.ACTION(() => ({ kind: 'DataDeclaration', name, type, ...this.declares(prelude) }))
    }),
  )

  /** Def = "def" Name "(" [ Param { "," Param } [ "," ] ] ")" ":" Type "=" Condition */
  private def: ParserMethod<[Prelude], DefDeclaration | null> = this.RULE('def', (prelude) =>
    this.declared('an operator or a declaration', (known): DefDeclaration => {
      const params: Params[number][] = []
      this.CONSUME(kinds.Def)
      const name = known(this.SUBRULE(this.name))
      this.CONSUME(kinds.OpenParen)
      this.OPTION(() => {
        params.push(this.SUBRULE(this.param))
        this.MANY({
          GATE: () => this.LA(2).tokenType !== kinds.CloseParen,
          DEF: () => {
            this.CONSUME(kinds.Comma)
            params.push(this.SUBRULE2(this.param))
          },
        })
        this.OPTION2(() => this.CONSUME2(kinds.Comma))
      })
      this.CONSUME(kinds.CloseParen, { ERR_MSG: '`,` or `)`' })
      this.CONSUME(kinds.Colon)
      const result = this.SUBRULE(this.type)
      this.CONSUME(kinds.Assign)
      const body = this.SUBRULE(this.condition)
      return this.ACTION(() => ({ kind: 'DefDeclaration', name, params, result, body, ...this.declares(prelude) }))
    }),
  )

  /** Param = Name ":" Type */
  private param: ParserMethod<[], Params[number]> = this.RULE('param', () => {
    const name = this.SUBRULE(this.name)
    this.CONSUME(kinds.Colon)
    return { name, type: this.SUBRULE(this.type) }
  })

  /** A file that is a single expression, for harnesses and editors. */
  protected loneExpression: ParserMethod<[], Expression | null> = this.RULE('loneExpression', () =>
    this.attempt(declarations, () => {
      const expression = this.SUBRULE(this.condition)
      this.ACTION(() => {
        if (this.LA(1).tokenType.name !== 'EOF') this.expected('an operator or the end of the text')
      })
      return expression
    }),
  )

  /** Returns what every declaration has, and its span so far. */
  private declares({ start, doc, annotations }: Prelude) {
    return { doc, annotations, span: this.since(start) }
  }
}
