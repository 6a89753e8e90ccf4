import { Eye, EyeOff, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { useWord } from '@/app/words';
import { Input } from '../inputs';

/** What is kept sealed: its mask stands there until somebody types a new one; what is left empty stays as it was. */
export function SealedInput({
  value,
  onChange,
  invalid,
  id,
  autoFocus,
  dots,
  tel,
}: {
  value: string;
  onChange: (value: string | null) => void;
  invalid?: boolean;
  id?: string;
  autoFocus?: boolean;
  dots?: boolean;
  tel?: boolean;
}) {
  const t = useWord();
  const stood = useRef(value);
  const [typed, setTyped] = useState<string | null>(null);
  const [gone, setGone] = useState(false);
  const [clear, setClear] = useState(!dots);
  const editing = typed !== null || gone || !stood.current;
  return (
    <span className="input-wrap end">
      <Input
        id={id}
        className="tn"
        value={editing ? (typed ?? '') : stood.current}
        type={editing && !clear ? 'password' : tel ? 'tel' : 'text'}
        autoComplete={dots ? 'new-password' : 'off'}
        placeholder={gone || !stood.current ? '' : stood.current}
        invalid={invalid}
        autoFocus={autoFocus}
        onFocus={() => !editing && setTyped('')}
        onBlur={() => typed === '' && !gone && setTyped(null)}
        onChange={(text) => {
          // the first sign may come before the focus was noticed: of the mask nothing is kept
          const next = editing ? text : text.replace(stood.current, '').replace(/^.*\*.*$/, '');
          setTyped(next);
          setGone(false);
          onChange(next || stood.current || null);
        }}
      />
      {dots && !!typed && (
        <button
          type="button"
          className="ib second"
          aria-label={t(clear ? 'app.verb.hide' : 'app.verb.show')}
          onClick={() => setClear(!clear)}
        >
          {clear ? <Eye size={16} /> : <EyeOff size={16} />}
        </button>
      )}
      {(!!typed || (stood.current && !gone)) && (
        <button
          type="button"
          className="ib"
          aria-label={t('app.verb.clear')}
          onClick={() => {
            setTyped(null);
            setGone(true);
            onChange(null);
          }}
        >
          <X size={15} />
        </button>
      )}
    </span>
  );
}
