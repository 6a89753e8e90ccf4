import { type ButtonHTMLAttributes, type ReactNode, useEffect, useRef } from 'react';

type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  look?: 'plain' | 'primary' | 'ghost';
  size?: 'sm' | 'lg';
  icon?: ReactNode;
  busy?: boolean;
  danger?: boolean;
  block?: boolean;
  keys?: string[];
};

export function Button({ look = 'plain', size, icon, busy, danger, block, keys, className, children, disabled, ...rest }: Props) {
  const names = ['btn', look === 'plain' ? '' : look, size, danger && 'danger', block && 'block', !children && 'icon', className];
  return (
    <button type="button" className={names.filter(Boolean).join(' ')} disabled={disabled || busy} {...rest}>
      {busy ? <span className="spin" /> : icon}
      {children}
      {keys && (
        <span className="keys not-phone">
          {keys.map((key) => (
            <kbd key={key}>{key}</kbd>
          ))}
        </span>
      )}
    </button>
  );
}

/** An icon alone; the label is what screen readers and the mouse pointer get. */
export function IconButton({
  label,
  small,
  className,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { label: string; small?: boolean }) {
  return (
    <button
      type="button"
      className={['ib', small && 'sm', className].filter(Boolean).join(' ')}
      aria-label={label}
      title={label}
      {...rest}
    />
  );
}

export function Segmented<T extends string>({
  value,
  onChange,
  options,
  label,
  block,
  small,
}: {
  value: T;
  onChange: (value: T) => void;
  options: { value: T; label: ReactNode }[];
  label: string;
  block?: boolean;
  small?: boolean;
}) {
  return (
    <div className={['seg', block && 'block', small && 'sm'].filter(Boolean).join(' ')} role="radiogroup" aria-label={label}>
      {options.map((o) => (
        // biome-ignore lint/a11y/useSemanticElements: a row of buttons with radio meaning
        <button
          key={o.value}
          type="button"
          role="radio"
          aria-checked={o.value === value}
          className={o.value === value ? 'on' : ''}
          onClick={() => onChange(o.value)}
        >
          {o.label}
        </button>
      ))}
    </div>
  );
}

export function Tabs<T extends string>({
  value,
  onChange,
  options,
  label,
  brand,
}: {
  value: T;
  onChange: (value: T) => void;
  options: { value: T; label: ReactNode; count?: number }[];
  label: string;
  brand?: boolean;
}) {
  const strip = useRef<HTMLDivElement>(null);
  // a narrow strip shows the tab that is open; the page itself stays where it is
  useEffect(() => {
    const on = strip.current?.querySelector(`[data-tab="${value}"]`)?.getBoundingClientRect();
    const room = strip.current?.getBoundingClientRect();
    if (strip.current && on && room && (on.left < room.left || on.right > room.right))
      strip.current.scrollLeft += (on.left + on.right - room.left - room.right) / 2;
  }, [value]);
  return (
    <div ref={strip} className={brand ? 'tabs brand' : 'tabs'} role="tablist" aria-label={label}>
      {options.map((o) => (
        <button
          key={o.value}
          type="button"
          role="tab"
          data-tab={o.value}
          aria-selected={o.value === value}
          className={o.value === value ? 'on' : ''}
          onClick={() => onChange(o.value)}
        >
          {o.label}
          {o.count !== undefined && o.count > 0 && <span className="count">{o.count}</span>}
        </button>
      ))}
    </div>
  );
}
