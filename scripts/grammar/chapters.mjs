// Which production stands in which chapter, and in which order. One that stands in none is a mistake.

/** @type {readonly { readonly name: string, readonly title: string, readonly productions: readonly string[] }[]} */
export const chapters = [
  {
    name: 'files',
    title: 'Files and declarations',
    productions: [
      ...['File', 'Import', 'Declaration', 'Annotations', 'Annotation', 'TypeDeclaration', 'Identity', 'Role', 'Label'],
      ...['Datum', 'Def', 'Param', 'Names', 'Texts'],
    ],
  },
  { name: 'types', title: 'Types', productions: ['Type', 'Literals', 'Named', 'Fields', 'OpenFields', 'Field'] },
  {
    name: 'services',
    title: 'Services and routes',
    productions: [
      ...['Service', 'Routes', 'RouteOrOperation', 'Route', 'Rpc', 'Operation'],
      ...['Methods', 'Method', 'Query', 'Body', 'Labels'],
    ],
  },
  {
    name: 'rules',
    title: 'Rules',
    productions: [
      ...['Rule', 'RuleHead', 'Clause', 'On', 'Except', 'To', 'When', 'Require', 'Limit', 'Header', 'Because'],
      ...['Targets', 'Target', 'OfService'],
    ],
  },
  {
    name: 'invariants',
    title: 'Invariants',
    productions: ['Invariant', 'InvariantClause', 'Permitted', 'Denied', 'AllowUnknown'],
  },
  {
    name: 'tests',
    title: 'Tests',
    productions: [
      ...[
        'Test',
        'Property',
        'Fixture',
        'Given',
        'RequestParts',
        'Caller',
        'Identified',
        'Authentication',
        'Request',
        'Headers',
        'TestData',
      ],
      ...['JsonFile', 'Certificate', 'Time', 'Address'],
      ...['Expectation', 'Effect', 'Reason', 'Obligation', 'Cases', 'Case', 'TextOrPlaceholder'],
    ],
  },
  {
    name: 'json',
    title: 'JSON',
    productions: ['Json', 'JsonObject', 'JsonMember', 'JsonKey', 'JsonArray', 'JsonScalar', 'JsonNumber'],
  },
  {
    name: 'expressions',
    title: 'Expressions',
    productions: [
      ...['Condition', 'Expression', 'BinaryOperator', 'Operand', 'Literal', 'Reference', 'Arguments'],
      ...['List', 'Map', 'MapEntry', 'Requirement', 'Within'],
    ],
  },
]

/** For those who read an expression and no file. */
const HIDDEN = ['LoneExpression']

/** The productions of each chapter. @param {Map<string, import('./read-grammar.mjs').Production>} grammar */
export function chaptersOf(grammar) {
  const placed = chapters.flatMap(({ productions }) => productions)
  const unplaced = [...grammar.keys()].filter((name) => !placed.includes(name) && !HIDDEN.includes(name))
  const unknown = placed.filter((name) => !grammar.has(name))
  if (unplaced.length + unknown.length > 0) {
    throw new Error(`in no chapter: ${unplaced.join(' ')}; in a chapter, but no production: ${unknown.join(' ')}`)
  }
  return chapters.map(({ name, title, productions }) => ({
    name,
    title,
    productions: productions.map((one) => grammar.get(one)),
  }))
}
