/** What people do to a policy between two saves, drawn at random: of some, mistakes come. */
import type { Random } from '../../bench/random.ts'
import { type Declaration, parse } from '../../language/index.ts'

export type Texts = Map<string, string>

interface Edit {
  readonly name: string
  /** Changes the texts; false where there is nothing to change in this way. */
  apply(texts: Texts, random: Random): boolean
}

/** Does one of them; tells which. */
export function editAtRandom(texts: Texts, random: Random): string {
  for (;;) {
    const { name, apply } = random.pick(EDITS)
    if (apply(texts, random)) return name
  }
}

let made = 0
function fresh(): string {
  made += 1
  return `made_${made}`
}

/** Of a declaration of a kind that a pattern fits, what is put in the place of what fits. */
function change(name: string, kind: Declaration['kind'], pattern: RegExp, by: (found: string, random: Random) => string): Edit {
  return {
    name,
    apply: (texts, random) => {
      const found = pick(texts, random, kind, (text) => pattern.test(text))
      if (found === null) return false
      put(
        texts,
        found,
        found.text.replace(pattern, (part) => by(part, random)),
      )
      return true
    },
  }
}

interface Found {
  readonly file: string
  readonly start: number
  readonly end: number
  readonly text: string
}

function declarationsOf(texts: Texts, kind: Declaration['kind']): Found[] {
  return [...texts].flatMap(([file, text]) =>
    parse({ name: file, text }).result.declarations.flatMap((declaration) => {
      const { start, end } = declaration.span
      return declaration.kind === kind ? [{ file, start, end, text: text.slice(start, end) }] : []
    }),
  )
}

function pick(
  texts: Texts,
  random: Random,
  kind: Declaration['kind'],
  fits: (text: string) => boolean = () => true,
): Found | null {
  const all = declarationsOf(texts, kind).filter(({ text }) => fits(text))
  return all.length === 0 ? null : random.pick(all)
}

function put(texts: Texts, { file, start, end }: Found, text: string): void {
  const before = texts.get(file) as string
  texts.set(file, `${before.slice(0, start)}${text}${before.slice(end)}`)
}

const nextNumber = (text: string, random: Random) => String(Number(text) + 1 + random.int(3))

