/** Numbers of requests per second: all requests, and refused ones. */
export interface Rate {
  readonly all: number
  readonly refused: number
}

const SVG = 'http://www.w3.org/2000/svg'
const MOST = 60

/** A small area chart of recent request rates. Text beside it states the same for screen readers. */
export class Spark {
  readonly #rates: Rate[] = []

  add(rate: Rate): void {
    this.#rates.push(rate)
    if (this.#rates.length > MOST) this.#rates.shift()
  }

  draw(): SVGElement {
    const svg = document.createElementNS(SVG, 'svg')
    svg.setAttribute('viewBox', `0 0 ${MOST - 1} 100`)
    svg.setAttribute('preserveAspectRatio', 'none')
    svg.setAttribute('aria-hidden', 'true')
    const most = Math.max(1, ...this.#rates.map(({ all }) => all))
    for (const name of ['all', 'refused'] as const) {
      const polygon = document.createElementNS(SVG, 'polygon')
      polygon.setAttribute('class', name)
      polygon.setAttribute(
        'points',
        this.#points((rate) => rate[name] / most),
      )
      svg.append(polygon)
    }
    return svg
  }

  #points(share: (rate: Rate) => number): string {
    const first = MOST - this.#rates.length
    const points = this.#rates.map((rate, at) => `${first + at},${(98 - share(rate) * 94).toFixed(1)}`)
    return points.length === 0 ? '' : `${first},100 ${points.join(' ')} ${MOST - 1},100`
  }
}
