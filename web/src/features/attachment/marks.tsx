import { File, FileArchive, FileImage, FileSpreadsheet, FileText, Lock, type LucideIcon, Music, Presentation, Video } from 'lucide-react';
import { extensionOf } from './data';

const MARKS: [string, LucideIcon, string][] = [
  ['pdf ofd', FileText, 'red'],
  ['jpg jpeg png gif webp bmp', FileImage, 'teal'],
  ['doc docx wps', FileText, 'blue'],
  ['xls xlsx et csv', FileSpreadsheet, 'green'],
  ['ppt pptx', Presentation, 'orange'],
  ['zip rar', FileArchive, 'amber'],
  ['mp3 wav', Music, 'violet'],
  ['mp4', Video, 'violet'],
];

/** What kind of file it is, at a glance. */
export function Mark({ name, locked, small }: { name: string; locked?: boolean; small?: boolean }) {
  const x = extensionOf(name);
  const [, Icon, tone] = MARKS.find(([all]) => all.split(' ').includes(x)) ?? ['', File, 'gray'];
  const Shown = locked ? Lock : Icon;
  if (small) return <Shown size={13} />;
  return (
    <span className={`fmark tone-${locked ? 'gray' : tone}`} aria-hidden="true">
      <Shown size={18} strokeWidth={1.75} />
    </span>
  );
}
