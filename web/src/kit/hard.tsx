import { StyleProvider } from '@ant-design/cssinjs';
import { theme as antd, Cascader, ConfigProvider, Select } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { type ReactNode, useMemo } from 'react';
import { ends, holds } from '@/app/pinyin';
import { useUI } from '@/app/ui';
import { language } from '@/app/words';

/** The two widgets that are hard to make well, each in its own dress; the file is loaded when the first form is. */
function Dress({ children }: { children: ReactNode }) {
  const theme = useUI((s) => s.theme);
  const touch = typeof matchMedia !== 'undefined' && matchMedia('(pointer: coarse)').matches;
  const config = useMemo(
    () => ({
      algorithm: theme === 'dark' ? antd.darkAlgorithm : antd.defaultAlgorithm,
      cssVar: { key: 'zk' },
      hashed: false,
      token: {
        colorPrimary: theme === 'dark' ? '#5b7df0' : '#3358d4',
        colorText: theme === 'dark' ? '#eceef2' : '#12161d',
        colorTextPlaceholder: theme === 'dark' ? '#8d95a3' : '#616b7a',
        colorBorder: theme === 'dark' ? '#343a45' : '#d6dbe4',
        colorBgContainer: theme === 'dark' ? '#121418' : '#ffffff',
        colorBgElevated: theme === 'dark' ? '#1a1d23' : '#ffffff',
        controlItemBgActive: theme === 'dark' ? '#1c2545' : '#eef2fe',
        controlItemBgHover: theme === 'dark' ? '#1f242c' : '#f3f5f8',
        fontFamily: 'var(--font)',
        borderRadius: 6,
        borderRadiusLG: 10,
        borderRadiusSM: 4,
        controlHeight: touch ? 40 : 32,
        motionDurationMid: '0.1s',
        motionDurationSlow: '0.15s',
        boxShadowSecondary: 'var(--shadow-3)',
        zIndexPopupBase: 1250,
      },
    }),
    [theme, touch],
  );
  return (
    <StyleProvider layer>
      <ConfigProvider locale={language() === 'en' ? enUS : zhCN} theme={config} wave={{ disabled: true }}>
        {children}
      </ConfigProvider>
    </StyleProvider>
  );
}

export type Option = { value: string; label: string; hint?: string; group?: string; tone?: string };

type SelectProps = {
  id?: string;
  value: string | string[] | null;
  onChange: (value: string | string[] | null) => void;
  options: Option[];
  multiple?: boolean;
  placeholder?: string;
  onSearch?: (query: string) => void;
  loading?: boolean;
  invalid?: boolean;
  label?: string;
  open?: boolean;
  clearable?: boolean;
  free?: boolean;
};

export function HardSelect({
  value,
  onChange,
  options,
  multiple,
  placeholder,
  onSearch,
  loading,
  invalid,
  label,
  clearable = true,
  free,
  id,
  open,
}: SelectProps) {
  const groups = [...new Set(options.map((o) => o.group ?? ''))];
  const list =
    groups.length > 1
      ? groups.map((g) => ({ label: g, title: g, options: options.filter((o) => (o.group ?? '') === g) }))
      : (options as { value: string; label: string }[]);
  return (
    <Dress>
      {/* Tab goes on; of several it would otherwise take the first away again */}
      <div className="bare" role="presentation" onKeyDownCapture={(e) => (multiple || free) && e.key === 'Tab' && e.stopPropagation()}>
        <Select
          id={id}
          aria-label={label}
          style={{ width: '100%' }}
          mode={free ? 'tags' : multiple ? 'multiple' : undefined}
          value={multiple || free ? ((value as string[] | null) ?? []) : ((value as string | null) ?? undefined)}
          onChange={(next) => onChange((next as string | string[] | undefined) ?? null)}
          options={list as never}
          placeholder={placeholder}
          allowClear={clearable}
          status={invalid ? 'error' : undefined}
          loading={loading}
          defaultOpen={open}
          autoFocus={open}
          maxTagCount={multiple ? 'responsive' : undefined}
          showSearch={{ filterOption: onSearch ? false : (typed, o) => holds(String(o?.label ?? ''), typed), onSearch }}
          optionRender={(o) => {
            const { hint, tone } = o.data as unknown as Option;
            return (
              <span className="row">
                {tone && <i className={`dot tone-${tone}`} />}
                <span className="cut">{o.label}</span>
                {hint && <small style={{ marginLeft: 'auto' }}>{hint}</small>}
              </span>
            );
          }}
        />
      </div>
    </Dress>
  );
}

export type Branch = { value: string; label: string; children?: Branch[] };

export function HardCascader({
  value,
  onChange,
  options,
  placeholder,
  invalid,
  label,
  multiple,
  id,
  open,
}: {
  id?: string;
  open?: boolean;
  value: string[] | string[][] | null;
  onChange: (path: string[] | string[][] | null) => void;
  options: Branch[];
  placeholder?: string;
  invalid?: boolean;
  label?: string;
  multiple?: boolean;
}) {
  const shared = {
    id,
    'aria-label': label,
    style: { width: '100%' },
    options,
    placeholder,
    status: invalid ? ('error' as const) : undefined,
    changeOnSelect: true,
    showSearch: {
      limit: 40,
      filter: (typed: string, path: Branch[]) =>
        ends(
          path.map((o) => o.label),
          typed,
        ),
      sort: (a: Branch[], b: Branch[]) => a.length - b.length,
    },
    expandTrigger: 'click' as const,
    defaultOpen: open,
    autoFocus: open,
    allowClear: true,
  };
  return (
    <Dress>
      {multiple ? (
        <Cascader
          {...shared}
          multiple
          maxTagCount="responsive"
          value={(value as string[][] | null) ?? []}
          onChange={(next) => onChange((next as string[][] | undefined) ?? null)}
        />
      ) : (
        <Cascader
          {...shared}
          value={(value as string[] | null) ?? []}
          onChange={(next) => onChange((next as string[] | undefined) ?? null)}
        />
      )}
    </Dress>
  );
}
