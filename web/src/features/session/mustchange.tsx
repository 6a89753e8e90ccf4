import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate, useNavigate } from '@tanstack/react-router';
import { sessionQuery } from '@/api/shared';
import { useWord } from '@/app/words';
import { tell } from '@/kit/toast';
import { Frame } from './frame';
import { PasswordForm } from './passwordform';

export default function MustChange() {
  const t = useWord();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { data, isError } = useQuery(sessionQuery);
  if (isError) return <Navigate to="/login" search={{ next: undefined }} />;
  return (
    <Frame>
      <h1>{t('error.must_change_password.title')}</h1>
      <p className="mut">{t('error.must_change_password.detail')}</p>
      {data && (
        <PasswordForm
          large
          login={data.user.login}
          done={() => {
            client.setQueryData(sessionQuery.queryKey, { ...data, must_change_password: false });
            tell(t('session.state.password_changed'));
            void navigate({ to: data.must_enrol ? '/enrol' : '/' });
          }}
        />
      )}
    </Frame>
  );
}
