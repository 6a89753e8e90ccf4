import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { type Key, useWord, wordOr } from '@/app/words';
import { Chip } from '@/kit/chips';
import { Check, Input } from '@/kit/inputs';
import { PERMISSIONS } from './permissions';

export const nameOf = (p: string) => wordOr(`account.permission.${p}`, p);
const aboutOf = (p: string) => wordOr(`account.about.${p}`, '');

/** The permissions in words, by what they are about; what differs from the role as it is saved is marked. */
export function PermissionGrid({ has, was, toggle }: { has: string[]; was?: string[]; toggle: (list: string[], on: boolean) => void }) {
  const t = useWord();
  const [q, setQ] = useState('');
  const [folded, setFolded] = useState<string[]>([]);
  const needle = q.trim().toLowerCase();
  const changed = (p: string) => !!was && was.includes(p) !== has.includes(p);
  const groups = PERMISSIONS.map((g) => {
    const title = t(`account.group.${g.group}` as Key);
    const fits = (p: string) => [title, nameOf(p), aboutOf(p), p].some((text) => text.toLowerCase().includes(needle));
    return { ...g, title, shown: needle ? g.list.filter(fits) : g.list };
  }).filter((g) => g.shown.length > 0);
  const changes = PERMISSIONS.flatMap((g) => g.list).filter(changed).length;
  return (
    <>
      <div className="row">
        <div className="sp">
          <Input
            value={q}
            onChange={setQ}
            aria-label={t('account.hint.search_permission')}
            placeholder={t('account.hint.search_permission')}
          />
        </div>
        {changes > 0 && <Chip tone="amber">{t('account.label.changes', { count: changes })}</Chip>}
      </div>
      {groups.length === 0 && <p className="mut">{t('app.state.nothing')}</p>}
      {groups.map((g) => {
        const on = g.list.filter((p) => has.includes(p)).length;
        const open = !!needle || !folded.includes(g.group);
        return (
          <section key={g.group}>
            <h3>
              <Check checked={on === g.list.length} onChange={(all) => toggle(g.list, all)}>
                <b className="strong">{g.title}</b>
              </Check>
              <small className="tn">
                {on}/{g.list.length}
              </small>
              <span className="sp" />
              <button
                type="button"
                className="ib"
                aria-expanded={open}
                disabled={!!needle}
                aria-label={t(open ? 'account.verb.fold' : 'account.verb.unfold', { name: g.title })}
                onClick={() => setFolded((f) => (f.includes(g.group) ? f.filter((x) => x !== g.group) : [...f, g.group]))}
              >
                <ChevronRight size={15} className={open ? 'chev down' : 'chev'} />
              </button>
            </h3>
            {open && (
              <div className="grid">
                {g.shown.map((p) => (
                  <div key={p} className={changed(p) ? 'perm changed' : 'perm'}>
                    <Check checked={has.includes(p)} onChange={(is) => toggle([p], is)}>
                      {nameOf(p)}
                      {changed(p) && (
                        <small className="mark">{t(has.includes(p) ? 'account.label.given_now' : 'account.label.taken_now')}</small>
                      )}
                    </Check>
                    {aboutOf(p) && <small className="about">{aboutOf(p)}</small>}
                  </div>
                ))}
              </div>
            )}
          </section>
        );
      })}
    </>
  );
}
