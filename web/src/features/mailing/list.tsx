import '@/styles/report.css';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronRight, Mail, Pause, Pencil, Play, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { patch, post, remove } from '@/api/client';
import type { Mailing } from '@/api/types';
import { full } from '@/app/dates';
import { Page } from '@/app/page';
import { useWord, wordOr } from '@/app/words';
import { IconButton } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { confirm } from '@/kit/dialog';
import { Empty, Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { mailingsQuery, often } from './data';
import { MailingSheet } from './sheet';

/** 定时发送: what one sends, and what one gets. */
export default function Mailings() {
  const t = useWord();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(mailingsQuery);
  const [edited, setEdited] = useState<Mailing | null>(null);
  const change = async (what: () => Promise<unknown>, said: string) => {
    try {
      await what();
      tell(said);
    } catch (e) {
      tellError(e);
    }
    await client.invalidateQueries({ queryKey: ['mailings'] });
  };
  const sent = (m: Mailing) =>
    m.what.board
      ? t('reportpage.title.board')
      : m.what.report
        ? wordOr(`report.standard.${m.what.report}`, m.what.report)
        : t('reportpage.verb.custom');
  return (
    <Page
      title={
        <span className="crumb">
          <Link to="/reports">{t('reportpage.title.reports')}</Link>
          <ChevronRight size={16} />
          {t('mailing.title.list')}
        </span>
      }
    >
      <div className="page-b rpage">
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Lines count={4} />
        ) : !data.length ? (
          <Empty icon={Mail} title={t('mailing.empty.title')} hint={t('mailing.empty.hint')} />
        ) : (
          <ul className="mailings">
            {data.map((m) => (
              <li key={m.id} className="card">
                <Mail size={18} strokeWidth={1.75} />
                <div className="mailing-w">
                  <b className="cut">{m.name}</b>
                  <small className="mut">
                    {sent(m)} · {m.what.format.toUpperCase()} · {often(m)}
                    {m.mine && ` · ${t('mailing.label.to', { count: m.to.length })}`}
                  </small>
                  <small className="mut tn">
                    {m.next_at && t('mailing.label.next', { at: full(m.next_at) })}
                    {m.sent_at && ` · ${t('mailing.label.sent', { at: full(m.sent_at) })}`}
                  </small>
                </div>
                {!m.mine && <Chip tone="gray">{t('mailing.label.got')}</Chip>}
                {!m.active && <Chip tone="amber">{t('mailing.state.paused')}</Chip>}
                <span className="sp" />
                {m.mine ? (
                  <>
                    <IconButton
                      label={t(m.active ? 'mailing.verb.pause' : 'mailing.verb.resume', { name: m.name })}
                      onClick={() =>
                        void change(
                          () => patch(`/mailings/${m.id}`, { active: !m.active }, m.version),
                          t(m.active ? 'mailing.state.paused' : 'mailing.state.resumed'),
                        )
                      }
                    >
                      {m.active ? <Pause size={16} /> : <Play size={16} />}
                    </IconButton>
                    <IconButton label={t('mailing.verb.edit', { name: m.name })} onClick={() => setEdited(m)}>
                      <Pencil size={16} />
                    </IconButton>
                    <IconButton
                      label={t('mailing.verb.drop', { name: m.name })}
                      onClick={async () => {
                        if (await confirm(t('mailing.ask.drop', { name: m.name }), t('mailing.ask.drop_text'), t('app.verb.delete')))
                          await change(() => remove(`/mailings/${m.id}`, m.version), t('mailing.state.dropped'));
                      }}
                    >
                      <Trash2 size={16} />
                    </IconButton>
                  </>
                ) : (
                  <IconButton
                    label={t('mailing.verb.leave', { name: m.name })}
                    onClick={() => void change(() => post(`/mailings/${m.id}/leave`), t('mailing.state.left'))}
                  >
                    <X size={16} />
                  </IconButton>
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
      {edited && (
        <MailingSheet what={edited.what} name={edited.name} record={edited} sheets={!edited.what.board} onClose={() => setEdited(null)} />
      )}
    </Page>
  );
}
