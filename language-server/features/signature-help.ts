import { MarkupKind, type ParameterInformation, type SignatureHelp, type SignatureInformation } from 'vscode-languageserver-types'
import {
  type Cursor,
  type DefDeclaration,
  type Expression,
  isExpression,
  NAMESPACES,
  type OverloadCandidate,
  overloadsNamed,
  readCursor,
  unify,
} from '../../language/index.ts'
import { MACROS } from '../completion/macros.ts'
import { type PlacedCursor, placeCursor } from '../completion/placed-cursor.ts'
import type { PolicyFile } from '../workspace/workspace.ts'

/** Returns the signatures of the call whose arguments contain an offset; null if there is none. */
export function signatureHelpAt(policy: PolicyFile, offset: number): SignatureHelp | null {
  // A number is an argument like others.
  const [number = ''] = /(?<![\w.])\d[\w.]*$/.exec(policy.source.text.slice(0, offset)) ?? []
  const cursor = readCursor(policy.file, offset - number.length)
  const call = cursor === null ? null : openCall(cursor)
  if (cursor === null || call === null) return null
  const signatures = signaturesOf(policy, cursor, call)
  if (signatures.length === 0) return null
  const fitting = signatures.findIndex(({ parameters = [] }) => call.argument < parameters.length)
  const activeSignature = Math.max(fitting, 0)
  const count = signatures[activeSignature]?.parameters?.length ?? 0
  return { signatures, activeSignature, activeParameter: Math.min(call.argument, Math.max(count - 1, 0)) }
}

interface OpenCall {
  readonly name: string
  readonly isMethod: boolean
  /** Position of the argument that contains the cursor. */
  readonly argument: number
}

/** Returns the innermost call whose bracket is open at the cursor. */
function openCall({ before }: Cursor): OpenCall | null {
  const skipped: number[] = []
  let argument = 0
  for (let at = before.length - 1; at >= 0; at -= 1) {
    const text = before[at]?.kind === 'other' ? before[at]?.text : ''
    if (text === ')' || text === ']' || text === '}') skipped.push(at)
    else if (text === '(' || text === '[' || text === '{') {
      if (skipped.pop() !== undefined) continue
      const [name, previous] = [before[at - 1], before[at - 2]]
      const isCall = text === '(' && name?.kind === 'word' && previous?.text !== 'def' && previous?.text !== '@'
      if (isCall) return { name: name.text, isMethod: previous?.text === '.', argument }
      // Within a list or parentheses, which may be an argument themselves.
      argument = 0
    } else if (text === ',' && skipped.length === 0) argument += 1
  }
  return null
}

function signaturesOf(policy: PolicyFile, cursor: Cursor, call: OpenCall): SignatureInformation[] {
  const { facts } = policy.project
  const def = call.isMethod ? null : facts.find(policy.file, call.name)
  if (def?.kind === 'DefDeclaration') return [ofDef(def)]
  const placed = placeCursor(policy, cursor)
  // In a test or a type there are no calls.
  if (placed === null && !cursor.expected.some(({ productions }) => productions.includes('operand'))) return []
  const overloads = overloadsOf(call, placed)
  const macros = call.isMethod ? MACROS.filter(({ name }) => name === call.name) : []
  return [...overloads.map(ofBuiltin), ...macros.map(({ form, doc }) => signature(form, doc))]
}

/** The overloads that the receiver can have, as far as its type is known. */
function overloadsOf({ name, isMethod }: OpenCall, placed: PlacedCursor | null): readonly OverloadCandidate[] {
  const named = overloadsNamed(name)
  if (!isMethod) return named.filter(({ signature }) => signature.receiver === null && signature.namespace === null)
  const receiver = receiverOf(name, placed)
  const isNamespace = receiver?.kind === 'Identifier' && (NAMESPACES as readonly string[]).includes(receiver.name)
  if (isNamespace) return named.filter(({ signature }) => signature.namespace === receiver.name)
  const type = receiver === null ? null : (placed?.probed.typeOf(receiver) ?? null)
  return named.filter(({ signature }) => {
    if (signature.receiver === null) return false
    return type === null || unify(signature.receiver, type, { variable: null })
  })
}

function receiverOf(name: string, placed: PlacedCursor | null): Expression | null {
  const call = placed?.path.filter(isExpression).findLast((node) => node.kind === 'Call' && node.name.text === name)
  return call?.kind === 'Call' ? call.receiver : null
}

function ofDef({ name, params, result, doc }: DefDeclaration): SignatureInformation {
  const { text } = name.span.source
  const written = (span: Expression['span']) => text.slice(span.start, span.end)
  const list = params.map((param) => `${param.name.text}: ${written(param.type.span)}`).join(', ')
  return signature(`${name.text}(${list}): ${written(result.span)}`, doc ?? '')
}

function ofBuiltin({ overload }: OverloadCandidate): SignatureInformation {
  return signature(overload.signature, overload.doc)
}

/** Returns a signature whose parameters stand between the first brackets of its label. */
function signature(label: string, doc: string): SignatureInformation {
  const parameters: ParameterInformation[] = []
  const opening = label.indexOf('(')
  let start = opening + 1
  let depth = 0
  for (let at = start; at < label.length && depth >= 0; at += 1) {
    const character = label[at] ?? ''
    if ('<{('.includes(character)) depth += 1
    else if ('>})'.includes(character)) depth -= 1
    if ((character !== ',' || depth !== 0) && depth >= 0) continue
    if (label.slice(start, at).trim() !== '') parameters.push({ label: [start, at] })
    start = at + 1 + (label[at + 1] === ' ' ? 1 : 0)
  }
  return { label, parameters, ...(doc === '' ? {} : { documentation: { kind: MarkupKind.Markdown, value: doc } }) }
}
