import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { patch, post, remove } from '@/api/client';
import { useWord } from '@/app/words';
import { type Errors, errorsOf, goToFirst } from '@/features/customer/save';
import { preferencesQuery } from '@/features/notice/data';
import { Button } from '@/kit/button';
import { confirm } from '@/kit/dialog';
import { Check, Choices, FormField, Input, Password } from '@/kit/inputs';
import { Sheet } from '@/kit/sheet';
import { tell, tellError } from '@/kit/toast';
import type { Channel } from './channels';

const KINDS = ['wecom', 'dingtalk', 'feishu', 'webhook'] as const;

/** A group's robot: its address and secret are written here and never shown again. */
export function ChannelSheet({ channel, onClose }: { channel?: Channel; onClose: () => void }) {
  const t = useWord();
  const client = useQueryClient();
  const kinds = useQuery(preferencesQuery).data?.kinds ?? [];
  const [name, setName] = useState(channel?.name ?? '');
  const [kind, setKind] = useState<string>(channel?.kind ?? 'wecom');
  const [url, setURL] = useState('');
  const [secret, setSecret] = useState('');
  const [chosen, setChosen] = useState<string[]>(channel?.kinds ?? []);
  const [active, setActive] = useState(channel?.active ?? true);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const done = (text: string) => {
    void client.invalidateQueries({ queryKey: ['channels'] });
    tell(text);
    onClose();
  };
  const save = async () => {
    setBusy(true);
    const said = { name, kinds: chosen, active, ...(url ? { url } : {}), ...(secret ? { secret } : {}) };
    try {
      if (channel) await patch(`/channels/${channel.id}`, said, channel.version);
      else await post('/channels', { url, ...said, kind });
      done(t('app.state.saved'));
    } catch (e) {
      setBusy(false);
      const found = errorsOf(e, (f) => ['name', 'url', 'secret', 'kinds'].includes(f));
      setErrors(found);
      goToFirst(found);
    }
  };
  const drop = async () => {
    if (!channel || !(await confirm(t('outbox.confirm.title', { name: channel.name }), t('outbox.confirm.text'), t('app.verb.delete'))))
      return;
    await remove(`/channels/${channel.id}`).then(() => done(t('outbox.state.gone')), tellError);
  };
  const dirty = !!url || !!secret || name !== (channel?.name ?? '');
  return (
    <Sheet
      title={channel?.name ?? t('outbox.verb.add')}
      onClose={onClose}
      dirty={dirty}
      onSubmit={() => void save()}
      footer={
        <>
          {channel && (
            <Button look="ghost" danger icon={<Trash2 size={14} />} onClick={() => void drop()}>
              {t('app.verb.delete')}
            </Button>
          )}
          <span className="sp" />
          <Button look="primary" busy={busy} onClick={() => void save()}>
            {t('app.verb.save')}
          </Button>
        </>
      }
    >
      <div className="col">
        {!channel && (
          <FormField label={t('outbox.field.kind')}>
            {() => (
              <Choices
                label={t('outbox.field.kind')}
                value={kind}
                onChange={(v) => setKind(String(v))}
                options={KINDS.map((k) => ({ code: k, label: t(`outbox.way.${k}`) }))}
              />
            )}
          </FormField>
        )}
        <FormField label={t('outbox.field.name')} error={errors.name}>
          {(id) => <Input id={id} value={name} onChange={setName} maxLength={60} />}
        </FormField>
        <FormField label={t('outbox.field.url')} error={errors.url} help={t('outbox.hint.url')}>
          {(id) => (
            <Password id={id} value={url} onChange={setURL} autoComplete="off" placeholder={channel ? t('outbox.label.secret_set') : ''} />
          )}
        </FormField>
        {kind !== 'wecom' && (
          <FormField label={t('outbox.field.secret')} error={errors.secret} help={t('outbox.hint.secret')}>
            {(id) => (
              <Password
                id={id}
                value={secret}
                onChange={setSecret}
                autoComplete="off"
                placeholder={channel?.signed ? t('outbox.label.secret_set') : ''}
              />
            )}
          </FormField>
        )}
        <fieldset className="col plainset">
          <legend>{t('outbox.field.kinds')}</legend>
          {kinds.map((k) => (
            <Check
              key={k.kind}
              checked={chosen.includes(k.kind)}
              onChange={(on) => setChosen((all) => (on ? [...all, k.kind] : all.filter((x) => x !== k.kind)))}
            >
              {k.label}
            </Check>
          ))}
        </fieldset>
        <Check checked={active} onChange={setActive}>
          {t('outbox.field.active')}
        </Check>
      </div>
    </Sheet>
  );
}
