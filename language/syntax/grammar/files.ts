/**
 * Chapter: files. A file with its imports, and the declarations that have no chapter of their own: types, identities, roles,
 * labels, data and defs. It refers to every other declaration.
 *
 * Implements `imports-and-names.md`, `types.md`, `identities.md`, `roles.md`, `labels.md`, `data.md`, `defs.md` of
 * `spec/language/`.
 */
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
import type { ExpressionProductions } from './expressions.ts'
import type { InvariantProductions } from './invariants.ts'
import { declarationWords, type RecoveringParser } from './recovery/recovering-parser.ts'
import { declarations, head, isField } from './recovery/region.ts'
import type { RuleProductions } from './rules.ts'
import type { ServiceProductions } from './services.ts'
import type { TestProductions } from './tests.ts'
import type { TypeProductions } from './types.ts'
import type { Prelude, WordProductions } from './words.ts'

type Params = DefDeclaration['params']

interface Chapters {
  readonly words: WordProductions
  readonly types: TypeProductions
  readonly expressions: ExpressionProductions
  readonly rules: RuleProductions
  readonly invariants: InvariantProductions
  readonly services: ServiceProductions
  readonly tests: TestProductions
}

export function defineFileProductions(
  parser: RecoveringParser,
  { words, types, expressions, rules, invariants, services, tests }: Chapters,
) {
  const files = {
    /** File = { Import | Declaration } */
    file: parser.RULE('file', (): Pick<File, 'imports' | 'declarations'> => {
      const imports: Import[] = []
      const list: Declaration[] = []
      parser.repeat(declarations, 'a declaration', declarationWords, () => {
        parser.MANY(() => {
          parser.ACTION(() => parser.beginDeclaration())
          parser.attempt(declarations, () => {
            const read = parser.OR([
              { ALT: () => parser.SUBRULE(files.import) },
              { ALT: () => parser.SUBRULE(files.declaration) },
            ])
            parser.ACTION(() => {
              if (read?.kind === 'Import') imports.push(read)
              else if (read !== null) list.push(read)
            })
          })
        })
      })
      return { imports, declarations: list }
    }),

    /** Import = "import" "{" Name { "," Name } [ "," ] "}" "from" Text */
    import: parser.RULE('import', (): Import | null => {
      const start = parser.mark()
      const index = parser.index()
      const names: Name[] = []
      const found = parser.attempt(declarations, (): Import => {
        parser.CONSUME(kinds.Import)
        parser.CONSUME(kinds.OpenBrace)
        names.push(parser.SUBRULE(words.name))
        parser.MANY({
          GATE: () => parser.LA(2).tokenType !== kinds.CloseBrace,
          DEF: () => {
            parser.CONSUME(kinds.Comma)
            names.push(parser.SUBRULE2(words.name))
          },
        })
        parser.OPTION(() => parser.CONSUME2(kinds.Comma))
        parser.CONSUME(kinds.CloseBrace, { ERR_MSG: '`,` or `}`' })
        parser.CONSUME(kinds.From)
        const from = parser.SUBRULE(words.text)
        return { kind: 'Import', names, from, span: parser.since(start) }
      })
      if (found === null) {
        for (const name of names) parser.unreadable.breaks(name)
        parser.loses(index)
      }
      return found
    }),

    /**
     * Declaration = Annotations
     *               ( TypeDeclaration | Identity | Role | Label | Datum | Def | Service | Rule | Invariant | Fixture | Test )
     */
    declaration: parser.RULE('declaration', (): Declaration | null => {
      const prelude = parser.SUBRULE(words.annotations)
      return parser.OR<Declaration | null>({
        ERR_MSG: 'a declaration',
        DEF: [
          { ALT: () => parser.SUBRULE(files.typeDeclaration, { ARGS: [prelude] }) },
          { ALT: () => parser.SUBRULE(files.identity, { ARGS: [prelude] }) },
          { ALT: () => parser.SUBRULE(files.role, { ARGS: [prelude] }) },
          { ALT: () => parser.SUBRULE(files.label, { ARGS: [prelude] }) },
          { ALT: () => parser.SUBRULE(files.datum, { ARGS: [prelude] }) },
          { ALT: () => parser.SUBRULE(files.def, { ARGS: [prelude] }) },
          { ALT: () => parser.SUBRULE(services.service, { ARGS: [prelude] }) },
          { ALT: () => parser.SUBRULE(rules.rule, { ARGS: [prelude] }) },
          { ALT: () => parser.SUBRULE(invariants.invariant, { ARGS: [prelude] }) },
          { ALT: () => parser.SUBRULE(tests.fixture, { ARGS: [prelude] }) },
          { ALT: () => parser.SUBRULE(tests.test, { ARGS: [prelude] }) },
        ],
      })
    }),

    /** TypeDeclaration = "type" Name "=" Type */
    typeDeclaration: parser.RULE('typeDeclaration', (prelude: Prelude): TypeDeclaration | null =>
      parser.declared('a declaration', (known): TypeDeclaration => {
        parser.CONSUME(kinds.Type)
        const name = known(parser.SUBRULE(words.name))
        parser.CONSUME(kinds.Assign)
        const type = parser.SUBRULE(types.type)
        return parser.ACTION(() => ({ kind: 'TypeDeclaration', name, type, ...declares(parser, prelude) }))
      }),
    ),

    /** Identity = "identity" Name "via" Names [ OpenFields ] */
    identity: parser.RULE('identity', (prelude: Prelude): IdentityDeclaration | null => {
      let known: Name | null = null
      const read = parser.attempt(head, () => {
        parser.CONSUME(kinds.Identity)
        const name = parser.SUBRULE(words.name)
        known = name
        parser.CONSUME(kinds.Via)
        const methods = parser.SUBRULE(words.names)
        parser.ACTION(() => {
          if (!parser.seesInside(isField)) parser.checkEnds('`{` or a declaration', kinds.OpenBrace)
        })
        return { name, methods }
      })
      const claims = parser.attempt(declarations, () => {
        let found: readonly Field[] = []
        const claims = () => {
          found = parser.SUBRULE(types.openFields)
        }
        if (parser.RECORDING_PHASE) parser.OPTION(claims)
        else if (parser.sees(kinds.OpenBrace) || parser.seesInside(isField)) claims()
        return found
      })
      return parser.ACTION((): IdentityDeclaration | null => {
        if (read !== null && claims !== null)
          return { kind: 'IdentityDeclaration', ...read, claims, ...declares(parser, prelude) }
        parser.unreadable.breaks(known)
        return null
      })
    }),

    /** Role = "role" Name "of" Names [ "when" Condition ] */
    role: parser.RULE('role', (prelude: Prelude): RoleDeclaration | null =>
      parser.declared('an operator or a declaration', (known): RoleDeclaration => {
        parser.CONSUME(kinds.Role)
        const name = known(parser.SUBRULE(words.name))
        parser.CONSUME(kinds.Of)
        const of = parser.SUBRULE(words.names)
        let when: Expression | null = null
        parser.OPTION(() => {
          parser.CONSUME(kinds.When)
          when = parser.SUBRULE(expressions.condition)
        })
        return parser.ACTION(() => ({ kind: 'RoleDeclaration', name, of, when, ...declares(parser, prelude) }))
      }),
    ),

    /** Label = "label" Name */
    label: parser.RULE('label', (prelude: Prelude): LabelDeclaration => {
      parser.CONSUME(kinds.Label)
      const name = parser.SUBRULE(words.name)
      return parser.ACTION((): LabelDeclaration => ({ kind: 'LabelDeclaration', name, ...declares(parser, prelude) }))
    }),

    /** Datum = "data" Name ":" Type */
    datum: parser.RULE('datum', (prelude: Prelude): DataDeclaration | null =>
      parser.declared('a declaration', (known): DataDeclaration => {
        parser.CONSUME(kinds.Data)
        const name = known(parser.SUBRULE(words.name))
        parser.CONSUME(kinds.Colon)
        const type = parser.SUBRULE(types.type)
        return parser.ACTION(() => ({ kind: 'DataDeclaration', name, type, ...declares(parser, prelude) }))
      }),
    ),

    /** Def = "def" Name "(" [ Param { "," Param } [ "," ] ] ")" ":" Type "=" Condition */
    def: parser.RULE('def', (prelude: Prelude): DefDeclaration | null =>
      parser.declared('an operator or a declaration', (known): DefDeclaration => {
        const params: Params[number][] = []
        parser.CONSUME(kinds.Def)
        const name = known(parser.SUBRULE(words.name))
        parser.CONSUME(kinds.OpenParen)
        parser.OPTION(() => {
          params.push(parser.SUBRULE(files.param))
          parser.MANY({
            GATE: () => parser.LA(2).tokenType !== kinds.CloseParen,
            DEF: () => {
              parser.CONSUME(kinds.Comma)
              params.push(parser.SUBRULE2(files.param))
            },
          })
          parser.OPTION2(() => parser.CONSUME2(kinds.Comma))
        })
        parser.CONSUME(kinds.CloseParen, { ERR_MSG: '`,` or `)`' })
        parser.CONSUME(kinds.Colon)
        const result = parser.SUBRULE(types.type)
        parser.CONSUME(kinds.Assign)
        const body = parser.SUBRULE(expressions.condition)
        return parser.ACTION(() => ({ kind: 'DefDeclaration', name, params, result, body, ...declares(parser, prelude) }))
      }),
    ),

    /** Param = Name ":" Type */
    param: parser.RULE('param', (): Params[number] => {
      const name = parser.SUBRULE(words.name)
      parser.CONSUME(kinds.Colon)
      return { name, type: parser.SUBRULE(types.type) }
    }),

    /** LoneExpression = Condition      (in place of `File`: a text that is one expression, for harnesses and editors) */
    loneExpression: parser.RULE('loneExpression', (): Expression | null =>
      parser.attempt(declarations, () => {
        const expression = parser.SUBRULE(expressions.condition)
        parser.ACTION(() => {
          if (parser.LA(1).tokenType.name !== 'EOF') parser.expected('an operator or the end of the file')
        })
        return expression
      }),
    ),
  }
  return files
}

/** Returns what every declaration has, and its span so far. */
function declares(parser: RecoveringParser, { start, doc, annotations }: Prelude) {
  return { doc, annotations, span: parser.since(start) }
}
