// Productions as railroad diagrams: SVG, from the pieces of the grammar. A drawing runs from left to right on a line at height 0; it knows how
// far it reaches above and below that line, and draws itself at a place. Only what is drawn in several rows ends at another height (`exit`).

const CHARACTER = 8.2
const BOX = 24
const GAP = 10
const RADIUS = 10
const LEVEL = 8

/** @typedef {{ width: number, up: number, down: number, exit?: number, draw: (x: number, y: number) => string }} Drawing */

/** One production as a whole SVG. @param {import('./read-grammar.mjs').Production} production */
export function drawRailroad({ name, body }) {
  const drawing = body.kind === 'sequence' ? rows(body.items) : draw(body)
  const width = drawing.width + 4 * GAP
  const [top, bottom] = [drawing.up + GAP, drawing.down + GAP]
  const y = top
  const end = y + (drawing.exit ?? 0)
  const content = [
    line(GAP, y - 7, GAP, y + 7),
    line(GAP, y, 2 * GAP, y),
    drawing.draw(2 * GAP, y),
    line(2 * GAP + drawing.width, end, 3 * GAP + drawing.width, end),
    line(3 * GAP + drawing.width, end - 7, 3 * GAP + drawing.width, end + 7),
  ].join('')
  const size = `width="${round(width)}" height="${round(top + bottom)}" viewBox="0 0 ${round(width)} ${round(top + bottom)}"`
  return `<svg ${size} role="img" aria-label="${escapeHtml(name)}">${content}</svg>`
}

/** @param {import('./read-grammar.mjs').Piece} piece @returns {Drawing} */
function draw(piece) {
  switch (piece.kind) {
    case 'literal':
      return box(piece.text, 'literal', null)
    case 'token':
      return box(piece.name, 'token', '#lexing')
    case 'rule':
      return box(piece.name, 'rule', `#${piece.name}`)
    case 'sequence':
      return inRow(piece.items.map(draw))
    case 'choice':
      return fork(piece.items.map(draw))
    case 'optional':
      return fork([skip(), draw(piece.item)])
    case 'many': {
      const item = draw(piece.item)
      const repeated = loop(item, piece.separator === null ? skip() : draw(piece.separator))
      return piece.once ? repeated : fork([skip(), repeated])
    }
  }
}

/** A text in a box, round for what stands in the text itself. */
function box(text, kind, link) {
  const width = [...text].length * CHARACTER + 2 * GAP
  return {
    width,
    up: BOX / 2,
    down: BOX / 2,
    draw(x, y) {
      const radius = kind === 'literal' ? ` rx="${BOX / 2}"` : ''
      const shape = `<rect x="${round(x)}" y="${round(y - BOX / 2)}" width="${round(width)}" height="${BOX}"${radius}/>`
      const label = `<text x="${round(x + width / 2)}" y="${round(y + 4)}">${escapeHtml(text)}</text>`
      const group = `<g class="${kind}">${shape}${label}</g>`
      return link === null ? group : `<a href="${link}">${group}</a>`
    },
  }
}

function skip() {
  return { width: 0, up: 0, down: 0, draw: () => '' }
}

/** One after another, in several rows where one would be too long to read. */
function rows(items) {
  const drawings = items.map(draw)
  const lines = [[]]
  let width = 0
  for (const drawing of drawings) {
    if (width + drawing.width > 900 && width > 0) {
      lines.push([])
      width = 0
    }
    lines.at(-1).push(drawing)
    width += drawing.width + GAP
  }
  const all = lines.map(inRow)
  return all.length === 1 ? all[0] : stacked(all)
}

function inRow(drawings) {
  const width = drawings.reduce((sum, drawing) => sum + drawing.width, 0) + GAP * (drawings.length - 1)
  return {
    width,
    up: Math.max(...drawings.map(({ up }) => up)),
    down: Math.max(...drawings.map(({ down }) => down)),
    draw(x, y) {
      let at = x
      return drawings
        .map((drawing, index) => {
          const before = index === 0 ? '' : line(at - GAP, y, at, y)
          const drawn = drawing.draw(at, y)
          at += drawing.width + GAP
          return before + drawn
        })
        .join('')
    },
  }
}

