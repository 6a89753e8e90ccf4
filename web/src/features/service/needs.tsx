import { ServiceList } from './list';

export default function Needs() {
  return <ServiceList key="need" noun="need" />;
}
