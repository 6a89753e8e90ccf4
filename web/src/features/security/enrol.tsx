import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate, useNavigate } from '@tanstack/react-router';
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { post } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { sessionQuery } from '@/api/shared';
import { useWord } from '@/app/words';
import { Frame } from '@/features/session/frame';
import { signOut } from '@/features/session/memenu';
import { Button } from '@/kit/button';
import { tellError } from '@/kit/toast';
import { Enrolling } from './factor';

/** Before the shell: the company asks for a second factor, and this person has none yet. */
export default function MustEnrol() {
  const t = useWord();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { data, isError } = useQuery(sessionQuery);
  const [seed, setSeed] = useState<components['schemas']['DoorSeed']>();
  if (isError) return <Navigate to="/login" search={{ next: undefined }} />;
  return (
    <Frame>
      <h1>{t('error.must_enrol.title')}</h1>
      <p className="mut">{t('door.hint.must_enrol')}</p>
      {seed ? (
        <Enrolling
          seed={seed}
          done={() => {
            if (data) client.setQueryData(sessionQuery.queryKey, { ...data, must_enrol: false });
            void navigate({ to: '/' });
          }}
        />
      ) : (
        <div className="form">
          <Button
            look="primary"
            size="lg"
            block
            icon={<ShieldCheck size={16} />}
            onClick={() => void post<components['schemas']['DoorSeed']>('/me/second-factor').then(setSeed, tellError)}
          >
            {t('door.verb.begin')}
          </Button>
          <Button block onClick={() => void signOut(client, navigate)}>
            {t('door.verb.back')}
          </Button>
        </div>
      )}
    </Frame>
  );
}