/** Rows under one another; the line runs from the end of each back to the beginning of the next. */
function stacked(all) {
  const width = Math.max(...all.map((row) => row.width)) + 3 * RADIUS
  const offsets = [0]
  for (const [at, row] of all.entries()) {
    const next = all[at + 1]
    if (next !== undefined) offsets.push(offsets[at] + row.down + 2 * LEVEL + 2 * RADIUS + next.up)
  }
  return {
    width,
    up: all[0].up,
    down: offsets.at(-1) + all.at(-1).down,
    exit: offsets.at(-1),
    draw(x, y) {
      return all
        .map((row, at) => {
          const [from, height] = [x + RADIUS, y + offsets[at]]
          const drawn = (at === 0 ? line(x, height, from, height) : '') + row.draw(from, height)
          const end = from + row.width
          if (at === all.length - 1) return drawn + line(end, height, x + width, height)
          const between = height + row.down + LEVEL + RADIUS
          const next = y + offsets[at + 1]
          const down = `M${round(end)} ${round(height)}${right(RADIUS)}V${round(between - RADIUS)}${right(-RADIUS)}`
          return `${drawn}<path d="${down}H${round(from)}${left(-RADIUS)}V${round(next - RADIUS)}${left(RADIUS)}"/>`
        })
        .join('')
    },
  }
}

/** A quarter of a circle downwards, to the right of the way or to the left of it. */
const right = (across) => `a${RADIUS} ${RADIUS} 0 0 1 ${across} ${RADIUS}`
const left = (across) => `a${RADIUS} ${RADIUS} 0 0 0 ${across} ${RADIUS}`

/** One of several, the first on the line. */
function fork(drawings) {
  const inner = Math.max(...drawings.map(({ width }) => width))
  const width = inner + 4 * RADIUS
  const offsets = [0]
  for (const [at, { down }] of drawings.entries()) {
    const next = drawings[at + 1]
    if (next !== undefined) offsets.push(offsets[at] + Math.max(2 * RADIUS, down + LEVEL + next.up))
  }
  return {
    width,
    up: drawings[0].up,
    down: offsets.at(-1) + drawings.at(-1).down,
    draw(x, y) {
      return drawings
        .map((drawing, at) => {
          const height = y + offsets[at]
          const start = x + 2 * RADIUS
          const end = start + drawing.width
          const drawn = drawing.draw(start, height)
          if (at === 0) return `${line(x, y, start, y)}${drawn}${line(end, y, x + width, y)}`
          const vertical = round(offsets[at] - 2 * RADIUS)
          const into = `M${round(x)} ${round(y)}a${RADIUS} ${RADIUS} 0 0 1 ${RADIUS} ${RADIUS}v${vertical}a${RADIUS} ${RADIUS} 0 0 0 ${RADIUS} ${RADIUS}`
          const out = `M${round(end)} ${round(height)}H${round(x + width - 2 * RADIUS)}a${RADIUS} ${RADIUS} 0 0 0 ${RADIUS} ${-RADIUS}v${-vertical}a${RADIUS} ${RADIUS} 0 0 1 ${RADIUS} ${-RADIUS}`
          return `<path d="${into}${out}"/>${drawn}`
        })
        .join('')
    },
  }
}

/** Once or more, with what stands between on the way back. */
function loop(item, between) {
  const inner = Math.max(item.width, between.width)
  const width = inner + 2 * RADIUS
  const below = Math.max(2 * RADIUS, item.down + LEVEL + between.up)
  return {
    width,
    up: item.up,
    down: below + between.down,
    draw(x, y) {
      const start = x + RADIUS
      const end = start + inner
      const middle = start + (inner - between.width) / 2
      const vertical = round(below - 2 * RADIUS)
      const way =
        `M${round(end)} ${round(y)}a${RADIUS} ${RADIUS} 0 0 1 ${RADIUS} ${RADIUS}v${vertical}a${RADIUS} ${RADIUS} 0 0 1 ${-RADIUS} ${RADIUS}` +
        `H${round(middle + between.width)}M${round(middle)} ${round(y + below)}H${round(start)}` +
        `a${RADIUS} ${RADIUS} 0 0 1 ${-RADIUS} ${-RADIUS}v${-vertical}a${RADIUS} ${RADIUS} 0 0 1 ${RADIUS} ${-RADIUS}`
      const line1 = line(x, y, start, y) + line(start + item.width, y, x + width, y)
      return `${line1}${item.draw(start, y)}<path d="${way}"/>${between.draw(middle, y + below)}`
    },
  }
}

function line(x1, y1, x2, y2) {
  return `<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}"/>`
}

const round = (value) => Math.round(value * 10) / 10

export function escapeHtml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
