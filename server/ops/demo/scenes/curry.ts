import { createNoise, mix, paintArea } from '../drawing/noise.ts'
import type { Scene } from '../drawing/photograph.ts'
import { soften } from '../drawing/soften.ts'
import { draw, glow, toCurve } from '../drawing/svg.ts'
import { createRandom } from '../random.ts'

/** What somebody cooked for four. */
export async function drawCurry(): Promise<Scene> {
  const [width, height] = [1280, 1280]
  const all = { x: 0, y: 0, width, height }
  const random = createRandom(19)
  const noise = createNoise(random)
  const [x, y] = [640, 660]
  const table = await paintArea(all, 0.32, (px, py) => {
    const grain = noise(px / 300, py / 15 + noise(px / 240, py / 90) * 3)
    const lamp = 1.1 - Math.hypot(px - 420, py - 300) / 1700
    const [red, green, blue] = mix([112, 74, 48], [176, 128, 86], grain * 1.4 - 0.2)
    return [red * lamp, green * lamp, blue * lamp]
  })
  const food = await paintArea({ x: x - 380, y: y - 380, width: 760, height: 760 }, 0.5, (px, py) => {
    const [dx, dy] = [(px - x) / 360, (py - y) / 360]
    const edge = Math.hypot(dx, dy)
    const seam = dx + dy * 0.25 + (noise(px / 70, py / 70) - 0.5) * 0.5
    const lumps = noise(px / 34, py / 34) - 0.5
    const light = 1 + (noise((px - 6) / 34, (py - 6) / 34) - 0.5 - lumps) * 2.6
    const curry = mix([168, 82, 22], [226, 150, 48], 0.5 + lumps * 2)
    const rice = mix([214, 204, 182], [252, 248, 238], 0.5 + (noise(px / 7, py / 7) - 0.5) * 3)
    const [red, green, blue] = mix(curry, rice, seam * 14)
    return [red * light, green * light, blue * light, (1 - edge + (noise(px / 80, py / 80) - 0.5) * 0.1) * 40]
  })
  const herbs = Array.from({ length: 42 }, () => {
    const [angle, far] = [random.next() * 7, random.next() * 250]
    const [px, py] = [x - 90 + Math.cos(angle) * far, y + Math.sin(angle) * far]
    const turn = `rotate(${Math.round(random.next() * 360)} ${Math.round(px)} ${Math.round(py)})`
    return draw('ellipse', {
      cx: px,
      cy: py,
      rx: 8 + random.next() * 12,
      ry: 5,
      fill: random.pick(['#4f7d2c', '#6f9f3a', '#386222']),
      transform: turn,
    })
  })
  const plate = (r: number, fill: string) => draw('circle', { cx: x, cy: y, r, fill })
  const steel = { fill: 'none', stroke: '#c9ccd0', 'stroke-linecap': 'round' }
  return {
    width,
    height,
    body: [
      table,
      await soften(all, 30, draw('circle', { cx: x + 26, cy: y + 44, r: 530, fill: '#170d06' }), { opacity: 0.7 }),
      glow(
        'rim',
        [
          [0.6, '#e9ecef'],
          [0.76, '#ffffff'],
          [0.8, '#cfd6dc'],
          [0.97, '#f7f9fa'],
          [1, '#b9c1c8'],
        ],
        [0.46, 0.44],
        0.56,
      ),
      plate(520, 'url(#rim)'),
      food,
      ...herbs,
      draw('path', {
        ...steel,
        d: toCurve([
          [1130, 1290],
          [1110, 980],
          [1104, 760],
        ]),
        'stroke-width': 26,
      }),
      draw('ellipse', { cx: 1100, cy: 640, rx: 58, ry: 130, fill: '#d5d8dc' }),
      draw('ellipse', { cx: 1092, cy: 630, rx: 40, ry: 104, fill: '#a9aeb4' }),
    ].join(''),
  }
}
