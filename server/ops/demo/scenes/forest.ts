import { createNoise, mix, paintArea, type Colour } from '../drawing/noise.ts'
import type { Scene } from '../drawing/photograph.ts'
import { soften } from '../drawing/soften.ts'
import { fillPath, type Point, toLine } from '../drawing/svg.ts'
import { createRandom } from '../random.ts'

/** The path up, with the sun between the trunks. */
export async function drawForestPath(): Promise<Scene> {
  const [width, height] = [1080, 1440]
  const all = { x: 0, y: 0, width, height }
  const random = createRandom(52)
  const noise = createNoise(random)
  const horizon = 820
  const air: Colour = [214, 222, 158]
  const trunks = Array.from({ length: 26 }, (_, at) => {
    const nearness = (at / 25) ** 1.6
    const aside = (random.next() - 0.5) * 2
    const x = 540 + Math.sign(aside) * (90 + Math.abs(aside) * (240 + nearness * 520))
    return { x, width: 14 + nearness * 110, foot: horizon + 20 + nearness * 420, nearness }
  })
  const back = await paintArea(all, 0.34, (x, y) => {
    const sun = Math.exp(-Math.hypot((x - 610) / 320, (y - 470) / 420))
    const leaves = noise(x / 30, y / 30) - 0.5
    const crown = mix([66, 96, 44], [226, 232, 150], sun * 1.1 + leaves * 1.5 + (y / horizon - 0.5) * 0.3)
    if (y < horizon) return crown
    const depth = (y - horizon) / (height - horizon)
    const ground = mix(
      [150, 148, 84],
      [58, 54, 28],
      depth + (noise(x / (10 + depth * 30), y / (5 + depth * 16)) - 0.5) * 1.3,
    )
    const bend = 560 + Math.sin(depth * 3.2) * 60
    const off = Math.abs(x - bend) / (36 + depth * 330)
    const path = mix([206, 186, 138], [116, 92, 62], depth + (noise(x / 14, y / 8) - 0.5) * 0.9)
    const shade = Math.sin(y / (18 + depth * 60) + noise(x / 90, y / 50) * 7) > 0.3 ? 0.72 : 1
    const seen = mix(path, ground, (off - 0.8) * 5 + (noise(x / 26, y / 20) - 0.5) * 2)
    return [seen[0] * shade, seen[1] * shade, seen[2] * shade]
  })
  const wood: string[] = []
  for (const { x, width: broad, foot, nearness } of trunks) {
    const area = { x: x - broad / 2, y: -10, width: broad, height: foot + 10 }
    wood.push(
      await paintArea(area, 0.22, (px, py) => {
        const across = (px - x) / broad
        const bark = (noise(px / (3 + nearness * 8), py / 60) - 0.5) * 0.9
        const light = 0.62 + across * (x < 600 ? 0.9 : -0.9) + bark
        const [red, green, blue] = mix(mix([40, 32, 24], [136, 108, 76], light), air, (1 - nearness) * 0.72)
        return [red, green, blue, (0.5 - Math.abs(across)) * 30]
      }),
    )
  }
  const beams = Array.from({ length: 8 }, (_, at) => {
    const [from, to]: readonly [Point, Point] = [
      [600, 380],
      [-200 + at * 230, 1500],
    ]
    const spread = 26 + random.next() * 40
    return fillPath(
      toLine([from, [to[0] - spread, to[1]], [to[0] + spread, to[1]]], true),
      '#fff6c4',
      0.16 + random.next() * 0.14,
    )
  })
  const crowns = await paintArea({ ...all, height: 520 }, 0.34, (x, y) => {
    const leaf = noise(x / 46, y / 46)
    const light = noise(x / 15, y / 15)
    const hole = Math.exp(-Math.hypot((x - 600) / 300, (y - 480) / 330))
    const [red, green, blue] = mix([40, 66, 22], [174, 198, 78], light * 1.7 - 0.4)
    return [red, green, blue, (leaf - 0.36 - y / 1900 - hole * 0.4) * 9]
  })
  return { width, height, body: [back, ...wood, crowns, await soften(all, 22, beams.join(''))].join('') }
}
