import { post, Refused, said } from '@/api/client';
import { word } from '@/app/words';
import { ask } from '@/kit/dialog';
import { FormField, Input, Password } from '@/kit/inputs';

type Proof = { password: string; code?: string };
let asking: Promise<boolean> | null = null;

/** The one dialog behind every refusal that asks whether it is still he: password, and the code where there is one. */
export const prove = (): Promise<boolean> => {
  asking ??= again().finally(() => {
    asking = null;
  });
  return asking;
};

async function again(): Promise<boolean> {
  let wrong: string | undefined;
  let withCode = false;
  for (;;) {
    const proof = await ask<Proof>({
      title: word('door.ask.confirm'),
      text: word('door.ask.confirm_text'),
      form: (value, set) => <Fields value={value} set={set} wrong={wrong} withCode={withCode} />,
    });
    if (!proof) return false;
    try {
      await post('/session/confirm', proof);
      return true;
    } catch (e) {
      if (!(e instanceof Refused) || (e.status === 401 && e.code !== 'second_factor_needed')) throw e;
      withCode ||= e.code === 'second_factor_needed';
      wrong = said(e);
    }
  }
}

function Fields({
  value,
  set,
  wrong,
  withCode,
}: {
  value?: Proof;
  set: (value: Proof | undefined) => void;
  wrong?: string;
  withCode: boolean;
}) {
  const put = (change: Partial<Proof>) => {
    const next = { password: value?.password ?? '', code: value?.code, ...change };
    set(next.password || next.code ? next : undefined);
  };
  return (
    <>
      <FormField label={word('session.field.password')} error={wrong}>
        {(id) => (
          <Password
            id={id}
            value={value?.password ?? ''}
            onChange={(password) => put({ password })}
            autoComplete="current-password"
            invalid={!!wrong}
          />
        )}
      </FormField>
      {withCode && (
        <FormField label={word('door.field.code')}>
          {(id) => (
            <Input
              id={id}
              value={value?.code ?? ''}
              onChange={(code) => put({ code: code || undefined })}
              autoComplete="one-time-code"
              autoCapitalize="none"
            />
          )}
        </FormField>
      )}
    </>
  );
}
