// Productions as text: `"word"` is itself, `{ x }` any number, `[ x ]` x or nothing, `x | y` one of them.

const WIDTH = 118

/** The productions of a chapter, their signs of equality under one another. @param {readonly import('./read-grammar.mjs').Production[]} productions */
export function writeEbnf(productions) {
  const longest = Math.max(...productions.map(({ name }) => name.length))
  return productions.map(({ name, body }) => writeProduction(name.padEnd(longest), body)).join('\n')
}

function writeProduction(name, body) {
  const indent = ' '.repeat(name.length + 1)
  const head = `${name} = `
  const whole = `${head}${write(body, false)} .`
  if (whole.length <= WIDTH) return whole
  if (body.kind === 'choice') {
    return `${head}${body.items.map((item) => write(item, false)).reduce((lines, item) => append(lines, item, `${indent}| `, ' | '), '')} .`
  }
  const items = body.kind === 'sequence' ? body.items : [body]
  const first = head.length
  let line = first
  let text = head
  for (const item of items) {
    const written = write(item, items.length > 1)
    if (line + written.length + 2 > WIDTH && line > first) {
      text = `${text.trimEnd()}\n${indent}  `
      line = first
    }
    text += `${written} `
    line += written.length + 1
  }
  return `${text}.`
}

/** Another alternative, on a new line where this one is full. */
function append(lines, item, indent, separator) {
  if (lines === '') return item
  const last = lines.slice(lines.lastIndexOf('\n') + 1)
  const room = WIDTH - 4 - (lines.includes('\n') ? 0 : indent.length)
  return last.length + separator.length + item.length <= room ? `${lines}${separator}${item}` : `${lines}\n${indent}${item}`
}

/** @param {import('./read-grammar.mjs').Piece} piece */
function write(piece, within) {
  switch (piece.kind) {
    case 'literal':
      return `"${piece.text}"`
    case 'token':
    case 'rule':
      return piece.name
    case 'sequence':
      return piece.items.map((item) => write(item, true)).join(' ')
    case 'choice': {
      const text = piece.items.map((item) => write(item, false)).join(' | ')
      return within ? `( ${text} )` : text
    }
    case 'optional':
      return `[ ${write(piece.item, false)} ]`
    case 'many': {
      const item = write(piece.item, piece.once || piece.separator !== null)
      if (piece.separator === null) return piece.once ? `${item} { ${item} }` : `{ ${write(piece.item, false)} }`
      const list = `${item} { ${write(piece.separator, true)} ${item} }`
      return piece.once ? list : `[ ${list} ]`
    }
  }
}
