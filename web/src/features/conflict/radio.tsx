import type { ReactNode } from 'react';

/** One of two sides, the whole card to be tapped. */
export function Radio({
  name,
  checked,
  onChange,
  label,
  children,
}: {
  name: string;
  checked: boolean;
  onChange: () => void;
  label: string;
  children: ReactNode;
}) {
  return (
    <label className={checked ? 'both-side on' : 'both-side'}>
      <input type="radio" name={`both-${name}`} checked={checked} onChange={onChange} />
      <span className="col">
        <small>{label}</small>
        <span className="both-value">{children}</span>
      </span>
    </label>
  );
}
