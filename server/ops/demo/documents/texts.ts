import { createRandom } from '../random.ts'
import { createZip } from './zip.ts'

export const DIJKSTRA = `"""Shortest paths in a city. Usage: python dijkstra.py city.txt"""
import heapq
import sys


def read(path):
    graph = {}
    with open(path) as lines:
        for line in lines:
            a, b, metres = line.split()
            graph.setdefault(a, []).append((b, int(metres)))
            graph.setdefault(b, []).append((a, int(metres)))
    return graph


def dijkstra(graph, start):
    dist = {start: 0}
    queue = [(0, start)]
    while queue:
        d, u = heapq.heappop(queue)
        if d > dist[u]:
            continue  # an older entry: u was reached on a shorter way since
        for v, w in graph[u]:
            if d + w < dist.get(v, float("inf")):
                dist[v] = d + w
                heapq.heappush(queue, (d + w, v))
    return dist


if __name__ == "__main__":
    graph = read(sys.argv[1])
    dist = dijkstra(graph, "station")
    print(f"nodes {len(graph)}   farthest {max(dist.values())} m")
`

export const NOTES = `# Chapter 6: eigenvalues

*Typed up from Thursday. Corrections are welcome.*

## In one sentence

An eigenvector is a direction that the map only stretches: \`A v = λ v\`.

## How to find them

1. Solve \`det(A - λ I) = 0\` for λ.
2. For each λ solve \`(A - λ I) v = 0\`.
3. Check: put v back in. **Always.**

## What came in the exam last year

- [x] 2 × 2 by hand
- [x] Why is a symmetric matrix nice?
- [ ] Powers of a matrix (I did not get that far)

> “If you remember one thing of this term, let it be the spectral theorem.”

| matrix | λ | comment |
| --- | --- | --- |
| (2 1; 1 2) | 3, 1 | the one of the board |
| (0 1; 0 0) | 0, 0 | not diagonalisable! |
| (0 -1; 1 0) | ±i | turns everything |
`

export const SCHEMA = `-- Bike rental, version 5. Third normal form, as far as we know.
CREATE TABLE station (
  id INT PRIMARY KEY,
  name VARCHAR(80) NOT NULL,
  docks INT NOT NULL CHECK (docks > 0)
);

CREATE TABLE bike (
  id INT PRIMARY KEY,
  station_id INT REFERENCES station (id), -- null while somebody rides it
  bought_on DATE NOT NULL
);

CREATE TABLE rental (
  id BIGINT PRIMARY KEY,
  bike_id INT NOT NULL REFERENCES bike (id),
  customer_id INT NOT NULL,
  began_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP,
  CHECK (ended_at IS NULL OR ended_at > began_at)
);

CREATE INDEX rental_by_bike ON rental (bike_id, began_at);
`

/** Ten swings at each length, five times each, as a stopwatch in a hand measures them. */
export function createPendulumTable(): string {
  const random = createRandom(12)
  const rows = [40, 50, 60, 70, 80, 90].flatMap((length) =>
    [1, 2, 3, 4, 5].map((attempt) => {
      const swings = 10 * 2 * Math.PI * Math.sqrt(length / 100 / 9.81) + (random.next() - 0.5) * 0.3
      return `${length},${attempt},${swings.toFixed(2)}`
    }),
  )
  return `length_cm,attempt,ten_swings_s\n${rows.join('\n')}\n`
}

/** How long each kind of heap took. */
export function createTimings(): string {
  const random = createRandom(14)
  const rows = Array.from({ length: 24 }, (_, at) => {
    const nodes = Math.round(500 * 1.32 ** at)
    const work = nodes * Math.log2(nodes)
    const noisy = (ms: number) => (ms * (0.94 + random.next() * 0.12)).toFixed(2)
    return [nodes, noisy(work * 0.0011), noisy(work * 0.0019 + 1.2), noisy((nodes / 900) ** 2)].join()
  })
  return `nodes,binary_heap_ms,fibonacci_heap_ms,sorted_list_ms\n${rows.join('\n')}\n`
}

const REPORT = `# Pendulum

Thursday, group 2

## What was measured

Ten swings at six lengths, five times each, with a stopwatch. From the slope of T² over l follows
g = 9.84 ± 0.05 m/s². The value of the town is 9.81.

## Where the error comes from

Mostly from the length: the middle of the bob is hard to see. Half a millimetre there is worth more than
the tenth of a second with which one stops the watch.
`

const PLOT = `import csv
import matplotlib.pyplot as plt

rows = list(csv.DictReader(open("pendulum.csv")))
lengths = [float(row["length_cm"]) / 100 for row in rows]
squares = [(float(row["ten_swings_s"]) / 10) ** 2 for row in rows]
plt.plot(lengths, squares, "x")
plt.xlabel("l / m")
plt.ylabel("T² / s²")
plt.savefig("plot.pdf")
`

export function createLabReport(): Buffer {
  return createZip({
    'pendulum/report.md': REPORT,
    'pendulum/pendulum.csv': createPendulumTable(),
    'pendulum/plot.py': PLOT,
  })
}