const EDITS: readonly Edit[] = [
  change('a number in a rule', 'RuleDeclaration', /\b\d+\b(?=[^"]*$)/, nextNumber),
  change('a number in a rule', 'RuleDeclaration', /\b\d+\b(?=[^"]*$)/, nextNumber),
  change('a condition more', 'RuleDeclaration', /\n {2}to .*/, (to) => `${to}\n  when request.path.size() < 77`),
  change('a loop more', 'RuleDeclaration', /\n {2}to .*staff.*/, (to) => `${to}\n  when caller.groups.exists(one, one == "x")`),
  change('a link more', 'RuleDeclaration', /\n {2}to .*t\d+_.*/, (to) => `${to}\n  when caller.sub in ${/t\d+/.exec(to)}_owners`),
  change('a rule renamed', 'RuleDeclaration', /^permit \w+/, () => `permit ${fresh()}`),
  change('permit to forbid', 'RuleDeclaration', /^permit/, () => 'forbid'),
  change('a shadow rule', 'RuleDeclaration', /^forbid/, () => 'shadow forbid'),
  change('another header', 'RuleDeclaration', /header "x-/, () => `header "x-${fresh().replace('_', '-')}-`),
  change('a role', 'RoleDeclaration', /when /, () => 'when caller.sub != "nobody" && '),
  change('a role more', 'RoleDeclaration', /^/, () => `role ${fresh()} of staff when caller.sub == "a"\n\n`),
  change('a type', 'TypeDeclaration', /\{/, () => `{ ${fresh()}?: string,`),
  change('a def', 'DefDeclaration', /< 100/, () => '< 101'),
  change('data more', 'DataDeclaration', /^/, () => `data ${fresh()}: set<string>\n\n`),
  change('a claim more', 'IdentityDeclaration', /\{/, () => `{ ${fresh()}?: string,`),
  change('a route more', 'ServiceDeclaration', /\{\n/, () => `{\n  route ${fresh()} GET "/${fresh()}" is internal\n`),
  change('a route less', 'ServiceDeclaration', / {2}route list_\w+ .*\n/, () => ''),
  change('another host', 'ServiceDeclaration', /at "/, () => `at "${fresh().replace('_', '-')}.`),
  change('a label more', 'LabelDeclaration', /^/, () => `label ${fresh()}\n\n`),
  change('an invariant', 'InvariantDeclaration', /caller is anonymous/, () => 'caller is anonymous || caller is customer'),
  change('a test', 'TestDeclaration', /orders\/\d+/, (_, random) => `orders/${random.int(100)}`),
  change('deprecated', 'RoleDeclaration', /^/, () => '@deprecated("another")\n'),
  change('a word too much', 'RuleDeclaration', /\n/, () => ' nonsense\n'),
  change('an unknown name', 'RuleDeclaration', /caller\.\w+/, () => 'caller.nothing_like_it'),
  change('a clause that is half typed', 'RuleDeclaration', /\n {2}(?:to|when) .*/, (clause, random) =>
    clause.slice(0, 6 + random.int(clause.length)),
  ),
  change('a member that is half typed', 'RuleDeclaration', /\n {2}to .*/, (to) => `${to}\n  when caller.`),
  change('an unknown role', 'RuleDeclaration', /\n {2}to .*/, () => '\n  to nobody_like_it'),
  change('a rule of the name of a role', 'RuleDeclaration', /^(permit|forbid) \w+/, (head) => `${head.split(' ')[0]} staff`),
  change('a role of the name of a rule', 'RoleDeclaration', /^role \w+/, () => 'role made_1'),
  change('a type that is half typed', 'TypeDeclaration', /=[\s\S]*/, () => '= {'),
  change('a wrong type', 'RuleDeclaration', /\n {2}to .*/, (to) => `${to}\n  when request.path < 3`),
  {
    name: 'a rule less',
    apply: (texts, random) => {
      const found = pick(texts, random, 'RuleDeclaration')
      if (found !== null) put(texts, found, '')
      return found !== null
    },
  },
  {
    name: 'a rule more',
    apply: (texts, random) => {
      const found = pick(texts, random, 'RuleDeclaration', (text) => /^(permit|forbid) \w+/.test(text))
      if (found === null) return false
      put(
        texts,
        found,
        `${found.text}\n\n${found.text.replace(/^(permit|forbid) \w+/, (head) => `${head.split(' ')[0]} ${fresh()}`)}`,
      )
      return true
    },
  },
  {
    name: 'two of one name',
    apply: (texts, random) => {
      const found = pick(texts, random, 'RuleDeclaration')
      if (found !== null) put(texts, found, `${found.text}\n\n${found.text}`)
      return found !== null
    },
  },
  {
    name: 'another order',
    apply: (texts, random) => {
      const found = pick(texts, random, 'RuleDeclaration')
      if (found === null) return false
      put(texts, found, '')
      texts.set(found.file, `${texts.get(found.file)}\n${found.text}\n`)
      return true
    },
  },
  {
    name: 'a comment on top',
    apply: (texts, random) => {
      const file = random.pick([...texts.keys()])
      texts.set(file, `// ${random.int(1000)}\n${texts.get(file)}`)
      return true
    },
  },
  {
    name: 'a comment at the end',
    apply: (texts, random) => {
      const file = random.pick([...texts.keys()])
      texts.set(file, `${texts.get(file)}\n// ${random.int(1000)}\n`)
      return true
    },
  },
  {
    name: 'a file renamed',
    apply: (texts, random) => {
      const files = [...texts.keys()].filter((one) => /^(?:t\d|moved)/.test(one))
      if (files.length === 0) return false
      const file = random.pick(files)
      texts.set(`moved_${fresh()}.iap`, texts.get(file) as string)
      texts.delete(file)
      return true
    },
  },
  {
    name: 'a file more',
    apply: (texts) => {
      const name = fresh()
      texts.set(
        `${name}.iap`,
        `service ${name} at "${name.replace('_', '-')}.example" {\n  route all GET "/"\n}\n\npermit ${name}_is_open\n  on ${name}.all\n  to anyone\n`,
      )
      return true
    },
  },
  {
    name: 'the end of a file lost',
    apply: (texts, random) => {
      const file = random.pick([...texts.keys()])
      const text = texts.get(file) as string
      texts.set(file, text.slice(0, random.int(text.length)))
      return true
    },
  },
  {
    name: 'the order of files',
    apply: (texts, random) => {
      const turned = [...texts].sort(() => random.int(3) - 1)
      texts.clear()
      for (const [name, text] of turned) texts.set(name, text)
      return true
    },
  },
]
