/** The points of a line in a box; where nothing can be said there is a gap. */
export function points(values: (number | null)[], width: number, height: number): [number, number][][] {
  const known = values.filter((v): v is number => v !== null);
  if (known.length < 2) return [];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const y = (v: number) => (high === low ? height / 2 : height - ((v - low) / (high - low)) * height);
  const runs: [number, number][][] = [[]];
  values.forEach((v, i) => {
    if (v === null) runs.push([]);
    else runs.at(-1)?.push([Math.round((i * width * 10) / (values.length - 1)) / 10, Math.round(y(v) * 10) / 10]);
  });
  return runs.filter((r) => r.length > 0);
}

/** Twelve months in one small line; the figure beside it says the last. */
export function Spark({ values, colour }: { values: (number | null)[]; colour: string }) {
  const runs = points(values, 96, 26);
  const end = runs.at(-1)?.at(-1);
  if (!end) return null;
  return (
    <svg className="spark" viewBox="-2 -3 102 32" width={102} height={32} aria-hidden="true" style={{ color: colour }}>
      {runs.map((r) => (
        <g key={r[0]?.join()}>
          <path d={`M${r.map((p) => p.join(',')).join('L')}L${r.at(-1)?.[0]},29L${r[0]?.[0]},29Z`} fill="currentColor" opacity={0.09} />
          <polyline
            points={r.map((p) => p.join(',')).join(' ')}
            fill="none"
            stroke="currentColor"
            strokeWidth={1.6}
            strokeLinejoin="round"
          />
        </g>
      ))}
      <circle cx={end[0]} cy={end[1]} r={2.2} fill="currentColor" />
    </svg>
  );
}
