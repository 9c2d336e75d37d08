import { expect, test } from 'vitest'
import type { Declaration } from '../ast.ts'
import { contextualWords } from '../tokens.ts'
import { valid } from './plain-tree.ts'

const kindsOf = (declarations: readonly Declaration[]) => declarations.map(({ kind }) => kind)

test.each([...contextualWords.keys(), 'default', 'has', 'list', 'set', 'map', 'none', 'caller'])(
  'the word `%s` is a name wherever a name stands',
  (word) => {
    const text = `
import { ${word}, ${word} } from "./x.iap"
type ${word} = { ${word}: ${word}, ${word}?: list<${word}> }
identity ${word} via ${word}, ${word} {
  ${word}: ${word}
  ${word}? from "x": ${word}
  ${word}: { ${word}: ${word} }
}
role ${word} of ${word}, ${word} when caller.${word} == ${word}.${word}.${word} && caller is ${word}
label ${word}
data ${word}: ${word}
@${word}("x")
def ${word}(${word}: ${word}, ${word}: ${word}): ${word} = ${word}.?${word} == ${word}[?${word}] || f({${word}: ${word}})
service ${word} at "h" is ${word}, ${word} {
  route ${word} GET "/${word}" is ${word}, ${word}
  route ${word} GET "/" query { ${word}: ${word}, ${word}?: ${word} } body ${word} is ${word}
  route ${word} GET "/" body ${word}
  route ${word} GET "/"
  rpc ${word} "x"
}
service ${word} at "h" from openapi "x" {
  ${word} is ${word}
  ${word} is ${word}, ${word}
  route ${word} GET "/"
}
permit ${word}
  on label ${word}, ${word}.${word}, ${word}.*
  except ${word}.${word}
  to ${word}, ${word}
  when caller.${word} && ${word}.f(${word}) in [${word}, ${word}]
  unless ${word}.all(${word}, ${word})
  limit 1 per 1h by ${word}
  header "x" = ${word}
shadow forbid ${word} on ${word}.${word} to ${word} when caller.${word} because "x"
invariant ${word}
  on label ${word} except ${word}.*
  permitted only when ${word}
invariant ${word} on ${word}.* denied when ${word} allow unknown
test "${word}" {
  for any request on ${word}.*, label ${word} except ${word}.${word}
  when ${word}
  expect deny
}
fixture ${word} {
  as ${word} { ${word}: 1 }
  data ${word}: 1
}
test "${word}" {
  given ${word}, ${word}
  as ${word} { ${word}: 1 }
  GET "https://x/" { ${word}: 1 }
  data ${word}: 1
  data ${word} missing
  expect permit by ${word} limit ${word} shadow ${word}, ${word}
  cases { "x": { ${word}: $${word} } }
}
test "${word}" { as ${word} {
  ${word}: 1,
  "x": 2
} GET "https://x/" expect permit by ${word} }`
    const { declarations, imports } = valid(text)
    expect(imports).toHaveLength(1)
    expect(kindsOf(declarations)).toEqual([
      ...['TypeDeclaration', 'IdentityDeclaration', 'RoleDeclaration', 'LabelDeclaration', 'DataDeclaration', 'DefDeclaration'],
      ...['ServiceDeclaration', 'ServiceDeclaration', 'RuleDeclaration', 'RuleDeclaration'],
      ...[
        'InvariantDeclaration',
        'InvariantDeclaration',
        'PropertyDeclaration',
        'FixtureDeclaration',
        'TestDeclaration',
        'TestDeclaration',
      ],
    ])
  },
)

test('a whole file may stand on one line', () => {
  const text = `type T = int identity a via jwt { b: T } role c of a when true label d data k: T def l(): int = 1
    service e at "h" { route f GET "/" is d route g GET "/g" query { x: int } body T rpc h "x" }
    permit h on e.f to a when caller.b == 1 limit 1 per 1h by caller.b header "x" = "y" require mfa
    forbid i on label d unless true shadow permit j on * invariant m on * denied always allow unknown
    fixture u { GET "https://h/" } test "t" { GET "https://h/" data k: 1 expect deny shadow j cases { "x": {} } } @was("y") label z`
  expect(valid(text.replaceAll('\n', ' ')).declarations).toHaveLength(14)
})

test('line breaks and indentation do not matter', () => {
  const text = 'permit\na\non\nx\n.\ny\nto\nz\nwhen\ncaller\n.\nlevel\n>\n1\nforbid b on x.y'
  expect(kindsOf(valid(text).declarations)).toEqual(['RuleDeclaration', 'RuleDeclaration'])
})
