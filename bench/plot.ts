/** One bar of a chart. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** True for what is measured; false for what it is compared with. */
  readonly ours: boolean;
}

const width = 720;
const rowHeight = 26;
const labelWidth = 190;
const plotWidth = width - labelWidth - 90;

/** Horizontal bars on a logarithmic axis, as a standalone SVG that reads on light and dark pages. */
export const barChart = (title: string, unit: string, bars: readonly Bar[]): string => {
  const low = 10 ** Math.floor(Math.log10(Math.min(...bars.map(({ value }) => value))));
  const high = 10 ** Math.ceil(Math.log10(Math.max(...bars.map(({ value }) => value))));
  const x = (value: number): number => (Math.log10(value / low) / Math.log10(high / low)) * plotWidth;
  const height = 56 + bars.length * rowHeight;
  const ticks = Array.from({ length: Math.round(Math.log10(high / low)) + 1 }, (_, power) => low * 10 ** power);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${title}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="12" y="20" font-weight="600" fill="#1b1f24">${title}</text>`,
    ...ticks.map(
      (tick) =>
        `<line x1="${labelWidth + x(tick)}" x2="${labelWidth + x(tick)}" y1="32" y2="${height - 22}" stroke="#d0d7de"/>` +
        `<text x="${labelWidth + x(tick)}" y="${height - 8}" text-anchor="middle" fill="#57606a">${tick} ${unit}</text>`,
    ),
    ...bars.map(({ label, value, ours }, row) => {
      const y = 36 + row * rowHeight;
      return (
        `<text x="${labelWidth - 8}" y="${y + 15}" text-anchor="end" fill="#1b1f24">${label}</text>` +
        `<rect x="${labelWidth}" y="${y + 3}" width="${Math.max(2, x(value)).toFixed(1)}" height="${rowHeight - 8}" rx="2" fill="${ours ? '#0969da' : '#8c959f'}"/>` +
        `<text x="${labelWidth + Math.max(2, x(value)) + 6}" y="${y + 15}" fill="#1b1f24">${value.toFixed(0)}</text>`
      );
    }),
    '</svg>',
    '',
  ].join('\n');
};

/** One line of a chart. */
export interface Curve {
  readonly label: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

const curveHeight = 320;
const curveWidth = width - 260;
const colours = ['#0969da', '#8250df', '#1a7f37', '#bf3989', '#9a6700', '#cf222e'];

/** Lines over two logarithmic axes, each named at its end, as a standalone SVG. */
export const curves = (title: string, lines: readonly Curve[]): string => {
  const all = lines.flatMap(({ points }) => points);
  const powers = (values: readonly number[]): readonly [number, number] => [
    Math.floor(Math.log10(Math.min(...values))),
    Math.ceil(Math.log10(Math.max(...values))),
  ];
  const [left, right] = powers(all.map(({ x }) => x));
  const [low, high] = powers(all.map(({ y }) => y));
  const x = (value: number): number => 60 + ((Math.log10(value) - left) / (right - left)) * curveWidth;
  const y = (value: number): number => 36 + (1 - (Math.log10(value) - low) / (high - low)) * (curveHeight - 36 - 34);
  const ticks = (from: number, to: number): number[] =>
    Array.from({ length: to - from + 1 }, (_, n) => 10 ** (from + n));
  const ends = lines
    .map(({ label, points }, at) => ({ label, at, end: points.at(-1)! }))
    .sort((a, b) => y(a.end.y) - y(b.end.y));
  let below = 0;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${curveHeight}" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${title}</title>`,
    `<rect width="${width}" height="${curveHeight}" fill="#ffffff"/>`,
    `<text x="12" y="20" font-weight="600" fill="#1b1f24">${title}</text>`,
    ...ticks(left, right).map(
      (tick) =>
        `<text x="${x(tick)}" y="${curveHeight - 10}" text-anchor="middle" fill="#57606a">${tick.toLocaleString('en')}</text>`,
    ),
    ...ticks(low, high).map(
      (tick) =>
        `<line x1="60" x2="${60 + curveWidth}" y1="${y(tick)}" y2="${y(tick)}" stroke="#d0d7de"/>` +
        `<text x="52" y="${y(tick) + 4}" text-anchor="end" fill="#57606a">${tick.toLocaleString('en')}</text>`,
    ),
    ...lines.map(
      ({ points }, at) =>
        `<polyline fill="none" stroke="${colours[at % colours.length]}" stroke-width="2" points="${points.map((point) => `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`).join(' ')}"/>`,
    ),
    ...ends.map(({ label, at, end }) => {
      below = Math.max(y(end.y) + 4, below + 15);
      return `<text x="${x(end.x) + 8}" y="${below.toFixed(1)}" fill="${colours[at % colours.length]}">${label}</text>`;
    }),
    '</svg>',
    '',
  ].join('\n');
};
