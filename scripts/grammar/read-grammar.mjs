// The grammar as the parser itself has it: what Chevrotain recorded of each production, with only what a reader needs.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * @typedef {{ kind: 'literal', text: string } | { kind: 'token', name: string } | { kind: 'rule', name: string }
 *   | { kind: 'sequence', items: Piece[] } | { kind: 'choice', items: Piece[] } | { kind: 'optional', item: Piece }
 *   | { kind: 'many', item: Piece, separator: Piece | null, once: boolean }} Piece
 * @typedef {{ name: string, body: Piece }} Production
 */

const root = fileURLToPath(new URL('../../', import.meta.url))
const ENTRY = `
export { Parser } from './language/syntax/grammar/parser.ts'
export { BinaryOperator, vocabulary } from './language/syntax/tokens.ts'`

/** Every production by its name, and the operators. @returns {Promise<Map<string, Production>>} */
export async function readGrammar() {
  const { Parser, BinaryOperator, vocabulary } = await loadParser()
  const rules = new Parser(true).getSerializedGastProductions()
  // A production that is one token and no keyword says no more than the token.
  const tokens = new Map(rules.filter(isToken).map((rule) => [rule.name, rule.definition[0]]))
  const productions = new Map()
  for (const { name, definition } of rules) {
    if (!tokens.has(name)) productions.set(nameOf(name), { name: nameOf(name), body: sequence(definition, tokens) })
  }
  const operators = vocabulary.filter(({ CATEGORIES }) => CATEGORIES?.includes(BinaryOperator))
  const body = { kind: 'choice', items: operators.map(({ LABEL }) => ({ kind: 'literal', text: LABEL.slice(1, -1) })) }
  productions.set('BinaryOperator', { name: 'BinaryOperator', body })
  return productions
}

async function loadParser() {
  const stdin = { contents: ENTRY, resolveDir: root, loader: 'ts' }
  const { outputFiles } = await build({ stdin, bundle: true, format: 'esm', platform: 'node', write: false })
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
}

const isToken = ({ definition }) => definition.length === 1 && definition[0].type === 'Terminal' && !isKeyword(definition[0])
const isKeyword = ({ label }) => label.startsWith('`')
const nameOf = (rule) => rule[0].toUpperCase() + rule.slice(1)

/** @returns {Piece} */
function sequence(definition, tokens) {
  const items = definition.map((piece) => convert(piece, tokens))
  return items.length === 1 ? items[0] : { kind: 'sequence', items }
}

/** @returns {Piece} */
function convert(piece, tokens) {
  const inner = () => sequence(piece.definition, tokens)
  switch (piece.type) {
    case 'Terminal':
      return terminal(piece)
    case 'NonTerminal':
      return tokens.has(piece.name) ? terminal(tokens.get(piece.name)) : { kind: 'rule', name: nameOf(piece.name) }
    case 'Alternation':
      return { kind: 'choice', items: piece.definition.map(({ definition }) => sequence(definition, tokens)) }
    case 'Option':
      return { kind: 'optional', item: inner() }
    case 'Repetition':
      return { kind: 'many', item: inner(), separator: null, once: false }
    case 'RepetitionMandatory':
      return { kind: 'many', item: inner(), separator: null, once: true }
    case 'RepetitionWithSeparator':
      return { kind: 'many', item: inner(), separator: terminal(piece.separator), once: false }
    case 'RepetitionMandatoryWithSeparator':
      return { kind: 'many', item: inner(), separator: terminal(piece.separator), once: true }
    default:
      throw new Error(`a piece of grammar of an unknown type: ${piece.type}`)
  }
}

/** @returns {Piece} */
function terminal(token) {
  if (isKeyword(token)) return { kind: 'literal', text: token.label.slice(1, -1) }
  if (token.name === 'BinaryOperator') return { kind: 'rule', name: token.name }
  return { kind: 'token', name: NAMES[token.name] ?? token.name.toUpperCase() }
}

const NAMES = { Identifier: 'NAME' }
