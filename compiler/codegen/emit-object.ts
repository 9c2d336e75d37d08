import { type Code, indent, joinCode, js } from './code.ts'

/** An object literal: in a line if it is short, else a line a member. */
export function emitObject(members: readonly (readonly [key: Code, value: Code])[]): Code {
  if (members.length === 0) return js`{}`
  const codes = members.map(([key, value]) => (key.toString() === value.toString() ? key : js`${key}: ${value}`))
  const line = joinCode(codes, ', ')
  if (line.length < 90 && !line.toString().includes('\n')) return js`{ ${line} }`
  return js`{
${indent(
  joinCode(
    codes.map((code) => js`${code},`),
    '\n',
  ),
)}
}`
}

/** An array literal, likewise. */
export function emitArray(elements: readonly Code[]): Code {
  const line = joinCode(elements, ', ')
  if (line.length < 90 && !line.toString().includes('\n')) return js`[${line}]`
  return js`[
${indent(
  joinCode(
    elements.map((code) => js`${code},`),
    '\n',
  ),
)}
]`
}
