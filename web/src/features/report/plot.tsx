import { BarChart, LineChart, PieChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef, useState } from 'react';
import { language, word } from '@/app/words';
import { axisLabel, type Cell, type Plan, type Slice, say, tick } from './figures';
import { TONES } from './tones';

echarts.use([BarChart, LineChart, PieChart, GridComponent, TooltipComponent, SVGRenderer]);

export type Drawn = { bars: Plan } | { ring: Slice[] };
type Props = {
  what: Drawn;
  height: number;
  unit: Plan['unit'];
  label: string;
  /** One series of bars: the last stands out, as the present month among the past ones. */
  last?: boolean;
  onPick: (cell: Cell) => void;
};

/** Counts the changes of the theme: colours are read again. */
function useColours() {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const seen = new MutationObserver(() => setTurn((n) => n + 1));
    seen.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => seen.disconnect();
  }, []);
  return [turn, setTurn] as const;
}

const line = (colour: string, name: string, value: string) => {
  const row = document.createElement('p');
  const dot = document.createElement('i');
  dot.style.background = colour;
  const what = document.createElement('span');
  what.textContent = name;
  const n = document.createElement('b');
  n.textContent = value;
  row.append(dot, what, n);
  return row;
};
function tip(title: string, rows: HTMLElement[]) {
  const box = document.createElement('div');
  box.className = 'plot-tip';
  const head = document.createElement('h4');
  head.textContent = title;
  box.append(head, ...rows);
  return box;
}

type Told = { dataIndex: number; seriesIndex: number; name: string; color: string };

function option(p: Props, css: (name: string) => string, width: number): echarts.EChartsCoreOption {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const base = {
    animation: !still,
    animationDuration: 300,
    color: TONES.map(css),
    textStyle: { fontFamily: css('--font'), fontSize: 12, color: css('--tx-3') },
  };
  const float = {
    confine: true,
    padding: 0,
    borderWidth: 0,
    backgroundColor: 'transparent',
    transitionDuration: still ? 0 : 0.1,
    extraCssText: 'box-shadow:none',
  };
  if ('ring' in p.what) {
    const { ring } = p.what;
    return {
      ...base,
      tooltip: {
        ...float,
        trigger: 'item',
        formatter: (told: Told) => {
          const s = ring[told.dataIndex];
          return tip(s?.label ?? '', [line(told.color, say(p.unit, s?.figure.value), say('percent', s?.share))]);
        },
      },
      series: [
        {
          type: 'pie',
          radius: ['66%', '94%'],
          label: { show: false },
          labelLine: { show: false },
          emphasis: { scale: false },
          itemStyle: { borderColor: css('--bg-raise'), borderWidth: 3, borderRadius: 5 },
          data: ring.map((s) => ({ name: s.label, value: s.figure.value ?? 0, cursor: s.figure.list ? 'pointer' : 'default' })),
        },
      ],
    };
  }
  const { bars } = p.what;
  const alone = p.last && bars.series.filter((s) => s.as === 'bar').length === 1;
  return {
    ...base,
    grid: { left: 2, right: 10, top: 14, bottom: 2, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      ...float,
      trigger: 'axis',
      axisPointer: {
        type: bars.series.some((s) => s.as === 'bar') ? 'shadow' : 'line',
        shadowStyle: { color: css('--bg-hover'), opacity: 0.7 },
      },
      formatter: (told: Told[]) =>
        tip(
          bars.labels[told[0]?.dataIndex ?? 0] ?? '',
          told.map((x) =>
            line(
              x.color,
              bars.series[x.seriesIndex]?.name ?? '',
              say(bars.unit, bars.series[x.seriesIndex]?.cells[x.dataIndex]?.figure.value),
            ),
          ),
        ),
    },
    xAxis: {
      type: 'category',
      data: bars.labels.map((l, i) => axisLabel(l, i === 0)),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: css('--line-2') } },
      axisLabel: {
        color: css('--tx-3'),
        hideOverlap: true,
        lineHeight: 16,
        ...(bars.inTime ? {} : { width: Math.max(44, (width - 56) / bars.labels.length - 10), overflow: 'truncate' as const, interval: 0 }),
      },
    },
    yAxis: {
      type: 'value',
      minInterval: bars.unit === 'count' ? 1 : undefined,
      splitNumber: 4,
      splitLine: { lineStyle: { color: css('--line') } },
      axisLabel: { color: css('--tx-3'), formatter: (n: number) => tick(bars.unit, n) },
    },
    series: bars.series.map((s, i) => ({
      name: s.name,
      type: s.as,
      stack: s.stack ? 'all' : undefined,
      barMaxWidth: 28,
      smooth: 0.25,
      symbol: 'circle',
      symbolSize: 6,
      showSymbol: bars.labels.length < 16,
      connectNulls: false,
      lineStyle: { width: 2, type: alone && i > 1 ? 'dashed' : 'solid' },
      itemStyle: { borderRadius: s.as === 'bar' && !s.stack ? [4, 4, 0, 0] : 0 },
      emphasis: { focus: bars.series.length > 2 ? 'series' : 'none' },
      data: s.cells.map((c, k) => ({
        value: c?.figure.value ?? null,
        cursor: c?.figure.list ? 'pointer' : 'default',
        ...(alone && s.as === 'bar' ? { itemStyle: { color: css(k === s.cells.length - 1 ? '--brand' : '--brand-line') } } : {}),
      })),
    })),
  };
}

/** Draws with the library of charts, which comes on its own. Everything it shows stands in the table, too. */
export default function Plot(props: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | null>(null);
  const now = useRef(props);
  now.current = props;
  const [turn, setTurn] = useColours();
  useEffect(() => {
    const on = box.current;
    if (!on) return;
    const made = echarts.init(on, null, { renderer: 'svg' });
    chart.current = made;
    made.on('click', (e) => {
      const { what } = now.current;
      const i = e.dataIndex;
      const s = 'ring' in what ? what.ring[i] : null;
      const cell = 'bars' in what ? what.bars.series[e.seriesIndex ?? 0]?.cells[i] : s && { figure: s.figure, name: s.name };
      if (cell) now.current.onPick(cell);
    });
    let wide = on.clientWidth;
    const fit = new ResizeObserver(() => {
      made.resize();
      if (Math.abs(on.clientWidth - wide) > 40) {
        wide = on.clientWidth;
        setTurn((n) => n + 1);
      }
    });
    fit.observe(on);
    return () => {
      fit.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, [setTurn]);
  const lang = language();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme and the language change what is drawn
  useEffect(() => {
    const style = getComputedStyle(document.documentElement);
    chart.current?.setOption(
      option(now.current, (name) => style.getPropertyValue(name).trim(), box.current?.clientWidth ?? 600),
      true,
    );
  }, [props.what, props.unit, props.last, turn, lang]);
  return (
    <div
      ref={box}
      className="plot"
      role="img"
      aria-label={word('reportpage.label.chart', { name: props.label })}
      style={{ height: props.height }}
    />
  );
}
