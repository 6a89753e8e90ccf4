import '@/styles/phrase.css';
import { useQuery } from '@tanstack/react-query';
import { Ellipsis, MessageSquareQuote, Plus } from 'lucide-react';
import { useState } from 'react';
import { useDictionaries, useMay, useStages } from '@/api/shared';
import { useWord } from '@/app/words';
import { Button, IconButton, Segmented } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { openMenu } from '@/kit/menu';
import { Sheet } from '@/kit/sheet';
import { Empty, Failed, Lines } from '@/kit/states';
import { type Phrase, phrasesQuery } from './data';
import { usePhrases } from './keep';

/** One's own phrases and the company's: worded, put in order, put away. */
export default function PhraseSheet({ onClose, company = false }: { onClose: () => void; company?: boolean }) {
  const t = useWord();
  const may = useMay();
  const act = usePhrases();
  const [ours, setOurs] = useState(company);
  const { data, error, refetch } = useQuery(phrasesQuery);
  const shown = (data ?? []).filter((p) => p.company === ours);
  const adds = !ours || may('dictionary.manage');
  const add = () => void act.add({ title: '', text: '', methods: [], stages: [], company: ours });
  return (
    <Sheet
      tall
      title={t('phrase.title.phrases')}
      onClose={onClose}
      footer={
        adds && (
          <>
            <span className="sp" />
            <Button look="primary" icon={<Plus size={15} />} onClick={add}>
              {t('phrase.title.add')}
            </Button>
          </>
        )
      }
    >
      <Segmented
        block
        label={t('phrase.title.phrases')}
        value={ours ? 'ours' : 'mine'}
        onChange={(v) => setOurs(v === 'ours')}
        options={[
          { value: 'mine', label: t('phrase.label.mine') },
          { value: 'ours', label: t('phrase.label.ours') },
        ]}
      />
      {error ? (
        <Failed error={error} retry={() => void refetch()} small />
      ) : !data ? (
        <Lines />
      ) : shown.length === 0 ? (
        <Empty icon={MessageSquareQuote} title={t('phrase.empty.none')} hint={t('phrase.empty.hint')} />
      ) : (
        <ul className="phrase-rows">
          {shown.map((p, i) => (
            <Line key={p.id} p={p} at={i} last={shown.length - 1} />
          ))}
        </ul>
      )}
    </Sheet>
  );
}

function Line({ p, at, last }: { p: Phrase; at: number; last: number }) {
  const t = useWord();
  const act = usePhrases();
  const dictionaries = useDictionaries();
  const { stage } = useStages();
  return (
    <li className={p.active ? '' : 'off'}>
      <div className="sp">
        <span className="row wrap">
          <b>{p.title}</b>
          {!p.active && <Chip>{t('phrase.state.off')}</Chip>}
          {p.methods.map((m) => (
            <Chip key={m} tone="blue">
              {dictionaries.label('method', m)}
            </Chip>
          ))}
          {p.stages.map((s) => (
            <Chip key={s} tone={stage(s)?.tone}>
              {stage(s)?.name ?? s}
            </Chip>
          ))}
        </span>
        <p>{p.text}</p>
      </div>
      {p.may_change && (
        <IconButton
          label={t('phrase.label.menu', { title: p.title })}
          aria-haspopup="menu"
          onClick={(e) =>
            openMenu({
              anchor: e.currentTarget,
              align: 'end',
              items: [
                { key: 'edit', label: t('app.verb.edit'), run: () => void act.edit(p) },
                ...(at > 0 ? [{ key: 'up', label: t('phrase.verb.up'), run: () => void act.move(p, at - 1) }] : []),
                ...(at < last ? [{ key: 'down', label: t('phrase.verb.down'), run: () => void act.move(p, at + 1) }] : []),
                {
                  key: 'off',
                  label: t(p.active ? 'phrase.verb.put_away' : 'phrase.verb.take_back'),
                  run: () => void act.activate(p, !p.active),
                },
                { key: 'delete', label: t('app.verb.delete'), danger: true, run: () => void act.drop(p) },
              ],
            })
          }
        >
          <Ellipsis size={16} />
        </IconButton>
      )}
    </li>
  );
}
